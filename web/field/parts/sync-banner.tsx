import { MINUTE } from '#base/time.ts';
import { shortTime, useNow } from '../../kit/time.ts';
import { sync, useField } from '../store/sync.ts';
import { useFieldWords } from '../words.ts';

const STALE_MS = 5 * MINUTE;

/** Loud when phone and house have not agreed for a while, or when something waits or was refused. */
export function SyncBanner() {
  const { t } = useFieldWords();
  const now = useNow();
  const { syncedAt, isSyncing, isOnline, outbox } = useField();
  const refused = outbox.filter((item) => item.refused).length;
  const waiting = outbox.length - refused;
  const isStale = syncedAt === null || now - syncedAt > STALE_MS;
  const isQuiet = isOnline && !isStale && outbox.length === 0;
  if (isQuiet) return null;
  const since =
    syncedAt === null ? t('field.never') : t('field.unsynced', { time: shortTime(syncedAt, now) });
  return (
    <output className={refused > 0 || isStale ? 'banner bad' : 'banner'}>
      <div className="grow">
        {(!isOnline || isStale) && <strong>{since}</strong>}
        {waiting > 0 && <p>{t('field.waiting', { count: waiting })}</p>}
        {refused > 0 && <p>{t('field.attention', { count: refused })}</p>}
        {!isOnline && <p>{t('field.offline')}</p>}
      </div>
      <button type="button" className="btn" disabled={isSyncing} onClick={() => void sync()}>
        {t(isSyncing ? 'field.syncing' : 'field.syncNow')}
      </button>
    </output>
  );
}

/** The small pill beside the title. */
export function SyncPill() {
  const { t } = useFieldWords();
  const { isSyncing, isOnline, outbox, syncedAt } = useField();
  if (isSyncing) return <span className="chip">{t('field.syncing')}</span>;
  const refused = outbox.filter((item) => item.refused).length;
  if (refused > 0) return <span className="chip bad">{t('attention.title')}</span>;
  const count = outbox.length;
  if (count > 0) return <span className="chip bad">{t('field.waiting', { count })}</span>;
  if (!isOnline || syncedAt === null) {
    return (
      <span className="chip bad">{t(syncedAt === null ? 'field.never' : 'field.noLine')}</span>
    );
  }
  return <span className="chip good">{t('field.synced')}</span>;
}

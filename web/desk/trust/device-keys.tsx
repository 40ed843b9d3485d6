import { issueDeviceKey, listDeviceKeys, revokeDeviceKey } from '#registers/signin/contract.ts';
import { call } from '../../kit/api.ts';
import { useAnswer } from '../../kit/query.ts';
import { useNow } from '../../kit/time.ts';
import { At } from '../../kit/ui/clock.tsx';
import { Skeleton, Sorry } from '../../kit/ui/states.tsx';
import { useAct } from '../frame/act.ts';
import { useDeskWords } from '../words.ts';

/** The keys of a device's account: until when each lives, when it was last used, and its end. */
export function DeviceKeys({ id, onKey }: { id: number; onKey: (key: string) => void }) {
  const { t } = useDeskWords();
  const params = { id };
  const { isBusy, act } = useAct('/api/actors');
  const now = useNow();
  const { data, error, refetch } = useAnswer(listDeviceKeys, { params });
  if (error) return <Sorry error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton />;
  const issue = async (): Promise<void> => {
    const made = await act(() => call(issueDeviceKey, { params, body: {} }));
    if (made) onKey(made.key);
  };
  const revoke = (keyId: number): void =>
    void act(() => call(revokeDeviceKey, { params: { id, keyId } }), t('key.revoked'));
  return (
    <section className="col" aria-label={t('device.keys')}>
      <h3>{t('device.keys')}</h3>
      {data.rows.length === 0 && <p className="dim small">{t('device.none')}</p>}
      <ul className="col">
        {data.rows.map((key) => (
          <li key={key.id} className="row wrap">
            <code>{key.prefix}…</code>
            <span className="small">
              {t('key.until')} <At at={key.expiresAt} />
            </span>
            <span className="small grow">
              {t('key.used')} {key.usedAt ? <At at={key.usedAt} /> : t('key.never')}
            </span>
            {key.revokedAt ? (
              <span className="chip">{t('key.revoked')}</span>
            ) : key.expiresAt <= now ? (
              <span className="chip">{t('key.expired')}</span>
            ) : (
              <button type="button" className="btn bad" onClick={() => revoke(key.id)}>
                {t('key.revoke')}
              </button>
            )}
          </li>
        ))}
      </ul>
      <p className="dim small">{t('device.issueHelp')}</p>
      <button type="button" className="btn" disabled={isBusy} onClick={() => void issue()}>
        {t('device.issue')}
      </button>
    </section>
  );
}

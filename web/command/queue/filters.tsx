import { LEVEL_WORDS, LEVELS } from '#base/words.ts';
import { useView, type View } from '../../kit/view.ts';
import { useCommandWords } from '../words.ts';

const STATUSES = ['live', 'open', 'acknowledged', 'working', 'closed'] as const;

/** The filter bar writes the address; the address is the filter. */
export function Filters() {
  const { t, say } = useCommandWords();
  const [view, change] = useView();
  const set = (patch: View): void => change(patch, { push: true });
  const area = view['area'];
  return (
    <div className="filters">
      <select
        className="input"
        aria-label={t('filter.status')}
        value={view['status'] ?? 'live'}
        onChange={(e) => set({ status: e.target.value === 'live' ? undefined : e.target.value })}
      >
        {STATUSES.map((one) => (
          <option key={one} value={one}>
            {t(`status.${one}`)}
          </option>
        ))}
      </select>
      <select
        className="input"
        aria-label={t('filter.level')}
        value={view['level'] ?? ''}
        onChange={(e) => set({ level: e.target.value || undefined })}
      >
        <option value="">
          {t('filter.level')} · {t('all')}
        </option>
        {LEVELS.map((one) => (
          <option key={one} value={one}>
            {say(LEVEL_WORDS[one])}
          </option>
        ))}
      </select>
      <select
        className="input"
        aria-label={t('filter.assigned')}
        value={view['assigned'] ?? ''}
        onChange={(e) => set({ assigned: e.target.value || undefined })}
      >
        <option value="">
          {t('filter.assigned')} · {t('all')}
        </option>
        <option value="me">{t('filter.me')}</option>
        <option value="none">{t('filter.none')}</option>
      </select>
      {view['rule'] && (
        <button type="button" className="chip" onClick={() => set({ rule: undefined })}>
          {t('filter.rule')}: {view['rule']} ✕
        </button>
      )}
      {area && view['rule'] && (
        <button type="button" className="chip" onClick={() => set({ area: undefined })}>
          {t('filter.area')} ✕
        </button>
      )}
    </div>
  );
}

/** Names of the filters that are on: the empty list says which to drop. */
export function useFilterNames(): string[] {
  const { t, say } = useCommandWords();
  const [view] = useView();
  const names: string[] = [];
  const level = LEVELS.find((one) => String(one) === view['level']);
  if (view['status']) names.push(t('filter.status'));
  if (level) names.push(say(LEVEL_WORDS[level]));
  if (view['assigned']) names.push(t('filter.assigned'));
  if (view['rule']) names.push(t('filter.rule'));
  if (view['area']) names.push(t('filter.area'));
  return names;
}

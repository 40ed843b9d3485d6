import type { ReactNode } from 'react';
import { useWords } from '../i18n.ts';

/** Grey lines where rows will stand: nothing jumps when they come. */
export function Skeleton({ lines = 6 }: { lines?: number }) {
  const { t } = useWords();
  return (
    <output aria-label={t('state.loading')}>
      {Array.from({ length: lines }, (_, i) => (
        <div key={i} className="bone" style={{ width: `${92 - ((i * 17) % 40)}%` }} />
      ))}
    </output>
  );
}

type EmptyProps = { filters?: readonly string[]; onDrop?: () => void; children?: ReactNode };

/** Nothing here, and which filters to drop to see something. */
export function Empty({ filters = [], onDrop, children }: EmptyProps) {
  const { t } = useWords();
  return (
    <div className="state">
      <p>{children ?? t('state.empty')}</p>
      {filters.length > 0 && (
        <p>{t('state.filtered', { filters: filters.join(t('list.comma')) })}</p>
      )}
      {filters.length > 0 && onDrop && (
        <button type="button" className="btn" onClick={onDrop}>
          {t('state.drop')}
        </button>
      )}
    </div>
  );
}

export function Sorry({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t, sorry } = useWords();
  return (
    <div className="state" role="alert">
      <p>{sorry(error)}</p>
      {onRetry && (
        <button type="button" className="btn" onClick={onRetry}>
          {t('state.retry')}
        </button>
      )}
    </div>
  );
}

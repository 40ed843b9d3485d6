import { readFreshness } from '#views/command/contract.ts';
import { MINUTE } from '#base/time.ts';
import { useAnswer } from '../../kit/query.ts';
import { At, AsOf } from '../../kit/ui/clock.tsx';
import { Empty, Skeleton, Sorry } from '../../kit/ui/states.tsx';
import { useCommandWords } from '../words.ts';

const TONE = {
  fresh: 'chip good',
  late: 'chip warn',
  silent: 'chip bad',
  unknown: 'chip',
} as const;

/** How fresh what we see is: a silent source makes every other number doubtful. */
export function SourcesPanel() {
  const { t } = useCommandWords();
  const { data, error, refetch } = useAnswer(readFreshness, {}, { refreshMs: MINUTE });
  if (error) return <Sorry error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton lines={9} />;
  return (
    <>
      <h2>{t('sources.title')}</h2>
      {data.sources.length === 0 && <Empty />}
      <ul className="lines">
        {data.sources.map((source) => (
          <li key={source.sourceId}>
            <a className="grow" href={`/desk/sources/${source.sourceId}`}>
              {source.name}
            </a>
            <span className="dim small">
              {t('sources.rows', { count: source.rows24h })} · <At at={source.lastAt} />
            </span>
            <span className={TONE[source.state]}>{t(`sources.${source.state}`)}</span>
          </li>
        ))}
      </ul>
      <AsOf at={data.asOf} />
    </>
  );
}

import { LevelBadge } from '../../kit/ui/level.tsx';
import { AsOf } from '../../kit/ui/clock.tsx';
import { Empty, Skeleton, Sorry } from '../../kit/ui/states.tsx';
import { useCommandWords } from '../words.ts';
import { useMap } from './use-map.ts';

/** The map as a list: the same areas, counts and rates, reachable by keyboard. */
export function AreasPanel() {
  const { t, say } = useCommandWords();
  const { data, error, refetch, enter, code } = useMap();
  if (error) return <Sorry error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton lines={9} />;
  const areas = data.areas.toSorted((a, b) => (b.per10000 ?? 0) - (a.per10000 ?? 0));
  return (
    <>
      <h2>{t('areas.title')}</h2>
      {areas.length === 0 && <Empty>{t('areas.empty')}</Empty>}
      <table className="mini">
        <thead>
          <tr>
            <th scope="col">{t('areas.name')}</th>
            {([1, 2, 3, 4] as const).map((level) => (
              <th key={level} scope="col" className="num">
                <LevelBadge level={level} size={16} />
              </th>
            ))}
            <th scope="col" className="num">
              {t('areas.live')}
            </th>
            <th scope="col" className="num">
              {t('areas.rate')}
            </th>
          </tr>
        </thead>
        <tbody>
          {areas.map((area) => (
            <tr key={area.areaCode}>
              <td>
                {area.areaCode === code ? (
                  say(area.name)
                ) : (
                  <button type="button" className="link" onClick={() => enter(area.areaCode)}>
                    {say(area.name)}
                  </button>
                )}
              </td>
              {area.byLevel.map((count, i) => (
                <td key={`${area.areaCode}-${i + 1}`} className="num">
                  {count || <span className="dim">·</span>}
                </td>
              ))}
              <td className="num">{area.live}</td>
              <td className="num">{area.per10000 === null ? '–' : area.per10000.toFixed(2)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <AsOf at={data.asOf} />
    </>
  );
}

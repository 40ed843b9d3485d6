import type { z } from 'zod';
import { readSummary } from '#views/command/contract.ts';
import { useAnswer } from '../kit/query.ts';
import { AsOf } from '../kit/ui/clock.tsx';
import { Sheet } from '../kit/ui/sheet.tsx';
import { Skeleton, Sorry } from '../kit/ui/states.tsx';
import { useView } from '../kit/view.ts';
import { viewOfRows } from './filter.ts';
import { useCommandWords } from './words.ts';

export type Figure = z.output<typeof readSummary.answer>['figures'][number];

/** A figure as it is read: whole numbers, shares in percent, minutes with their unit. */
export function useFigureText(): (figure: Figure) => string {
  const { t, lang } = useCommandWords();
  return ({ value, unit }) => {
    if (value === null) return t('figure.none');
    const shown = new Intl.NumberFormat(lang === 'zh' ? 'zh-CN' : 'en', {
      maximumFractionDigits: unit === 'share' ? 0 : 1,
      style: unit === 'share' ? 'percent' : 'decimal',
    }).format(value);
    return unit === 'minutes' ? t('figure.minutes', { value: shown }) : shown;
  };
}

/** Tasks are read at the desk: the same filter, as an address there. */
export function taskAddressOf(rows: string): string | undefined {
  if (!rows.startsWith('/api/tasks')) return undefined;
  const query = new URLSearchParams(rows.split('?')[1] ?? '');
  const area = query.get('areaCode');
  query.delete('areaCode');
  if (area) query.set('area', area);
  if (rows.startsWith('/api/tasks/supervised')) query.set('supervised', 'yes');
  return `/desk/tasks?${query.toString()}`;
}

/** Every figure of the room with what it counts, when it was true, and the way to its rows. */
export function FiguresSheet({ onClose }: { onClose: () => void }) {
  const { t, say } = useCommandWords();
  const [view, change] = useView();
  const textOf = useFigureText();
  const area = view['area'];
  const { data, error, refetch } = useAnswer(readSummary, {
    query: area ? { areaCode: area } : {},
  });
  const open = (rows: string): void => {
    onClose();
    change({ ...viewOfRows(rows), alert: undefined }, { push: true });
  };
  return (
    <Sheet title={t('figures.title')} onClose={onClose}>
      {error && <Sorry error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton lines={8} />}
      <dl className="definitions">
        {data?.figures.map((figure) => (
          <div key={figure.id} style={{ display: 'contents' }}>
            <dt>{textOf(figure)}</dt>
            <dd>
              <strong>{say(figure.words)}</strong>{' '}
              <FigureLink rows={figure.rows} open={open} name={say(figure.words)} />
              <p className="dim small">{say(figure.definition)}</p>
            </dd>
          </div>
        ))}
      </dl>
      <AsOf at={data?.asOf} />
      <div className="sheet-foot">
        <button type="button" className="btn" onClick={onClose}>
          {t('close')}
        </button>
      </div>
    </Sheet>
  );
}

type LinkProps = { rows: string | null; name: string; open: (rows: string) => void };

function FigureLink({ rows, name, open }: LinkProps) {
  const { t } = useCommandWords();
  if (!rows) return null;
  const address = taskAddressOf(rows);
  const text = (
    <>
      {t('figure.rows')}
      <span className="sr"> {name}</span>
    </>
  );
  return address ? (
    <a className="small" href={address}>
      {text}
    </a>
  ) : (
    <button type="button" className="link small" onClick={() => open(rows)}>
      {text}
    </button>
  );
}

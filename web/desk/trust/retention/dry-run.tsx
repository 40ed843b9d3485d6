import { type SyntheticEvent, useState } from 'react';
import { DAY, dayOf, startOfDay } from '#base/time.ts';
import { type DryRow, dryRun } from '#registers/retention/contract.ts';
import { call } from '../../../kit/api.ts';
import { useNow } from '../../../kit/time.ts';
import { useAct } from '../../frame/act.ts';
import { useDeskWords } from '../../words.ts';

/** What would go by a day, class by class and week by week; nothing is changed. */
export function DryRun() {
  const { t } = useDeskWords();
  const today = dayOf(useNow());
  const { isBusy, act } = useAct();
  const [rows, setRows] = useState<readonly DryRow[]>();
  const count = async (event: SyntheticEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const on = String(new FormData(event.currentTarget).get('on') ?? '') || undefined;
    const answer = await act(() => call(dryRun, { body: { on } }));
    if (answer) setRows(answer.rows.filter((row) => row.rows > 0));
  };
  return (
    <section className="col card" aria-labelledby="retention-dry">
      <h2 id="retention-dry">{t('retention.dryRun')}</h2>
      <p className="dim small">{t('retention.dryHint')}</p>
      <form className="filter-bar" onSubmit={(event) => void count(event)}>
        <label className="field">
          <span>{t('retention.dryDay')}</span>
          <input className="input" type="date" name="on" defaultValue={today} />
        </label>
        <button type="submit" className="btn" disabled={isBusy}>
          {t('retention.dryNow')}
        </button>
      </form>
      <div aria-live="polite">
        {rows?.length === 0 && <p>{t('retention.nothing')}</p>}
        {rows && rows.length > 0 && <AllWeeks rows={rows} />}
      </div>
    </section>
  );
}

const WIDE = 320;
const HIGH = 44;
const GAP = 1;
/** Half a year at least, so that a single week is a bar and not a wall. */
const SLOTS_MIN = 26;

/** One axis of weeks for all classes: what stands above each other is of one time. */
function AllWeeks({ rows }: { rows: readonly DryRow[] }) {
  const weeks = rows.flatMap((row) => row.weeks.map((it) => startOfDay(it.week)));
  const from = Math.min(...weeks);
  const slots = Math.max(SLOTS_MIN, (Math.max(...weeks) - from) / (7 * DAY) + 1);
  return (
    <div className="due-grid">
      {rows.map((row) => (
        <Weeks key={row.code} row={row} from={from} slots={slots} />
      ))}
    </div>
  );
}

type WeeksProps = { row: DryRow; from: number; slots: number };

/** A bar a week; the largest fills the height, and its number stands beside. */
function Weeks({ row, from, slots }: WeeksProps) {
  const { t, say, lang } = useDeskWords();
  const most = Math.max(...row.weeks.map((it) => it.rows), 1);
  const step = WIDE / slots;
  const slotOf = (week: string): number => (startOfDay(week) - from) / (7 * DAY);
  const name = say(row.words);
  const [first, last] = [row.weeks[0]?.week ?? '', row.weeks.at(-1)?.week ?? ''];
  const number = (value: number): string => value.toLocaleString(lang);
  return (
    <figure className="due-weeks">
      <figcaption className="row wrap">
        <strong className="grow">{name}</strong>
        <span className="num">{t('retention.count', { count: number(row.rows) })}</span>
      </figcaption>
      <svg viewBox={`0 0 ${WIDE} ${HIGH}`} role="img" aria-label={t('retention.perWeek', { name })}>
        <line x1="0" x2={WIDE} y1={HIGH - 0.5} y2={HIGH - 0.5} />
        {row.weeks.map(({ week, rows }) => {
          const high = Math.max(1.5, (rows / most) * (HIGH - 2));
          return (
            <rect
              key={week}
              x={slotOf(week) * step}
              y={HIGH - high}
              width={step - GAP}
              height={high}
            >
              <title>{`${week}: ${number(rows)}`}</title>
            </rect>
          );
        })}
      </svg>
      <p className="dim small">
        {t('retention.weeks', { from: first, until: last, count: number(most) })}
      </p>
      <details>
        <summary className="small">{t('retention.table')}</summary>
        <dl className="facts">
          {row.weeks.map(({ week, rows }) => (
            <div key={week} className="row">
              <dt>{week}</dt>
              <dd className="num">{number(rows)}</dd>
            </div>
          ))}
        </dl>
      </details>
    </figure>
  );
}

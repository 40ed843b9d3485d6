import { COLUMN_BY_NAME } from '#base/columns.ts';
import { KINDS } from '#base/kinds.ts';
import { dayOf } from '#base/time.ts';
import { personTimeline, placeRecords } from '#intake/records/contract.ts';
import type { z } from 'zod';
import { readPlace } from '#registers/places/contract.ts';
import { type Pages, useAnswer, usePages } from '../../kit/query.ts';
import { Link } from '@tanstack/react-router';
import { fullTime } from '../../kit/time.ts';
import { Empty, Skeleton, Sorry } from '../../kit/ui/states.tsx';
import { useDeskWords } from '../words.ts';
import type { Purpose } from './purpose.tsx';

type Seen = z.output<typeof personTimeline.answer>['rows'][number];

export function Timeline({ id, purpose }: { id: number; purpose: Purpose }) {
  const { t } = useDeskWords();
  const list = usePages(personTimeline, { params: { id }, purpose });
  return <Records title={t('person.timeline')} list={list} />;
}

export function PlaceTimeline({ id, purpose }: { id: number; purpose: Purpose }) {
  const { t } = useDeskWords();
  const list = usePages(placeRecords, { params: { id }, purpose });
  return <Records title={t('place.records')} list={list} />;
}

/** Admitted records, newest first, by day. */
function Records({ title, list }: { title: string; list: Pages<Seen> }) {
  const { t } = useDeskWords();
  const days = Map.groupBy(list.rows, (row) => dayOf(row.at));
  return (
    <section className="col">
      <h2>{title}</h2>
      {list.isLoading && <Skeleton />}
      {list.error && <Sorry error={list.error} onRetry={list.retry} />}
      {!list.isLoading && !list.error && list.rows.length === 0 && <Empty />}
      {[...days].map(([day, rows]) => (
        <div key={day}>
          <h3 className="day">{day}</h3>
          <ol className="records">
            {rows.map((row) => (
              <RecordLine key={row.id} row={row} />
            ))}
          </ol>
        </div>
      ))}
      {list.hasMore && (
        <button type="button" className="btn" disabled={list.isReadingMore} onClick={list.readMore}>
          {t('more')}
        </button>
      )}
    </section>
  );
}

function RecordLine({ row }: { row: Seen }) {
  const { say } = useDeskWords();
  return (
    <li title={`#${row.id}`}>
      <span className="dim">{fullTime(row.at).slice(11, 16)}</span>
      <div>
        <strong>{say(KINDS[row.kind].words)}</strong>{' '}
        {row.placeId !== null && <PlaceName id={row.placeId} />}
        <p className="record-columns">
          {Object.entries(row.columns).map(([name, value]) => (
            <span key={name}>
              <span className="dim">{say(COLUMN_BY_NAME[name]?.words) || name}</span> {value}
              {COLUMN_BY_NAME[name]?.unit}
            </span>
          ))}
        </p>
      </div>
    </li>
  );
}

/** A place by name; the names read once stay for the visit. */
function PlaceName({ id }: { id: number }) {
  const { say } = useDeskWords();
  const { data } = useAnswer(readPlace, { params: { id } });
  return (
    <Link to="/places/$id" params={{ id: String(id) }}>
      {data ? say(data.name) : `#${id}`}
    </Link>
  );
}

import { useEffect, useRef } from 'react';
import type { AlertRow } from '#watch/alerts/contract.ts';
import type { Pages } from '../../kit/query.ts';
import { At, AsOf } from '../../kit/ui/clock.tsx';
import { LevelBadge } from '../../kit/ui/level.tsx';
import { ExportAsk } from '../../kit/ui/export-ask.tsx';
import { Empty, Skeleton, Sorry } from '../../kit/ui/states.tsx';
import { useView } from '../../kit/view.ts';
import { may } from '../../kit/faces.ts';
import { useMe } from '../../kit/session.ts';
import { filterOf } from '../filter.ts';
import { NEEDS, type Start } from '../keyboard.tsx';
import { useCommandWords } from '../words.ts';
import { Filters, useFilterNames } from './filters.tsx';

type Props = {
  list: Pages<AlertRow>;
  cursor: number | null;
  marked: ReadonlySet<number>;
  onMark: (marked: ReadonlySet<number>) => void;
  onOpen: (id: number) => void;
  start: Start;
};

export function Queue({ list, cursor, marked, onMark, onOpen, start }: Props) {
  const { t } = useCommandWords();
  const [view, change] = useView();
  const me = useMe();
  const names = useFilterNames();
  const drop = (): void =>
    change({
      status: undefined,
      level: undefined,
      assigned: undefined,
      rule: undefined,
      area: undefined,
    });
  return (
    <section className="queue" aria-labelledby="queue-title">
      <div className="queue-head">
        <h2 id="queue-title">{t('queue.title')}</h2>
        <span className="grow" />
        {may(me, NEEDS.bulk) && (
          <button type="button" className="btn quiet" onClick={() => start('bulk')}>
            {t('queue.bulk')}
          </button>
        )}
        <ExportAsk subject="alerts" filter={filterOf(view)} />
      </div>
      <Filters />
      {marked.size > 0 && (
        <div className="queue-marked">
          <span className="grow">{t('queue.chosen', { count: marked.size })}</span>
          <button type="button" className="btn" onClick={() => onMark(new Set())}>
            {t('queue.clear')}
          </button>
        </div>
      )}
      <div className="queue-body" tabIndex={-1}>
        {list.isLoading && <Skeleton lines={12} />}
        {list.error && <Sorry error={list.error} onRetry={list.retry} />}
        {!list.isLoading && !list.error && list.rows.length === 0 && (
          <Empty filters={names} onDrop={drop} />
        )}
        <ol>
          {list.rows.map((row) => (
            <QueueRow
              key={row.id}
              row={row}
              isCurrent={row.id === cursor}
              isMarked={marked.has(row.id)}
              onOpen={onOpen}
            />
          ))}
        </ol>
        {list.hasMore && (
          <button
            type="button"
            className="btn quiet"
            disabled={list.isReadingMore}
            onClick={list.readMore}
          >
            {t('more')}
          </button>
        )}
      </div>
      <footer className="queue-foot">
        <span className="dim small">{t('queue.hint')}</span>
        <AsOf at={list.asOf || undefined} />
      </footer>
    </section>
  );
}

type RowProps = {
  row: AlertRow;
  isCurrent: boolean;
  isMarked: boolean;
  onOpen: (id: number) => void;
};

function QueueRow({ row, isCurrent, isMarked, onOpen }: RowProps) {
  const { t, say, word } = useCommandWords();
  const ref = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isCurrent) ref.current?.scrollIntoView({ block: 'nearest' });
  }, [isCurrent]);
  const areas = say(row.areaWords).split(' · ');
  const where = areas.slice(1, 4).join(' · ');
  return (
    <li ref={ref} className={isMarked ? 'alert marked' : 'alert'} data-status={row.status}>
      <button type="button" aria-current={isCurrent} onClick={() => onOpen(row.id)}>
        <LevelBadge level={row.level} />
        <span className="alert-text">
          <span className="alert-title">{say(row.title)}</span>
          <span className="alert-line">
            {[say(row.subjectWords), where].filter(Boolean).join(' · ')}
          </span>
        </span>
        <span className="alert-side">
          <span className={row.status === 'open' ? 'strong' : 'dim'}>
            {row.outcome ? word('outcome', row.outcome) : t(`status.${row.status}`)}
          </span>
          <span className="dim small">
            {row.signalCount > 1 && `${row.signalCount} × `}
            <At at={row.lastSignalAt} />
          </span>
        </span>
      </button>
    </li>
  );
}

import { listTasks, readTask, type TaskDetail, type TaskRow } from '#response/tasks/contract.ts';
import { useAnswer, usePages } from '../../kit/query.ts';
import { fullTime } from '../../kit/time.ts';
import { At, DueChip } from '../../kit/ui/clock.tsx';
import { Skeleton, Sorry } from '../../kit/ui/states.tsx';
import { useCommandWords } from '../words.ts';
import { TaskMoves } from './task-moves.tsx';

/** The tasks of an alert and the rungs each has stepped down, with the clock that runs. */
export function Ladder({ alertId }: { alertId: number }) {
  const { t } = useCommandWords();
  const live = usePages(listTasks, { query: { alertId, status: 'live', limit: 20 } });
  const closed = usePages(listTasks, { query: { alertId, status: 'closed', limit: 20 } });
  const rows = [...live.rows, ...closed.rows];
  return (
    <section>
      <h3>{t('detail.tasks')}</h3>
      {live.isLoading && <Skeleton lines={3} />}
      {live.error && <Sorry error={live.error} onRetry={live.retry} />}
      {!live.isLoading && !closed.isLoading && rows.length === 0 && (
        <p className="dim">{t('detail.noTasks')}</p>
      )}
      {rows.map((row) => (
        <Task key={row.id} row={row} />
      ))}
    </section>
  );
}

function Task({ row }: { row: TaskRow }) {
  const { t, say } = useCommandWords();
  const detail = useAnswer(readTask, { params: { id: row.id } });
  return (
    <article className="ladder">
      <div className="row wrap">
        <strong>{say(row.kindWords)}</strong>
        <span className="chip">{t(`task.${row.status}`)}</span>
        {row.clock && row.dueAt !== null && (
          <DueChip dueAt={row.dueAt} label={t(`clock.${row.clock}`)} />
        )}
        {row.supervised && <span className="chip warn">{t('task.supervised')}</span>}
      </div>
      {detail.data && <Hops task={detail.data} />}
      {detail.data && <TaskMoves task={detail.data} />}
      {detail.data?.answers.map((answer) => (
        <p key={answer.id} className="small">
          {answer.byName}: <strong>{say(answer.resultWords)}</strong> <At at={answer.at} />
          {answer.note && <q> {answer.note}</q>}
        </p>
      ))}
    </article>
  );
}

function Hops({ task }: { task: TaskDetail }) {
  const { t, say, word } = useCommandWords();
  return (
    <ol className="hops">
      {task.hops.map((hop) => {
        const isLate = hop.acceptedAt !== null && hop.acceptedAt > hop.acceptDueAt;
        return (
          <li key={hop.seq} data-here={hop.leftAt === null} title={fullTime(hop.arrivedAt)}>
            <span className="hop-tier">{t(`tier.${hop.tier}`)}</span>
            <span className="grow">
              {say(hop.postName)}
              {hop.leftAt === null && task.holder && ` · ${task.holder.name}`}
            </span>
            <span className={isLate ? 'bad-text small' : 'dim small'}>
              {hop.left ? word('left', hop.left) : t('detail.here')}{' '}
              <At at={hop.leftAt ?? hop.arrivedAt} />
            </span>
          </li>
        );
      })}
    </ol>
  );
}

import type { Actor } from '#base/access.ts';
import { prefixOf } from '#base/areas.ts';
import { refuse, type Refusal } from '#base/refusal.ts';
import type { Tx } from '#platform/db/index.ts';
import { NEXT, nextWatch, UNDO_WITHIN } from '../model.ts';
import { enter, lockTask, NO_TASK, patchTask, type Task, tellTask } from '../store.ts';

const CLOSED = refuse('conflict', 'task-status', {
  zh: '任务已结束，不能督办。',
  en: 'The task is over; there is nothing to supervise.',
});
const PAST = refuse('invalid', 'due-in-past', {
  zh: '新的时限必须在将来。',
  en: 'The new clock must lie ahead.',
});

/** 督办: a remark (sealed) everybody on the task sees, and a new clock. Refuses due-in-past, task-status. */
export async function supervise(
  tx: Tx,
  actor: Actor,
  input: { id: number; said: Buffer; dueAt: number },
  now: number,
): Promise<Task | Refusal> {
  const task = await lockTask(tx, input.id, prefixOf(actor.areaCode));
  if (!task) return NO_TASK;
  if (!NEXT[task.status].supervise) return CLOSED;
  if (input.dueAt <= now) return PAST;
  const closeDueAt = Math.max(task.closeDueAt, input.dueAt);
  const seen = await patchTask(
    tx,
    task.id,
    {
      due_at: input.dueAt,
      close_due_at: closeDueAt,
      watch_at: nextWatch([input.dueAt, closeDueAt], now),
      supervised_at: now,
      supervised_by: actor.name,
      supervised_note: input.said,
      supervised_due_at: input.dueAt,
    },
    now,
  );
  await enter(tx, actor, task.id, { what: 'supervise', said: input.said }, now);
  await tellTask(tx, 'task.changed', seen);
  return seen;
}

const TOO_LATE = refuse('conflict', 'undo-late', {
  zh: '只能由本人在一分钟内、任务未被他人处理前撤销。',
  en: 'Only its author may take it back, within a minute and before somebody else moved it.',
});

type Last = { id: number; at: number; what: string; byId: number; before: Task | null };

/** The pass or assign that may be taken back: the last thing a person did, by this actor. */
export const lastMove = (tx: Tx, taskId: number): Promise<Last | undefined> =>
  tx.row(
    `select id, at, what, by_id as "byId", before from tasks.history
      where task_id = $1 and what not in ('auto', 'no_post') order by id desc limit 1`,
    [taskId],
  );

/** Takes back one's own last pass or assign within a minute; hops made since are removed. */
export async function undo(
  tx: Tx,
  actor: Actor,
  input: { id: number },
  now: number,
): Promise<Task | Refusal> {
  const task = await lockTask(tx, input.id, prefixOf(actor.areaCode));
  if (!task) return NO_TASK;
  const last = await lastMove(tx, input.id);
  const before = last?.before;
  if (!last || !before || last.byId !== actor.id || now > last.at + UNDO_WITHIN) return TOO_LATE;
  await tx.run('delete from tasks.hop where task_id = $1 and seq > $2', [task.id, before.seq]);
  await tx.run(
    `update tasks.hop set left_at = null, left_how = null, answered_at = null,
        accepted_at = case when $3 = 'accept' then null else accepted_at end
      where task_id = $1 and seq = $2`,
    [task.id, before.seq, before.clock],
  );
  const restored = await patchTask(tx, task.id, columnsOf(before), now);
  await enter(tx, actor, task.id, { what: 'undo', note: last.what, to: restored.postWords }, now);
  await tellTask(tx, 'task.changed', restored);
  return restored;
}

const columnsOf = (before: Task) => ({
  status: before.status,
  area_code: before.areaCode,
  seq: before.seq,
  tier: before.tier,
  hop_area: before.hopArea,
  post_id: before.postId,
  post_words: before.postWords,
  holder_id: before.holderId,
  holder_name: before.holderName,
  clock: before.clock,
  due_at: before.dueAt,
  watch_at: before.watchAt,
  escalated_to: before.escalatedTo,
});

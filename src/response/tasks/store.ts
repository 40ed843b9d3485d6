import type { Actor } from '#base/access.ts';
import { prefixOf } from '#base/areas.ts';
import { type Refusal, refuse } from '#base/refusal.ts';
import type { Level, Words } from '#base/words.ts';
import { factOf } from '#facts/index.ts';
import type { Tx } from '#platform/db/index.ts';
import { tell } from '#platform/outbox/index.ts';
import { type Clock, type HopTier, type Move, NEXT, STATUS_WORDS } from './model.ts';
import type { Status, TaskKind } from './model.ts';

/** A task as the table has it, with the hop it is on. Instants are epoch ms. */
export type Task = {
  readonly id: number;
  readonly alertId: number | null;
  readonly kind: TaskKind;
  readonly level: Level;
  readonly title: Words;
  readonly ladder: string;
  readonly status: Status;
  readonly personId: number | null;
  readonly placeId: number | null;
  readonly areaCode: string;
  readonly seq: number;
  readonly tier: HopTier;
  readonly hopArea: string;
  readonly postId: number | null;
  readonly postWords: Words | null;
  readonly holderId: number | null;
  readonly holderName: string | null;
  readonly clock: Clock | null;
  readonly dueAt: number | null;
  readonly closeDueAt: number;
  readonly watchAt: number | null;
  readonly attempts: number;
  readonly breaches: number;
  readonly escalatedTo: HopTier | null;
  readonly supervisedAt: number | null;
  readonly supervisedBy: string | null;
  /** Sealed. */
  readonly supervisedNote: Buffer | null;
  readonly supervisedDueAt: number | null;
  readonly result: string | null;
  readonly outcome: string | null;
  readonly dispatchedAt: number;
  readonly closedAt: number | null;
  readonly changedAt: number;
};

export const TASK = `id, alert_id as "alertId", kind, level, title, ladder, status,
  person_id as "personId", place_id as "placeId", area_code as "areaCode", seq, tier,
  hop_area as "hopArea", post_id as "postId", post_words as "postWords",
  holder_id as "holderId", holder_name as "holderName", clock, due_at as "dueAt",
  close_due_at as "closeDueAt", watch_at as "watchAt", attempts, breaches,
  escalated_to as "escalatedTo", supervised_at as "supervisedAt",
  supervised_by as "supervisedBy", supervised_note as "supervisedNote",
  supervised_due_at as "supervisedDueAt", result, outcome, dispatched_at as "dispatchedAt",
  closed_at as "closedAt", changed_at as "changedAt"`;

/** Columns a move may set, by their names in the table. */
export type Patch = Partial<{
  kind: TaskKind;
  level: Level;
  status: Status;
  area_code: string;
  seq: number;
  tier: HopTier;
  hop_area: string;
  post_id: number | null;
  post_words: Words | null;
  holder_id: number | null;
  holder_name: string | null;
  clock: Clock | null;
  due_at: number | null;
  close_due_at: number;
  watch_at: number | null;
  attempts: number;
  breaches: number;
  escalated_to: HopTier | null;
  supervised_at: number | null;
  supervised_by: string | null;
  supervised_note: Buffer | null;
  supervised_due_at: number | null;
  result: string | null;
  outcome: string | null;
  closed_at: number | null;
}>;

/** Sets columns of one task; columns ending in `_at` are given in epoch ms. */
export async function patchTask(tx: Tx, id: number, patch: Patch, now: number): Promise<Task> {
  const columns = Object.entries(patch);
  const values = columns.map(([name, value]) => {
    if (name === 'post_words') return value === null ? null : JSON.stringify(value);
    return name.endsWith('_at') && typeof value === 'number' ? new Date(value) : value;
  });
  const sets = columns.map(([name], i) => `${name} = $${i + 3}`);
  const row = await tx.row<Task>(
    `update tasks.task set ${[...sets, 'changed_at = $2'].join(', ')} where id = $1
      returning ${TASK}`,
    [id, new Date(now), ...values],
  );
  if (!row) throw new Error(`task ${id} is gone`);
  return row;
}

export const NO_TASK = refuse('missing', 'no-task', {
  zh: '没有这项任务，或不在您的辖区内。',
  en: 'There is no such task, or it lies outside your area.',
});
const NOT_YOURS = refuse('forbidden', 'task-elsewhere', {
  zh: '任务现在不在您的岗位或下级岗位，不能操作。',
  en: 'The task does not lie at your post or one below it.',
});
const cannot = (status: Status): Refusal =>
  refuse('conflict', 'task-status', {
    zh: `任务${STATUS_WORDS[status].zh}，不允许此操作，请刷新后再试。`,
    en: `The task is ${STATUS_WORDS[status].en}; this move is not possible. Reload it.`,
  });

/** A task of the actor's area, locked. */
export const lockTask = (tx: Tx, id: number, areaPrefix: string): Promise<Task | undefined> =>
  tx.row(
    `select ${TASK} from tasks.task where id = $1
      and (left(area_code, length($2)) = $2 or left(hop_area, length($2)) = $2) for update`,
    [id, areaPrefix],
  );

/** Whether a task lies at the actor's post or below: who stands above may always take over. */
export const holds = (actor: Actor, task: Task): boolean =>
  task.holderId === actor.id || task.hopArea.startsWith(prefixOf(actor.areaCode));

/**
 * The task a verb may move and the status it moves to. Refuses no-task, task-elsewhere, task-
 * status.
 */
export async function readyFor(
  tx: Tx,
  actor: Actor,
  id: number,
  move: Move,
): Promise<{ task: Task; to: Status } | Refusal> {
  const task = await lockTask(tx, id, prefixOf(actor.areaCode));
  if (!task) return NO_TASK;
  if (!holds(actor, task)) return NOT_YOURS;
  const to = NEXT[task.status][move];
  return to ? { task, to } : cannot(task.status);
}

export type Line = {
  readonly what: string;
  /** The house's own words. */
  readonly note?: string | null | undefined;
  /** What a person wrote, sealed. */
  readonly said?: Buffer | undefined;
  readonly from?: Words | null;
  readonly to?: Words | null;
  readonly before?: Task;
};

/** One line of the history. */
export async function enter(
  tx: Tx,
  by: { id: number; name: string },
  taskId: number,
  line: Line,
  now: number,
): Promise<void> {
  const json = (value: unknown) => (value ? JSON.stringify(value) : null);
  await tx.run(
    `insert into tasks.history (task_id, at, what, by_id, by_name, from_post, to_post, note, said,
        before) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      taskId,
      new Date(now),
      line.what,
      by.id,
      by.name,
      json(line.from),
      json(line.to),
      line.note ?? null,
      line.said ?? null,
      json(line.before && { ...line.before, supervisedNote: null }),
    ],
  );
}

const bodyOf = (task: Task) => ({
  taskId: task.id,
  alertId: task.alertId,
  areaCode: task.areaCode,
  status: task.status,
  holderId: task.holderId,
});

export const tellTask = (
  tx: Tx,
  kind: 'task.dispatched' | 'task.changed',
  task: Task,
): Promise<unknown> => tell(tx, factOf(kind, task.id, bodyOf(task)));

export const tellEscalated = (tx: Tx, task: Task, clock: Clock): Promise<unknown> =>
  tell(tx, factOf('task.escalated', task.id, { ...bodyOf(task), clock }));

export const tellClosed = (tx: Tx, task: Task, outcome: string): Promise<unknown> =>
  tell(tx, factOf('task.closed', task.id, { ...bodyOf(task), outcome }));

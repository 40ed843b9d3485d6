import { createHash } from 'node:crypto';
import type { Actor, Scope } from '#base/access.ts';
import { isRefusal, refuse, type Refusal } from '#base/refusal.ts';
import { MINUTE } from '#base/time.ts';
import type { Level, Words } from '#base/words.ts';
import type { Tx } from '#platform/db/index.ts';
import type { TaskFilter } from '../contract.ts';
import type { Status } from '../model.ts';
import { conditionsOf } from '../reads/lists.ts';
import { TASK, type Task } from '../store.ts';
import { pass } from './hops.ts';

/** One bulk move touches at most so many tasks. */
export const BULK_MAX = 500;
export const TOKEN_LIFE = 10 * MINUTE;
const SHOWN = 20;

export type BulkAction =
  | { readonly move: 'pass' }
  | { readonly move: 'assign'; readonly to: { readonly id: number; readonly name: string } };

export type BulkPreview = {
  readonly token: string;
  readonly count: number;
  readonly truncated: boolean;
  readonly byLevel: { level: Level; count: number }[];
  readonly byArea: { areaCode: string; count: number }[];
  readonly first: Task[];
  readonly expiresAt: number;
};

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

function tally<T extends string | number>(values: readonly T[]): [T, number][] {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => (a[0] < b[0] ? -1 : 1));
}

/** What a bulk move would touch: the ids and the hop each was on, bound to the token. */
export async function previewBulk(
  tx: Tx,
  scope: Scope,
  input: { filter: Partial<TaskFilter>; action: BulkAction; token: string },
  now: number,
): Promise<BulkPreview> {
  const { sql, params } = conditionsOf(scope, input.filter, now);
  const rows = await tx.rows<Task>(
    `select ${TASK} from tasks.task where ${sql} and status in ('waiting', 'working')
      order by due_at, id limit ${BULK_MAX + 1}`,
    params,
  );
  const kept = rows.slice(0, BULK_MAX);
  const expiresAt = now + TOKEN_LIFE;
  const seen = Object.fromEntries(kept.map((t) => [t.id, [t.seq, t.holderId]]));
  await tx.run(
    `insert into tasks.bulk (token_hash, actor_id, action, ids, seen, previewed_at, expires_at)
      values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      hashOf(input.token),
      scope.actor.id,
      JSON.stringify(input.action),
      kept.map((t) => t.id),
      JSON.stringify(seen),
      new Date(now),
      new Date(expiresAt),
    ],
  );
  return {
    token: input.token,
    count: kept.length,
    truncated: rows.length > BULK_MAX,
    byLevel: tally(kept.map((t) => t.level)).map(([level, count]) => ({ level, count })),
    byArea: tally(kept.map((t) => t.hopArea)).map(([areaCode, count]) => ({ areaCode, count })),
    first: kept.slice(0, SHOWN),
    expiresAt,
  };
}

/** How many persons' tasks of a previewed move hang on no alert. */
export async function countWithoutAlert(tx: Tx, actor: Actor, token: string): Promise<number> {
  const row = await tx.row<{ n: number }>(
    `select count(distinct person_id) as n from tasks.task
      where alert_id is null and person_id is not null and id in
        (select unnest(ids) from tasks.bulk where token_hash = $1 and actor_id = $2)`,
    [hashOf(token), actor.id],
  );
  return row?.n ?? 0;
}

const NO_BULK = refuse('missing', 'no-preview', {
  zh: '预览不存在、已过期或已执行，请重新预览。',
  en: 'This preview is unknown, expired or used; preview again.',
});
const MOVED: Words = { zh: '预览后已被他人处理', en: 'Moved by somebody since the preview' };

type Bulk = {
  id: number;
  action: BulkAction;
  ids: number[];
  seen: Record<string, [number, number | null]>;
  expiresAt: number;
  executedAt: number | null;
};
export type BulkDone = {
  readonly done: number;
  readonly skipped: { id: number; status: Status; why: Words }[];
};

/** Does exactly what was previewed; what moved since or refuses is named. Refuses no-preview. */
export async function executeBulk(
  tx: Tx,
  actor: Actor,
  input: { token: string },
  now: number,
): Promise<BulkDone | Refusal> {
  const bulk = await tx.row<Bulk>(
    `select id, action, ids, seen, expires_at as "expiresAt", executed_at as "executedAt"
      from tasks.bulk where token_hash = $1 and actor_id = $2 for update`,
    [hashOf(input.token), actor.id],
  );
  if (!bulk || bulk.executedAt !== null || bulk.expiresAt < now) return NO_BULK;
  const tasks = await tx.rows<Task>(
    `select ${TASK} from tasks.task where id = any($1) order by id for update`,
    [bulk.ids],
  );
  const to = bulk.action.move === 'assign' ? bulk.action.to : undefined;
  const skipped: BulkDone['skipped'] = [];
  for (const task of tasks) {
    const [seq, holder] = bulk.seen[task.id] ?? [];
    const same = seq === task.seq && holder === task.holderId;
    const moved = same ? await pass(tx, actor, { id: task.id, to }, now) : undefined;
    if (!moved) skipped.push({ id: task.id, status: task.status, why: MOVED });
    else if (isRefusal(moved)) skipped.push({ id: task.id, status: task.status, why: moved.text });
  }
  await tx.run('update tasks.bulk set executed_at = $2 where id = $1', [bulk.id, new Date(now)]);
  return { done: tasks.length - skipped.length, skipped };
}

import type { Scope } from '#base/access.ts';
import { inArea, prefixOf } from '#base/areas.ts';
import { keyOf, type Page, pageOf } from '#base/paging.ts';
import type { Tx } from '#platform/db/index.ts';
import { postsOfActor } from '#registers/agencies/index.ts';
import type { TaskFilter } from '../contract.ts';
import { TASK, type Task } from '../store.ts';

/** The conditions of a filter, as SQL over tasks.task, and their parameters. */
export function conditionsOf(
  scope: Scope,
  filter: Partial<TaskFilter>,
  now: number,
): { sql: string; params: unknown[] } {
  const params: unknown[] = [];
  const parts: string[] = [];
  const add = (sql: string, value: unknown) => {
    params.push(value);
    parts.push(sql.replaceAll('?', `$${params.length}`));
  };
  const status = filter.status ?? 'live';
  if (status === 'closed' || status === 'withdrawn')
    parts.push(`status = '${status}' and closed_at is not null`);
  else parts.push('closed_at is null');
  if (status === 'waiting' || status === 'working' || status === 'answered')
    parts.push(`status = '${status}'`);
  for (const prefix of [scope.areaPrefix, filter.areaCode ? prefixOf(filter.areaCode) : ''])
    if (prefix) add(inArea('area_code', '?'), prefix);
  if (filter.kind) add('kind = ?', filter.kind);
  if (filter.level) add('level = ?', filter.level);
  if (filter.tier) add('tier = ?', filter.tier);
  if (filter.holderId) add('holder_id = ?', filter.holderId);
  if (filter.alertId) add('alert_id = ?', filter.alertId);
  if (filter.personId) add('person_id = ?', filter.personId);
  if (filter.overdue) add('due_at <= ?', new Date(now));
  if (filter.supervised) parts.push('supervised_at is not null');
  return { sql: parts.join(' and '), params };
}

type Asked = { after?: string | undefined; limit: number };
const ENDED: readonly (string | undefined)[] = ['closed', 'withdrawn'];

/** A page of tasks: open ones by due time, ended ones by when they ended, newest first. */
export async function tasksPage(
  tx: Tx,
  scope: Scope,
  query: Partial<TaskFilter> & Asked,
  now: number,
): Promise<Page<Task>> {
  const { sql, params } = conditionsOf(scope, query, now);
  const ended = ENDED.includes(query.status);
  const column = ended ? 'closed_at' : 'due_at';
  const after = keyOf(query.after, ['instant', 'id']);
  const n = params.length;
  const sign = ended ? '<' : '>';
  const keyset = after
    ? `and (${column}, id) ${sign} ($${n + 2}::timestamptz, $${n + 3}::bigint)`
    : '';
  const way = ended ? 'desc' : 'asc';
  const rows = await tx.rows<Task>(
    `select ${TASK} from tasks.task where ${sql} ${keyset}
      order by ${column} ${way}, id ${way} limit $${n + 1}`,
    [...params, query.limit + 1, ...(after ? [new Date(after[0]), after[1]] : [])],
  );
  return pageOf(rows, query.limit, (row) => [ended ? row.closedAt : row.dueAt, row.id]);
}

/** How many tasks a filter finds in the scope. */
export async function countFound(
  tx: Tx,
  scope: Scope,
  filter: Partial<TaskFilter>,
  now: number,
): Promise<number> {
  const { sql, params } = conditionsOf(scope, filter, now);
  const row = await tx.row<{ n: number }>(
    `select count(*) as n from tasks.task where ${sql}`,
    params,
  );
  return row?.n ?? 0;
}

/**
 * Open tasks the actor holds, and those that lie with nobody at a post the actor is a member
 * of.
 */
export async function myTasks(tx: Tx, scope: Scope, query: Asked): Promise<Page<Task>> {
  const posts = (await postsOfActor(tx, scope.actor.id)).map((post) => post.id);
  const after = keyOf(query.after, ['instant', 'id']);
  const keyset = after ? 'and (due_at, id) > ($4::timestamptz, $5::bigint)' : '';
  const part = (where: string) =>
    `(select * from tasks.task where closed_at is null and ${where} ${keyset}
       order by due_at, id limit $3)`;
  const rows = await tx.rows<Task>(
    `select ${TASK} from (${part('holder_id = $1')}
       union all ${part('holder_id is null and post_id = any($2)')}) mine
      order by due_at, id limit $3`,
    [scope.actor.id, posts, query.limit + 1, ...(after ? [new Date(after[0]), after[1]] : [])],
  );
  return pageOf(rows, query.limit, (row) => [row.dueAt, row.id]);
}

/** Persons of open tasks that count for who holds them; more than anybody works on at once. */
const ASSIGNED_MAX = 500;

/**
 * Whose files a task opens: persons of open tasks that the actor holds, or that lie at a post of
 * theirs. The soonest due first, at most ASSIGNED_MAX.
 */
export async function personsAssigned(tx: Tx, actorId: number): Promise<number[]> {
  const posts = (await postsOfActor(tx, actorId)).map((post) => post.id);
  const part = (where: string) =>
    `(select person_id, due_at from tasks.task
       where closed_at is null and person_id is not null and ${where}
       order by due_at, id limit ${ASSIGNED_MAX})`;
  const rows = await tx.rows<{ id: number }>(
    `select person_id as id from (${part('holder_id = $1')}
       union all ${part('post_id = any($2)')}) x
     group by person_id order by min(due_at), person_id limit ${ASSIGNED_MAX}`,
    [actorId, posts],
  );
  return rows.map((row) => row.id);
}

/** One task inside the scope. */
export const taskById = (tx: Tx, scope: Scope, id: number): Promise<Task | undefined> =>
  tx.row(
    `select ${TASK} from tasks.task where id = $1
      and (left(area_code, length($2)) = $2 or left(hop_area, length($2)) = $2
        or holder_id = $3)`,
    [id, scope.areaPrefix, scope.actor.id],
  );

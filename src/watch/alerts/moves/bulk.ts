import { createHash } from 'node:crypto';
import type { Actor, Scope } from '#base/access.ts';
import { isWithin, prefixOf } from '#base/areas.ts';
import { refuse, type Refusal } from '#base/refusal.ts';
import { MINUTE } from '#base/time.ts';
import type { Level } from '#base/words.ts';
import type { Tx } from '#platform/db/index.ts';
import { actorOf, mayDo } from '#registers/access/index.ts';
import type { AlertFilter } from '../contract.ts';
import type { Status } from '../model.ts';
import { conditionsOf } from '../reads/lists.ts';
import { ALERT, type Alert, enter, tellChanged } from '../store.ts';

/** One bulk move touches at most so many alerts. */
export const BULK_MAX = 2_000;
export const TOKEN_LIFE = 10 * MINUTE;
export const UNDO_WITHIN = MINUTE;
const SHOWN = 20;

export type BulkAction =
  | { readonly move: 'acknowledge' }
  | { readonly move: 'assign'; readonly to: { readonly id: number; readonly name: string } };

export type BulkPreview = {
  readonly token: string;
  readonly count: number;
  readonly truncated: boolean;
  readonly byLevel: { level: Level; count: number }[];
  readonly byArea: { areaCode: string; count: number }[];
  readonly first: Alert[];
  readonly expiresAt: number;
};

/**
 * What a bulk move would touch: the ids are written down, and the token stands for exactly
 * those.
 */
export async function previewBulk(
  tx: Tx,
  scope: Scope,
  input: { filter: Partial<AlertFilter>; action: BulkAction; token: string },
  now: number,
): Promise<BulkPreview> {
  const { sql, params } = conditionsOf(scope, input.filter);
  const fits = input.action.move === 'acknowledge' ? `status = 'open'` : `status <> 'closed'`;
  const rows = await tx.rows<{ id: number; level: Level; areaCode: string }>(
    `select id, level, rpad(left(area_code, 9), 12, '0') as "areaCode" from alerts.alert
      where ${sql} and ${fits} order by rank desc, id desc limit ${BULK_MAX + 1}`,
    params,
  );
  const kept = rows.slice(0, BULK_MAX);
  const ids = kept.map((row) => row.id);
  const expiresAt = now + TOKEN_LIFE;
  await tx.run(
    `insert into alerts.bulk (token_hash, actor_id, action, ids, previewed_at, expires_at)
      values ($1, $2, $3, $4, $5, $6)`,
    [
      hashOf(input.token),
      scope.actor.id,
      JSON.stringify(input.action),
      ids,
      new Date(now),
      new Date(expiresAt),
    ],
  );
  const first = await tx.rows<Alert>(
    `select ${ALERT} from alerts.alert where id = any($1) order by rank desc, id desc`,
    [ids.slice(0, SHOWN)],
  );
  const count = ids.length;
  const truncated = rows.length > BULK_MAX;
  const byLevel = tally(kept.map((r) => r.level)).map(([level, n]) => ({ level, count: n }));
  const byArea = tally(kept.map((r) => r.areaCode)).map(([code, n]) => ({
    areaCode: code,
    count: n,
  }));
  return { token: input.token, count, truncated, byLevel, byArea, first, expiresAt };
}

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

function tally<T extends string | number>(values: readonly T[]): [T, number][] {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => (a[0] < b[0] ? -1 : 1));
}

type Bulk = {
  id: number;
  actorId: number;
  action: BulkAction;
  ids: number[];
  previewedAt: number;
  expiresAt: number;
  executedAt: number | null;
  undoneAt: number | null;
  before: { id: number; status: Status; to: number | null; name: string | null }[] | null;
};
const BULK = `id, actor_id as "actorId", action, ids, previewed_at as "previewedAt",
  expires_at as "expiresAt", executed_at as "executedAt", undone_at as "undoneAt", before`;

const NO_BULK = refuse('missing', 'no-preview', {
  zh: '预览不存在、已过期或已执行，请重新预览。',
  en: 'This preview is unknown, expired or used; preview again.',
});
const TOO_LATE = refuse('conflict', 'undo-late', {
  zh: '只能由本人在一分钟内撤销一次。',
  en: 'Only its author may take it back, once, within a minute.',
});

export type BulkDone = {
  readonly bulkId: number;
  readonly done: number;
  readonly skipped: { id: number; status: Status }[];
  readonly undoUntil: number;
};

/**
 * Does exactly what was previewed, except alerts somebody moved since and those the assignee may
 * not see. Refuses `no-preview`.
 */
export async function executeBulk(
  tx: Tx,
  actor: Actor,
  input: { token: string },
  now: number,
): Promise<BulkDone | Refusal> {
  const bulk = await tx.row<Bulk>(
    `select ${BULK} from alerts.bulk where token_hash = $1 and actor_id = $2 for update`,
    [hashOf(input.token), actor.id],
  );
  if (!bulk || bulk.executedAt !== null || bulk.expiresAt < now) return NO_BULK;
  const alerts = await tx.rows<Alert>(
    `select ${ALERT} from alerts.alert where id = any($1) order by id for update`,
    [bulk.ids],
  );
  const { action } = bulk;
  const to = action.move === 'assign' ? await actorOf(tx, action.to.id) : undefined;
  const movable = ({ status, movedAt, areaCode }: Alert) =>
    movedAt <= bulk.previewedAt &&
    (action.move !== 'assign' || canSee(to, areaCode)) &&
    (action.move === 'acknowledge' ? status === 'open' : status !== 'closed');
  const ready = alerts.filter(movable);
  const moved = await moveAll(tx, actor, { move: action.move, to }, ready, now);
  await tx.run('update alerts.bulk set executed_at = $2, before = $3 where id = $1', [
    bulk.id,
    new Date(now),
    JSON.stringify(
      ready.map((a) => ({ id: a.id, status: a.status, to: a.assignedTo, name: a.assignedName })),
    ),
  ]);
  return {
    bulkId: bulk.id,
    done: moved,
    skipped: alerts.filter((a) => !movable(a)).map(({ id, status }) => ({ id, status })),
    undoUntil: now + UNDO_WITHIN,
  };
}

/** Whether an active actor sees alerts of the area: only then one may be given to them. */
const canSee = (to: Actor | undefined, areaCode: string): boolean =>
  to !== undefined && mayDo(to, 'alert.read') && isWithin(areaCode, prefixOf(to.areaCode));

async function moveAll(
  tx: Tx,
  actor: Actor,
  { move, to }: { move: BulkAction['move']; to: Actor | undefined },
  alerts: readonly Alert[],
  now: number,
): Promise<number> {
  const rows = await tx.rows<Alert>(
    `update alerts.alert set
        status = case when status = 'open' then 'acknowledged' else status end,
        assigned_to = coalesce($2, assigned_to), assigned_name = coalesce($3, assigned_name),
        moved_at = $4
      where id = any($1) returning ${ALERT}`,
    [alerts.map((a) => a.id), to?.id ?? null, to?.name ?? null, new Date(now)],
  );
  await enter(
    tx,
    actor,
    rows.map((a) => ({ alertId: a.id, what: move, note: to?.name ?? null })),
    now,
  );
  for (const row of rows) await tellChanged(tx, row);
  return rows.length;
}

/** Takes a bulk move back within a minute; alerts moved since are kept. Refuses `undo-late`. */
export async function undoBulk(
  tx: Tx,
  actor: Actor,
  input: { id: number },
  now: number,
): Promise<{ undone: number; kept: number[] } | Refusal> {
  const bulk = await tx.row<Bulk>(
    `select ${BULK} from alerts.bulk where id = $1 and actor_id = $2 for update`,
    [input.id, actor.id],
  );
  if (!bulk?.executedAt || bulk.undoneAt !== null) return TOO_LATE;
  if (now > bulk.executedAt + UNDO_WITHIN) return TOO_LATE;
  const rows = await tx.rows<Alert>(
    `update alerts.alert set status = b.status, assigned_to = b."to", assigned_name = b.name,
        moved_at = $3
      from jsonb_to_recordset($1::jsonb) as b(bid bigint, status text, "to" bigint, name text)
      where alert.id = b.bid and moved_at = $2
      returning ${ALERT.replaceAll(/\bstatus\b/g, 'alert.status')}`,
    [
      JSON.stringify((bulk.before ?? []).map(({ id, ...rest }) => ({ bid: id, ...rest }))),
      new Date(bulk.executedAt),
      new Date(now),
    ],
  );
  await tx.run('update alerts.bulk set undone_at = $2 where id = $1', [bulk.id, new Date(now)]);
  await enter(
    tx,
    actor,
    rows.map((a) => ({ alertId: a.id, what: 'undo', note: bulk.action.move })),
    now,
  );
  for (const row of rows) await tellChanged(tx, row);
  const undone = new Set(rows.map((row) => row.id));
  const kept = (bulk.before ?? []).map((b) => b.id).filter((id) => !undone.has(id));
  return { undone: rows.length, kept };
}

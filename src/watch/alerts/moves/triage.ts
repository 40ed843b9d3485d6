import type { Actor } from '#base/access.ts';
import { isRefusal, refuse, type Refusal } from '#base/refusal.ts';
import type { Tx } from '#platform/db/index.ts';
import { actorFor } from '#registers/access/index.ts';
import { type Alert, enter, moveAlert, readyFor } from '../store.ts';

/** `said` is sealed. */
type Noted = { readonly id: number; readonly said?: Buffer | undefined };

/** Somebody has seen it. Refuses `no-alert`, `alert-status`. */
export async function acknowledge(
  tx: Tx,
  actor: Actor,
  input: Noted,
  now: number,
): Promise<Alert | Refusal> {
  const ready = await readyFor(tx, actor, input.id, 'acknowledge');
  if (isRefusal(ready)) return ready;
  await enter(tx, actor, [{ alertId: input.id, what: 'acknowledge', said: input.said }], now);
  return moveAlert(tx, ready.alert, ready.to, undefined, now);
}

/** Somebody works on it. Refuses `no-alert`, `alert-status`. */
export async function start(
  tx: Tx,
  actor: Actor,
  input: Noted,
  now: number,
): Promise<Alert | Refusal> {
  const ready = await readyFor(tx, actor, input.id, 'start');
  if (isRefusal(ready)) return ready;
  await enter(tx, actor, [{ alertId: input.id, what: 'start', said: input.said }], now);
  return moveAlert(tx, ready.alert, ready.to, undefined, now);
}

const NO_ASSIGNEE = refuse('invalid', 'no-such-assignee', {
  zh: '此人不存在、已停用，或看不到该辖区的预警。',
  en: 'There is no such person, or alerts of this area are not theirs to see.',
});

/**
 * Gives it to an actor, or takes it back with null. The name is the register's, whatever the
 * request says. Refuses `no-alert`, `alert-status`, `no-such-assignee`.
 */
export async function assign(
  tx: Tx,
  actor: Actor,
  input: Noted & { readonly to: { id: number; name: string } | null },
  now: number,
): Promise<Alert | Refusal> {
  const ready = await readyFor(tx, actor, input.id, 'assign');
  if (isRefusal(ready)) return ready;
  const holder = input.to && (await actorFor(tx, input.to.id, 'alert.read', ready.alert.areaCode));
  if (holder === undefined) return NO_ASSIGNEE;
  const to = holder && { id: holder.id, name: holder.name };
  const line = { alertId: input.id, what: 'assign', note: to?.name ?? null, said: input.said };
  await enter(tx, actor, [{ ...line, body: to }], now);
  return moveAlert(tx, ready.alert, ready.to, to, now);
}

/** A remark on the timeline; moves nothing. Refuses `no-alert`. Answers the entry's id. */
export async function comment(
  tx: Tx,
  actor: Actor,
  input: { readonly id: number; readonly said: Buffer },
  now: number,
): Promise<{ id: number } | Refusal> {
  const ready = await readyFor(tx, actor, input.id, 'comment');
  if (isRefusal(ready)) return ready;
  await enter(tx, actor, [{ alertId: input.id, what: 'comment', said: input.said }], now);
  const row = await tx.row<{ id: number }>(
    'select max(id) as id from alerts.history where alert_id = $1 and by_id = $2',
    [input.id, actor.id],
  );
  return row ?? { id: 0 };
}

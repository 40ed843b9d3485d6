import type { Actor } from '#base/access.ts';
import { isRefusal, type Refusal, refuse } from '#base/refusal.ts';
import { factOf } from '#facts/index.ts';
import type { Tx } from '#platform/db/index.ts';
import { tell } from '#platform/outbox/index.ts';
import type { MandateKeys } from '#platform/secrets/index.ts';
import { separate } from '#registers/access/index.ts';
import { writeEntry } from '#registers/trace/index.ts';
import type { Mandate } from './contract.ts';
import { mandateById, writeDecision, writeRevocation } from './store.ts';

export const NO_MANDATE_HERE = refuse('missing', 'no-such-mandate', {
  zh: '没有这份命令。',
  en: 'There is no such order.',
});
const NOT_PROPOSED = refuse('conflict', 'not-proposed', {
  zh: '这份命令已经决定过，不能再次决定。',
  en: 'This order was decided already.',
});
const TOO_LATE = refuse('conflict', 'over', {
  zh: '这份命令的止期已过，不能再批准。',
  en: 'The end of this order has passed: it can no longer be approved.',
});
const NOT_RUNNING = refuse('conflict', 'not-running', {
  zh: '只有已批准且未终止的命令可以终止。',
  en: 'Only an approved order that has not ended can be ended.',
});

async function lockedMandate(tx: Tx, id: number, now: number): Promise<Mandate | Refusal> {
  return (await mandateById(tx, id, now, 'for update')) ?? NO_MANDATE_HERE;
}

const note = (tx: Tx, actor: Actor, action: string, id: number, at: number): Promise<void> =>
  writeEntry(tx, {
    at,
    actor,
    action,
    subject: `mandate:${id}`,
    purpose: '',
    areaCode: actor.areaCode,
    mandateId: id,
  });

/**
 * Approves or declines, by another person of another unit. Approving makes the order's own key,
 * on disk before the order stands (a key without an order opens nothing and is found by the
 * sunset). Refuses same-hand, same-unit, not-proposed, over.
 */
export async function decideMandate(
  tx: Tx,
  keys: Pick<MandateKeys, 'create'>,
  actor: Actor,
  input: { readonly id: number; readonly approve: boolean; readonly note: string },
  now: number,
): Promise<Mandate | Refusal> {
  const order = await lockedMandate(tx, input.id, now);
  if (isRefusal(order)) return order;
  if (order.state !== 'proposed') return NOT_PROPOSED;
  const author = { id: order.proposedBy, unit: order.proposedUnit };
  const same = separate({ author, approver: actor }, { units: true });
  if (same) return same;
  if (input.approve && order.endsAt <= now) return TOO_LATE;
  const stage = input.approve ? 'approved' : 'declined';
  const fingerprint = input.approve ? keys.create(order.id) : null;
  const by = { id: actor.id, name: actor.name, unit: actor.unit ?? '' };
  await writeDecision(tx, { id: order.id, stage, note: input.note, fingerprint }, by, now);
  await note(tx, actor, input.approve ? 'mandate.approve' : 'mandate.decline', order.id, now);
  return lockedMandate(tx, order.id, now);
}

/** Ends an order before its time. The functions stop with this transaction. */
export async function revokeMandate(
  tx: Tx,
  actor: Actor,
  input: { readonly id: number; readonly reason: string },
  now: number,
): Promise<Mandate | Refusal> {
  const order = await lockedMandate(tx, input.id, now);
  if (isRefusal(order)) return order;
  if (order.state !== 'approved' && order.state !== 'live') return NOT_RUNNING;
  await writeRevocation(tx, input, actor, now);
  await note(tx, actor, 'mandate.end', order.id, now);
  return markEnded(tx, { ...order, ending: 'revoked' });
}

/** Told once: rooms take what the order brought in out of use. Idempotent by the stage. */
export async function markEnded(tx: Tx, order: Mandate): Promise<Mandate> {
  const first = await tx.run(
    `update mandates.mandate set stage = 'ended' where id = $1 and stage = 'approved'`,
    [order.id],
  );
  if (first > 0) {
    const { id, functions, ending } = order;
    await tell(tx, factOf('mandate.ended', id, { mandateId: id, functions, ending: ending ?? '' }));
  }
  return order;
}

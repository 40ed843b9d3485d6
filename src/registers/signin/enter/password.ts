import { isRefusal, type Refusal } from '#base/refusal.ts';
import { hashToken, newToken } from '#platform/secrets/index.ts';
import { type Begun, checkPassword } from '#registers/access/index.ts';
import type { NextStep } from '../contract.ts';
import { type From, letIn, type SigninDeps } from '../deps.ts';
import { PENDING_MS } from '../model.ts';
import { heldBy, isKnown, waysOf } from '../store.ts';

/**
 * The first step: the password. Answers a session, or for an actor with a second factor what is
 * asked next; `pending` is the thread between the steps, and only its hash is kept.
 */
export async function enterByPassword(
  deps: SigninDeps,
  input: { readonly login: string; readonly password: string },
  from: From,
  now: number,
): Promise<Begun | NextStep | Refusal> {
  const { db } = deps;
  const { known } = from;
  const checked = await checkPassword(
    db,
    {
      ...input,
      address: from.address ?? '',
      isKnown: known ? (tx, actorId) => isKnown(tx, known, actorId, now) : undefined,
    },
    now,
  );
  if (isRefusal(checked)) return checked;
  const { actor, mustChange } = checked;
  return db.tx(async (tx) => {
    const methods = waysOf(await heldBy(tx, actor.id));
    if (methods.length === 0)
      return letIn(
        deps,
        tx,
        actor,
        { ...from, method: 'password', hasFactor: false, mustChange },
        now,
      );
    const pending = newToken();
    await tx.run(
      'insert into signin.pending (hash, actor_id, must_change, ends_at) values ($1, $2, $3, $4)',
      [hashToken(pending), actor.id, mustChange, new Date(now + PENDING_MS)],
    );
    return { next: 'factor' as const, methods, pending };
  });
}

import type { Db, Tx } from '#platform/db/index.ts';
import { hashToken } from '#platform/secrets/index.ts';
import { actorOf, takeToken } from '#registers/access/index.ts';
import { type Entering, type From, letIn, type RelyingParty, type SigninDeps } from '../deps.ts';
import type { Purpose } from '../factors/challenge.ts';
import { checkPasskey } from '../factors/passkeys.ts';
import { takeRecovery } from '../factors/recovery.ts';
import { checkTotp } from '../factors/totp.ts';
import {
  FACTOR_BUCKET,
  PENDING_TRIES_MAX,
  START_AGAIN,
  TOO_MANY,
  WRONG_CODE,
  WRONG_PASSKEY,
} from '../model.ts';

export type Proof =
  | { readonly code: string }
  | { readonly recovery: string }
  | { readonly passkey: unknown };

/** Tries of one actor's codes are counted together, though the password was right each time. */
export const mayTry = (db: Db, actorId: number, now: number): Promise<boolean> =>
  db.tx((tx) => takeToken(tx, `factor ${actorId}`, FACTOR_BUCKET, now));

/** Whether the proof is the actor's. A right code is used up. */
export async function isProof(
  deps: SigninDeps,
  actorId: number,
  proof: Proof,
  at: { readonly purpose: Purpose; readonly rp: RelyingParty },
  now: number,
): Promise<boolean> {
  const { db, vault } = deps;
  if ('passkey' in proof)
    return (await checkPasskey(db, { ...proof, ...at, actorId }, now)) === actorId;
  if ('code' in proof) return db.tx((tx) => checkTotp(tx, vault, actorId, proof.code, now));
  return db.tx((tx) => takeRecovery(tx, actorId, proof.recovery, now));
}

export const methodOf = (proof: Proof): 'passkey' | 'totp' | 'recovery' =>
  'passkey' in proof ? 'passkey' : 'code' in proof ? 'totp' : 'recovery';

type Pending = { actorId: number; mustChange: boolean };

/** Whose password was right, if it was within five minutes and five tries; counts a try. */
const pendingOf = (tx: Tx, pending: string, now: number): Promise<Pending | undefined> =>
  tx.row<Pending>(
    `update signin.pending set tries = tries + 1
     where hash = $1 and ends_at > $2 and tries < $3
     returning actor_id as "actorId", must_change as "mustChange"`,
    [hashToken(pending), new Date(now), PENDING_TRIES_MAX],
  );

/** The second step: a code, a recovery code or a passkey after the password. */
export async function enterByFactor(
  deps: SigninDeps,
  input: { readonly pending: string; readonly proof: Proof },
  from: From,
  now: number,
): Promise<Entering> {
  const { db } = deps;
  const { pending, proof } = input;
  const held = await db.tx((tx) => pendingOf(tx, pending, now));
  if (!held) return START_AGAIN;
  const { actorId, mustChange } = held;
  // A passkey cannot be guessed: its owner enters though somebody used up the tries of the codes.
  if (!('passkey' in proof) && !(await mayTry(db, actorId, now))) return TOO_MANY;
  const isRight = await isProof(deps, actorId, proof, { purpose: 'factor', rp: from.rp }, now);
  if (!isRight) return 'passkey' in proof ? WRONG_PASSKEY : WRONG_CODE;
  return db.tx(async (tx) => {
    const once = await tx.run('delete from signin.pending where hash = $1', [hashToken(pending)]);
    const actor = once > 0 ? await actorOf(tx, actorId) : undefined;
    if (!actor) return START_AGAIN;
    const how = { ...from, method: methodOf(proof), hasFactor: true, mustChange };
    return letIn(deps, tx, actor, how, now);
  });
}

/** A passkey alone: something one has, opened by something one knows or is. */
export async function enterByPasskey(
  deps: SigninDeps,
  passkey: unknown,
  from: From,
  now: number,
): Promise<Entering> {
  const it = { passkey, purpose: 'enter' as const, actorId: null, rp: from.rp };
  const actorId = await checkPasskey(deps.db, it, now);
  if (actorId === undefined) return WRONG_PASSKEY;
  return deps.db.tx(async (tx) => {
    const actor = await actorOf(tx, actorId);
    if (!actor) return WRONG_PASSKEY;
    return letIn(deps, tx, actor, { ...from, method: 'passkey', hasFactor: true }, now);
  });
}

/** Whose sign-in waits for a second factor, without counting a try. */
export async function waitingActor(
  tx: Tx,
  pending: string,
  now: number,
): Promise<number | undefined> {
  const row = await tx.row<{ actorId: number }>(
    `select actor_id as "actorId" from signin.pending
     where hash = $1 and ends_at > $2 and tries < $3`,
    [hashToken(pending), new Date(now), PENDING_TRIES_MAX],
  );
  return row?.actorId;
}

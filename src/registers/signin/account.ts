import type { Actor } from '#base/access.ts';
import { isRefusal, type Refusal, refuse } from '#base/refusal.ts';
import type { Tx } from '#platform/db/index.ts';
import {
  actorByLogin,
  type Begun,
  choosePassword,
  endSessionsOf,
  isOwnPassword,
  markHanded,
  markProven,
} from '#registers/access/index.ts';
import { writeEntry } from '#registers/trace/index.ts';
import type { Account } from './contract.ts';
import { type From, letIn, type RelyingParty, type SigninDeps } from './deps.ts';
import { isProof, mayTry, type Proof } from './enter/factor.ts';
import { addPasskey, removePasskey } from './factors/passkeys.ts';
import { dropRecovery, renewRecovery } from './factors/recovery.ts';
import { confirmTotp, removeTotp } from './factors/totp.ts';
import { needsFactor, TOO_MANY, WRONG_CODE } from './model.ts';
import { hasFactor, heldBy, waysOf } from './store.ts';

const WRONG_OLD = refuse('invalid', 'wrong-password', {
  zh: '原密码不正确。',
  en: 'The present password is not right.',
});
const SAME = refuse('invalid', 'same-password', {
  zh: '新密码与原密码相同。',
  en: 'The new password is the same as the present one.',
});
const LAST = refuse('conflict', 'last-factor', {
  zh: '您的角色须有第二因素：请先添加另一种，再移除这一种。',
  en: 'Your role needs a second factor: add another before you remove this one.',
});
const NO_KEY = refuse('missing', 'no-such-passkey', {
  zh: '没有这个通行密钥。',
  en: 'There is no such passkey.',
});

/** One's own account: what one signs in with. */
export async function accountOf(tx: Tx, deps: SigninDeps, actor: Actor): Promise<Account> {
  const whole = await actorByLogin(tx, actor.login);
  return {
    ...(await heldBy(tx, actor.id)),
    isRequired: needsFactor(actor, deps.settings.secondFactor),
    hasPassword: typeof whole?.passwordHash === 'string',
    provenAt: actor.provenAt ?? null,
  };
}

export const noteAccount = (
  tx: Tx,
  actor: Actor,
  action: string,
  now: number,
  subject = actor.id,
) =>
  writeEntry(tx, {
    at: now,
    actor,
    action,
    subject: `actor:${subject}`,
    purpose: action,
    areaCode: actor.areaCode,
  });

/**
 * Changes one's own password. Every session ends and this browser gets a new one, which may still
 * have a second factor to add.
 */
export async function changeOwnPassword(
  deps: SigninDeps,
  actor: Actor,
  input: { readonly old: string; readonly password: string },
  from: From,
  now: number,
): Promise<Begun | Refusal> {
  const { db } = deps;
  if (!(await mayTry(db, actor.id, now))) return TOO_MANY;
  if (!(await isOwnPassword(db, actor.login, input.old))) return WRONG_OLD;
  if (input.old === input.password) return SAME;
  const { must: _, ...free } = actor;
  return db.tx(async (tx) => {
    const chosen = await choosePassword(tx, actor, input.password, now);
    if (isRefusal(chosen)) return chosen;
    const how = { ...from, method: 'password' as const, hasFactor: await hasFactor(tx, actor.id) };
    return letIn(deps, tx, free, how, now);
  });
}

/** After the first factor: recovery codes, once. */
async function firstCodes(tx: Tx, deps: SigninDeps, actorId: number): Promise<string[]> {
  const { recoveryLeft } = await heldBy(tx, actorId);
  return recoveryLeft > 0 ? [] : renewRecovery(tx, deps.chance, actorId);
}

export type NewFactor =
  | { readonly code: string }
  | { readonly name: string; readonly passkey: unknown; readonly rp: RelyingParty };

/**
 * Adds a factor that was shown to work. Answers recovery codes with the first one, and a new
 * session when the old one could do nothing but this.
 */
export async function addFactor(
  deps: SigninDeps,
  actor: Actor,
  input: NewFactor,
  from: From,
  now: number,
): Promise<{ recovery: string[]; begun: Begun | undefined } | Refusal> {
  if ('code' in input && !(await mayTry(deps.db, actor.id, now))) return TOO_MANY;
  return deps.db.tx(async (tx) => {
    const added =
      'code' in input
        ? await confirmTotp(tx, deps.vault, actor, input.code, now)
        : await addPasskey(tx, actor, input.rp, input, now);
    if (isRefusal(added)) return added;
    const recovery = await firstCodes(tx, deps, actor.id);
    const method = 'code' in input ? 'totp' : 'passkey';
    await noteAccount(tx, actor, `factor.add.${method}`, now);
    const { must, ...free } = actor;
    const begun =
      must === 'enrol'
        ? await letIn(deps, tx, free, { ...from, method, hasFactor: true }, now)
        : undefined;
    return { recovery, begun };
  });
}

/** Takes one of one's own factors away; the last one stays where the role needs one. */
export async function removeFactor(
  tx: Tx,
  deps: SigninDeps,
  actor: Actor,
  what: 'totp' | { readonly passkeyId: number },
  now: number,
): Promise<Account | Refusal> {
  const gone =
    what === 'totp'
      ? await removeTotp(tx, actor.id)
      : await removePasskey(tx, actor.id, what.passkeyId);
  if (gone === 0 && what !== 'totp') return NO_KEY;
  const left = waysOf(await heldBy(tx, actor.id));
  if (left.length === 0 && needsFactor(actor, deps.settings.secondFactor)) return LAST;
  if (left.length === 0) await dropRecovery(tx, actor.id);
  await noteAccount(tx, actor, 'factor.remove', now);
  return accountOf(tx, deps, actor);
}

/** Proves again who one is; guesses are counted with those at sign-in. */
export async function prove(
  deps: SigninDeps,
  actor: Actor,
  input: { readonly token: string; readonly proof: Proof | { readonly password: string } },
  rp: RelyingParty,
  now: number,
): Promise<{ provenAt: number } | Refusal> {
  const { proof, token } = input;
  if (!('passkey' in proof) && !(await mayTry(deps.db, actor.id, now))) return TOO_MANY;
  const isRight =
    'password' in proof
      ? await isOwnPassword(deps.db, actor.login, proof.password)
      : await isProof(deps, actor.id, proof, { purpose: 'prove', rp }, now);
  if (!isRight) return 'password' in proof ? { ...WRONG_OLD, kind: 'forbidden' } : NOT_PROVEN;
  await deps.db.tx(async (tx) => {
    await noteAccount(tx, actor, 'session.prove', now);
    return markProven(tx, token, now);
  });
  return { provenAt: now };
}
/** 403, not 401: the session goes on, only the proof failed. */
const NOT_PROVEN: Refusal = { ...WRONG_CODE, kind: 'forbidden' };

/** An administrator takes an actor's factors away (a lost phone) and ends every session of theirs. */
export async function dropFactorsOf(tx: Tx, actor: Actor, of: Actor, now: number): Promise<number> {
  await removeTotp(tx, of.id);
  await dropRecovery(tx, of.id);
  await tx.run('delete from signin.passkey where actor_id = $1', [of.id]);
  await markHanded(tx, of.id, now);
  await noteAccount(tx, actor, 'factor.drop', now, of.id);
  return endSessionsOf(tx, of.id, now);
}

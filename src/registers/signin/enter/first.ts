import { HOUSE } from '#base/access.ts';
import { isRefusal, type Refusal, refuse } from '#base/refusal.ts';
import { MINUTE } from '#base/time.ts';
import type { Tx } from '#platform/db/index.ts';
import { hashToken, newToken } from '#platform/secrets/index.ts';
import { actorOf, createActor, hasAdministrator, takeToken } from '#registers/access/index.ts';
import { type Entering, type From, letIn, type SigninDeps } from '../deps.ts';
import { INVITATION_MS, TOO_MANY } from '../model.ts';

const HAVE_ONE = refuse('conflict', 'administrator-exists', {
  zh: '已有管理员；其他账号由管理员开通。',
  en: 'There is an administrator already; they make the other accounts.',
});
const NO_CODE = refuse('unauthenticated', 'no-such-invitation', {
  zh: '开通码不对、已用过或已过一小时，请在服务器上重新生成。',
  en: 'The code is wrong, used, or over an hour old; make another on the server.',
});
const GUESSES = { capacity: 10, refillMs: MINUTE };

/**
 * A one-time code, good for an hour, that makes the first administrator; older ones end. Refuses
 * while there is an administrator who can sign in: there is no second way in, and no default one.
 */
export async function inviteFirst(
  tx: Tx,
  now: number,
): Promise<{ code: string; endsAt: number } | Refusal> {
  if (await hasAdministrator(tx)) return HAVE_ONE;
  await tx.run('delete from signin.invitation');
  const code = newToken();
  const endsAt = now + INVITATION_MS;
  await tx.run('insert into signin.invitation (hash, made_at, ends_at) values ($1, $2, $3)', [
    hashToken(code),
    new Date(now),
    new Date(endsAt),
  ]);
  return { code, endsAt };
}

/** Makes the first administrator, who chooses login and password, and signs them in. */
export async function enterFirst(
  deps: SigninDeps,
  input: {
    readonly code: string;
    readonly login: string;
    readonly name: string;
    readonly password: string;
    readonly areaCode: string;
  },
  from: From,
  now: number,
): Promise<Entering> {
  const { code, ...chosen } = input;
  const mayGuess = await deps.db.tx((tx) => takeToken(tx, `first ${from.address}`, GUESSES, now));
  if (!mayGuess) return TOO_MANY;
  return deps.db.tx(async (tx) => {
    const used = await tx.run(
      `update signin.invitation set used_at = $2
       where hash = $1 and used_at is null and ends_at > $2`,
      [hashToken(code), new Date(now)],
    );
    if (used === 0) return NO_CODE;
    if (await hasAdministrator(tx)) return HAVE_ONE;
    const made = await createActor(tx, HOUSE, { ...chosen, roles: ['administrator'] }, now);
    if (isRefusal(made)) return made;
    const actor = await actorOf(tx, made.id);
    if (!actor) return NO_CODE;
    return letIn(deps, tx, actor, { ...from, method: 'first', hasFactor: false }, now);
  });
}

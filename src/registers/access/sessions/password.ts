import { type Actor, HOUSE } from '#base/access.ts';
import { type Refusal, refuse } from '#base/refusal.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import { hashPassword, verifyPassword } from '#platform/secrets/index.ts';
import { writeEntry } from '#registers/trace/index.ts';
import { ADDRESS_BUCKET, LOGIN_BUCKET, slowDelayMs, SLOW_FORGET_MS } from '../model.ts';
import { type ActorWithHash, actorByLogin, returnTokens, takeToken } from '../store.ts';

export type PasswordInput = {
  readonly login: string;
  readonly password: string;
  /** Where the request came from: wrong passwords are counted per login and address. */
  readonly address: string;
  /** Whether this browser signed this login in before: a stranger's guesses do not slow it. */
  readonly isKnown?: ((tx: Tx, actorId: number) => Promise<boolean>) | undefined;
};

/** Who the password belongs to, and whether somebody else had set it. */
export type RightPassword = { readonly actor: Actor; readonly mustChange: boolean };

const WRONG = refuse('unauthenticated', 'wrong-login', {
  zh: '登录名或密码不正确。',
  en: 'The login or the password is not right.',
});
const WAIT = refuse('busy', 'too-many-attempts', {
  zh: '密码错误次数过多，请两分钟后再试；其他同事不受影响。',
  en: 'Too many wrong passwords; wait two minutes. Your colleagues are not affected.',
});

const GIVEN_TOO_LONG_AGO = refuse('unauthenticated', 'given-expired', {
  zh: '管理员设置的密码已过期未改，请联系管理员重设。',
  en: 'The password you were given has expired unchanged; ask an administrator for another.',
});

/** So that an unknown login takes as long as a wrong password. */
let decoy: Promise<string> | undefined;

/**
 * Checks a password. Takes the whole database, not a transaction: a wrong one must stay counted
 * though the answer is a refusal (`wrong-login`, `too-many-attempts`; an unknown login is answered
 * as a wrong password is, in word and time).
 */
export async function checkPassword(
  db: Db,
  input: PasswordInput,
  now: number,
): Promise<RightPassword | Refusal> {
  const login = input.login.slice(0, 60);
  const keys = { login: `login ${login} ${input.address}`, address: `address ${input.address}` };
  const found = await db.tx(async (tx) => {
    const actor = await actorByLogin(tx, input.login);
    const isKnown = actor !== undefined && (await input.isKnown?.(tx, actor.id)) === true;
    const isAllowed =
      (await takeToken(tx, keys.login, LOGIN_BUCKET, now)) &&
      (await takeToken(tx, keys.address, ADDRESS_BUCKET, now)) &&
      (isKnown || (await takeTurn(tx, `slow ${login}`, now)));
    return { isAllowed, actor };
  });
  if (!found.isAllowed) return WAIT;
  if (!(await isRight(found.actor, input.password)) || !found.actor) {
    await noteWrong(db, found.actor, now);
    return WRONG;
  }
  await db.tx(async (tx) => {
    await returnTokens(tx, keys.login, keys.address);
    await tx.run('delete from access.attempt where key = $1', [`slow ${login}`]);
  });
  const { passwordHash: _, mustChange, givenUntil, ...actor } = found.actor;
  if (givenUntil !== null && now > givenUntil) return GIVEN_TOO_LONG_AGO;
  return { actor, mustChange };
}

/**
 * A line of the trace for every wrong password, also of a login nobody has, so that the two take
 * the same time. Never what was typed: it may be a password. The buckets above bound the lines.
 */
async function noteWrong(db: Db, whose: ActorWithHash | undefined, now: number): Promise<void> {
  const actor = whose ?? HOUSE;
  const subject = whose ? `actor:${whose.id}` : 'actor';
  const line = { action: 'session.wrong', subject, purpose: '', areaCode: actor.areaCode };
  await db.tx((tx) => writeEntry(tx, { at: now, actor, ...line }));
}

async function isRight(actor: ActorWithHash | undefined, password: string): Promise<boolean> {
  decoy ??= hashPassword('nobody signs in with this');
  const hash = actor?.passwordHash;
  const fits = await verifyPassword(password, hash ?? (await decoy));
  return fits && typeof hash === 'string';
}

/** Whether this is the actor's own password: for those who are signed in already. */
export async function isOwnPassword(db: Db, login: string, password: string): Promise<boolean> {
  return isRight(await db.read((tx) => actorByLogin(tx, login)), password);
}

/**
 * Guesses at one login from everywhere are slowed, never locked: after ten, each waits twice as
 * long as the one before, up to five minutes. `tokens` counts them; an hour of silence forgets them.
 */
async function takeTurn(tx: Tx, key: string, now: number): Promise<boolean> {
  const row = await tx.row<{ tokens: number; at: number }>(
    'select tokens, at from access.attempt where key = $1 for update',
    [key],
  );
  const count = !row || now - row.at > SLOW_FORGET_MS ? 0 : row.tokens;
  if (row && now - row.at < slowDelayMs(count)) return false;
  await tx.run(
    `insert into access.attempt (key, tokens, at) values ($1, $2, $3)
     on conflict (key) do update set tokens = excluded.tokens, at = excluded.at`,
    [key, count + 1, new Date(now)],
  );
  return true;
}

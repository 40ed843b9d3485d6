import type { Actor } from '#base/access.ts';
import { type Refusal, refuse } from '#base/refusal.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import { hashPassword, hashToken, newToken, verifyPassword } from '#platform/secrets/index.ts';
import { writeEntry } from '#registers/trace/index.ts';
import {
  ADDRESS_BUCKET,
  LOGIN_BUCKET,
  SESSION_IDLE_MS,
  SESSION_LIFE_MS,
  SESSION_TOUCH_MS,
  SESSIONS_PER_ACTOR_MAX,
} from './model.ts';
import { actorByLogin, returnTokens, takeToken } from './store.ts';

export type LoginInput = {
  readonly login: string;
  readonly password: string;
  /** Where the request came from: wrong passwords are counted per login and address. */
  readonly address: string;
  /** The token of the session the browser still holds, which ends now: rotation. */
  readonly oldToken?: string | undefined;
};

const WRONG = refuse('unauthenticated', 'wrong-login', {
  zh: '登录名或密码不正确。',
  en: 'The login or the password is not right.',
});
const WAIT = refuse('busy', 'too-many-attempts', {
  zh: '密码错误次数过多，请两分钟后再试；其他同事不受影响。',
  en: 'Too many wrong passwords; wait two minutes. Your colleagues are not affected.',
});

/** So that an unknown login takes as long as a wrong password. */
let decoy: Promise<string> | undefined;

/**
 * Signs in. Takes the whole database, not a transaction: a wrong password must stay counted though
 * the answer is a refusal. The token is shown once; only its hash is kept.
 */
export async function login(
  db: Db,
  input: LoginInput,
  now: number,
): Promise<{ token: string; actor: Actor; endsAt: number } | Refusal> {
  const loginKey = `login ${input.login.slice(0, 60)} ${input.address}`;
  const addressKey = `address ${input.address}`;
  const found = await db.tx(async (tx) => {
    const allowed =
      (await takeToken(tx, loginKey, LOGIN_BUCKET, now)) &&
      (await takeToken(tx, addressKey, ADDRESS_BUCKET, now));
    return { allowed, actor: await actorByLogin(tx, input.login) };
  });
  if (!found.allowed) return WAIT;
  const hash = found.actor?.passwordHash;
  decoy ??= hashPassword('nobody signs in with this');
  const right = await verifyPassword(input.password, hash ?? (await decoy));
  if (!right || !hash || !found.actor) return WRONG;
  const { passwordHash: _, ...actor } = found.actor;
  const { token, endsAt } = await db.tx(async (tx) => {
    await returnTokens(tx, loginKey, addressKey);
    if (input.oldToken) await endSession(tx, input.oldToken, now);
    return beginSession(tx, actor, now);
  });
  return { token, actor, endsAt };
}

async function beginSession(tx: Tx, actor: Actor, now: number) {
  const token = newToken();
  const endsAt = now + SESSION_LIFE_MS;
  await tx.run(
    `insert into access.session (token_hash, actor_id, begun_at, seen_at, ends_at)
     values ($1, $2, $3, $3, $4)`,
    [hashToken(token), actor.id, new Date(now), new Date(endsAt)],
  );
  await tx.run(
    `update access.session set ended_at = $3 where token_hash in (
       select token_hash from access.session where actor_id = $1 and ended_at is null
       order by begun_at desc offset $2)`,
    [actor.id, SESSIONS_PER_ACTOR_MAX, new Date(now)],
  );
  const subject = `actor:${actor.id}`;
  const { areaCode } = actor;
  await writeEntry(tx, { at: now, actor, action: 'session.begin', subject, purpose: '', areaCode });
  return { token, endsAt };
}

type Seen = Actor & { seenAt: number };

/** Who holds this token, if it is live: not ended, not idle too long, not too old. */
export async function authenticate(db: Db, token: string, now: number): Promise<Actor | undefined> {
  const hash = hashToken(token);
  const found = await db.read((tx) =>
    tx.row<Seen>(
      `select a.id, a.login, a.name, a.roles, a.area_code as "areaCode", s.seen_at as "seenAt"
       from access.session s join access.actor a on a.id = s.actor_id
       where s.token_hash = $1 and s.ended_at is null and a.active
         and s.ends_at > $2 and s.seen_at > $3`,
      [hash, new Date(now), new Date(now - SESSION_IDLE_MS)],
    ),
  );
  if (!found) return undefined;
  const { seenAt, ...actor } = found;
  if (now - seenAt >= SESSION_TOUCH_MS) {
    await db.tx((tx) =>
      tx.run('update access.session set seen_at = $2 where token_hash = $1', [hash, new Date(now)]),
    );
  }
  return actor;
}

/** Ends one session. Answers whether there was one to end. */
export async function endSession(tx: Tx, token: string, now: number): Promise<boolean> {
  const ended = await tx.run(
    'update access.session set ended_at = $2 where token_hash = $1 and ended_at is null',
    [hashToken(token), new Date(now)],
  );
  return ended > 0;
}

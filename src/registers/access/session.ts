import type { Actor, Grant } from '#base/access.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import { hashToken, newToken } from '#platform/secrets/index.ts';
import { writeEntry } from '#registers/trace/index.ts';
import { liveGrants } from './glass.ts';
import {
  SESSION_IDLE_MS,
  SESSION_LIFE_MS,
  SESSION_TOUCH_MS,
  SESSIONS_PER_ACTOR_MAX,
} from './model.ts';
import { ACTOR_COLUMNS, type ActorRow, actorFrom } from './store.ts';

/** How somebody came in. `device` and `address` are shown to the owner of the session only. */
export type Entrance = {
  readonly method: 'password' | 'totp' | 'passkey' | 'recovery' | 'oidc' | 'phone' | 'first';
  readonly device?: string | undefined;
  readonly address?: string | undefined;
  /** What has to be done first; until then the session opens nothing else. */
  readonly must?: 'enrol' | 'change' | undefined;
  /** The token of the session the browser still holds, which ends now: rotation. */
  readonly oldToken?: string | undefined;
};
export type Begun = { readonly token: string; readonly actor: Actor; readonly endsAt: number };

/** Begins a session. The token is shown once; only its hash is kept. */
export async function beginSession(tx: Tx, who: Actor, how: Entrance, now: number): Promise<Begun> {
  if (how.oldToken) await endSession(tx, how.oldToken, now);
  const token = newToken();
  const endsAt = now + SESSION_LIFE_MS;
  await tx.run(
    `insert into access.session
       (token_hash, actor_id, begun_at, seen_at, ends_at, method, must, proven_at, device, address)
     values ($1, $2, $3, $3, $4, $5, $6, $3, $7, $8)`,
    [
      hashToken(token),
      who.id,
      new Date(now),
      new Date(endsAt),
      how.method,
      how.must ?? null,
      (how.device ?? '').slice(0, 80),
      (how.address ?? '').slice(0, 45),
    ],
  );
  await tx.run(
    `update access.session set ended_at = $3 where token_hash in (
       select token_hash from access.session where actor_id = $1 and ended_at is null
       order by begun_at desc, id desc offset $2)`,
    [who.id, SESSIONS_PER_ACTOR_MAX, new Date(now)],
  );
  const subject = `actor:${who.id}`;
  const { areaCode } = who;
  const line = { subject, purpose: how.method, areaCode };
  await writeEntry(tx, { at: now, actor: who, action: 'session.begin', ...line });
  const actor = { ...who, provenAt: now, ...(how.must ? { must: how.must } : {}) };
  return { token, actor, endsAt };
}

type Seen = ActorRow & {
  seenAt: number;
  provenAt: number | null;
  handedAt: number | null;
  must: Actor['must'] | null;
  grants: Grant[];
};

/** Who holds this token, if it is live: not ended, not idle too long, not too old. */
export async function authenticate(db: Db, token: string, now: number): Promise<Actor | undefined> {
  const hash = hashToken(token);
  const found = await db.read((tx) =>
    tx.row<Seen>(
      `select ${ACTOR_COLUMNS}, s.seen_at as "seenAt", s.proven_at as "provenAt", s.must,
         a.handed_at as "handedAt",
         ${liveGrants(2)}
       from access.session s join access.actor a on a.id = s.actor_id
       where s.token_hash = $1 and s.ended_at is null and a.active
         and s.ends_at > $2 and s.seen_at > $3`,
      [hash, new Date(now), new Date(now - SESSION_IDLE_MS)],
    ),
  );
  if (!found) return undefined;
  if (now - found.seenAt >= SESSION_TOUCH_MS) {
    await db.tx((tx) =>
      tx.run('update access.session set seen_at = $2 where token_hash = $1', [hash, new Date(now)]),
    );
  }
  return {
    ...actorFrom(found),
    ...(found.provenAt === null ? {} : { provenAt: found.provenAt }),
    ...(found.handedAt === null ? {} : { handedAt: found.handedAt }),
    ...(found.must ? { must: found.must } : {}),
    ...(found.grants.length > 0 ? { grants: found.grants } : {}),
  };
}

/** Ends one session. Answers whether there was one to end. */
export async function endSession(tx: Tx, token: string, now: number): Promise<boolean> {
  const ended = await tx.run(
    'update access.session set ended_at = $2 where token_hash = $1 and ended_at is null',
    [hashToken(token), new Date(now)],
  );
  return ended > 0;
}

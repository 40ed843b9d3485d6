import type { Tx } from '#platform/db/index.ts';
import { hashToken } from '#platform/secrets/index.ts';
import { SESSION_IDLE_MS } from '../model.ts';

export type SessionView = {
  id: number;
  device: string;
  address: string;
  method: string;
  begunAt: number;
  seenAt: number;
  isThis: boolean;
};

/** Live sessions of one actor, the latest seen first; `token` marks the one that asks. */
export const sessionsOf = (
  tx: Tx,
  actorId: number,
  token: string,
  now: number,
): Promise<SessionView[]> =>
  tx.rows<SessionView>(
    `select id, device, address, method, begun_at as "begunAt", seen_at as "seenAt",
       token_hash = $2 as "isThis"
     from access.session
     where actor_id = $1 and ended_at is null and ends_at > $3 and seen_at > $4
     order by seen_at desc, id desc limit 100`,
    [actorId, hashToken(token), new Date(now), new Date(now - SESSION_IDLE_MS)],
  );

/** Ends one of the actor's own sessions; answers how many ended. */
export const endSessionById = (tx: Tx, actorId: number, id: number, now: number): Promise<number> =>
  tx.run(
    `update access.session set ended_at = $3
     where actor_id = $1 and id = $2 and ended_at is null`,
    [actorId, id, new Date(now)],
  );

/** Ends every session of an actor, but for the one that is kept; answers how many ended. */
export const endSessionsOf = (
  tx: Tx,
  actorId: number,
  now: number,
  keptToken?: string,
): Promise<number> =>
  tx.run(
    `update access.session set ended_at = $2
     where actor_id = $1 and ended_at is null and ($3::bytea is null or token_hash <> $3)`,
    [actorId, new Date(now), keptToken === undefined ? null : hashToken(keptToken)],
  );

/** Somebody else had this account in hand: for a day it is no second person's (law/duties). */
export const markHanded = (tx: Tx, actorId: number, now: number): Promise<number> =>
  tx.run('update access.actor set handed_at = $2 where id = $1', [actorId, new Date(now)]);

/** The holder proved again who they are: grave acts are open for five minutes. */
export const markProven = (tx: Tx, token: string, now: number): Promise<number> =>
  tx.run('update access.session set proven_at = $2 where token_hash = $1 and ended_at is null', [
    hashToken(token),
    new Date(now),
  ]);

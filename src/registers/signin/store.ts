import type { Tx } from '#platform/db/index.ts';
import { hashToken } from '#platform/secrets/index.ts';
import type { Account, Factor } from './contract.ts';
import { recoveryLeft } from './factors/recovery.ts';
import { KNOWN_MS } from './model.ts';

export type Held = Pick<Account, 'totpSince' | 'passkeys' | 'recoveryLeft'>;

/** What an actor signs in with besides the password. */
export async function heldBy(tx: Tx, actorId: number): Promise<Held> {
  const totp = await tx.row<{ at: number | null }>(
    'select confirmed_at as at from signin.totp where actor_id = $1',
    [actorId],
  );
  const passkeys = await tx.rows<Held['passkeys'][number]>(
    `select id, name, added_at as "addedAt", used_at as "usedAt"
     from signin.passkey where actor_id = $1 order by id`,
    [actorId],
  );
  return { totpSince: totp?.at ?? null, passkeys, recoveryLeft: await recoveryLeft(tx, actorId) };
}

/** The ways to take the second step; empty for an actor without a second factor. */
export function waysOf(held: Held): Factor[] {
  const ways: Factor[] = [];
  if (held.totpSince !== null) ways.push('totp');
  if (held.passkeys.length > 0) ways.push('passkey');
  if (ways.length > 0 && held.recoveryLeft > 0) ways.push('recovery');
  return ways;
}

export const hasFactor = async (tx: Tx, actorId: number): Promise<boolean> =>
  waysOf(await heldBy(tx, actorId)).length > 0;

/** Whether this browser signed the actor in during the last half year. */
export async function isKnown(tx: Tx, token: string, actorId: number, now: number) {
  const row = await tx.row(
    'select 1 from signin.known where hash = $1 and actor_id = $2 and seen_at > $3',
    [hashToken(token), actorId, new Date(now - KNOWN_MS)],
  );
  return row !== undefined;
}

export const rememberDevice = (tx: Tx, token: string, actorId: number, now: number) =>
  tx.run(
    `insert into signin.known (hash, actor_id, seen_at) values ($1, $2, $3)
     on conflict (hash, actor_id) do update set seen_at = excluded.seen_at`,
    [hashToken(token), actorId, new Date(now)],
  );

/** Forgets what has run out. Called by the schedule. */
export async function pruneSignin(tx: Tx, now: number): Promise<void> {
  for (const table of ['challenge', 'pending', 'handshake', 'code', 'invitation'])
    await tx.run(`delete from signin.${table} where ends_at < $1`, [new Date(now)]);
  await tx.run('delete from signin.known where seen_at < $1', [new Date(now - KNOWN_MS)]);
}

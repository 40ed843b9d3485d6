import type { Tx } from '#platform/db/index.ts';
import { hashToken } from '#platform/secrets/index.ts';
import { RECOVERY_CODES } from '../model.ts';

/** Without 0, 1, i, l, o: codes are written down by hand. */
const LETTERS = '23456789abcdefghjkmnpqrstuvwxyz'.slice(0, 31);
const CHARS = 16;

function codeOf(chance: (bytes: number) => Uint8Array): string {
  let out = '';
  while (out.length < CHARS)
    // 248 = 8 × 31: what lies above would favour some letters.
    for (const byte of chance(CHARS))
      if (byte < 248 && out.length < CHARS) out += LETTERS[byte % LETTERS.length];
  return out.replaceAll(/(.{4})(?=.)/g, '$1-');
}

const hashOf = (code: string): Buffer => hashToken(code.toLowerCase().replaceAll(/[^a-z0-9]/g, ''));

/** Ten new codes, shown this once; the old ones end. */
export async function renewRecovery(
  tx: Tx,
  chance: (bytes: number) => Uint8Array,
  actorId: number,
): Promise<string[]> {
  const codes = Array.from({ length: RECOVERY_CODES }, () => codeOf(chance));
  await tx.run('delete from signin.recovery where actor_id = $1', [actorId]);
  await tx.run('insert into signin.recovery (actor_id, hash) select $1, unnest($2::bytea[])', [
    actorId,
    codes.map(hashOf),
  ]);
  return codes;
}

/** Whether it is one of the actor's codes and was not used; it is used up by asking. */
export async function takeRecovery(
  tx: Tx,
  actorId: number,
  code: string,
  now: number,
): Promise<boolean> {
  const taken = await tx.run(
    `update signin.recovery set used_at = $3
     where actor_id = $1 and hash = $2 and used_at is null`,
    [actorId, hashOf(code), new Date(now)],
  );
  return taken > 0;
}

export async function recoveryLeft(tx: Tx, actorId: number): Promise<number> {
  const row = await tx.row<{ n: number }>(
    'select count(*)::int as n from signin.recovery where actor_id = $1 and used_at is null',
    [actorId],
  );
  return row?.n ?? 0;
}

export const dropRecovery = (tx: Tx, actorId: number): Promise<number> =>
  tx.run('delete from signin.recovery where actor_id = $1', [actorId]);

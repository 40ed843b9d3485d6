import type { Tx } from '#platform/db/index.ts';
import { hashToken } from '#platform/secrets/index.ts';
import { CHALLENGE_MS } from '../model.ts';

/** add: a new passkey · enter: without a password · factor: after one · prove: a grave act. */
export type Purpose = 'add' | 'enter' | 'factor' | 'prove';

/** A challenge for one purpose, once, for five minutes; only its hash is kept. */
export async function newChallenge(
  tx: Tx,
  chance: (bytes: number) => Uint8Array,
  it: { readonly purpose: Purpose; readonly actorId: number | null },
  now: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = Uint8Array.from(chance(32));
  await tx.run(
    'insert into signin.challenge (hash, purpose, actor_id, ends_at) values ($1, $2, $3, $4)',
    [
      hashToken(Buffer.from(bytes).toString('base64url')),
      it.purpose,
      it.actorId,
      new Date(now + CHALLENGE_MS),
    ],
  );
  return bytes;
}

/** The challenge an authenticator signed, if we made it for this; it is used up by asking. */
export async function takeChallenge(
  tx: Tx,
  clientDataJSON: string,
  it: { readonly purpose: Purpose; readonly actorId: number | null },
  now: number,
): Promise<string | undefined> {
  const challenge = challengeIn(clientDataJSON);
  if (challenge === undefined) return undefined;
  const taken = await tx.run(
    `delete from signin.challenge
     where hash = $1 and purpose = $2 and actor_id is not distinct from $3 and ends_at > $4`,
    [hashToken(challenge), it.purpose, it.actorId, new Date(now)],
  );
  return taken > 0 ? challenge : undefined;
}

function challengeIn(clientDataJSON: string): string | undefined {
  try {
    const said: unknown = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString('utf8'));
    const challenge = (said as { challenge?: unknown } | null)?.challenge;
    return typeof challenge === 'string' ? challenge : undefined;
  } catch {
    return undefined;
  }
}

import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import type { Actor } from '#base/access.ts';
import { type Refusal, refuse } from '#base/refusal.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import type { RelyingParty, SigninDeps } from '../deps.ts';
import { PASSKEYS_MAX, WRONG_PASSKEY } from '../model.ts';
import { newChallenge, type Purpose, takeChallenge } from './challenge.ts';

const RP_NAME = '烽火 Fenghuo';
const TOO_MANY_KEYS = refuse('conflict', 'too-many-passkeys', {
  zh: `最多 ${PASSKEYS_MAX} 个通行密钥，请先移除不用的。`,
  en: `At most ${PASSKEYS_MAX} passkeys; remove one that is not used.`,
});

type Key = {
  id: number;
  actorId: number;
  credentialId: string;
  publicKey: Buffer;
  counter: number;
  transports: string[];
  rpId: string;
};
const KEY = `id, actor_id as "actorId", credential_id as "credentialId",
  public_key as "publicKey", counter, transports, rp_id as "rpId"`;

export const keysOf = (tx: Tx, actorId: number): Promise<Key[]> =>
  tx.rows<Key>(`select ${KEY} from signin.passkey where actor_id = $1 order by id`, [actorId]);

const shown = (keys: readonly Key[], rp: RelyingParty) =>
  keys
    .filter((key) => key.rpId === rp.id)
    .map((key) => ({ id: key.credentialId, transports: key.transports }));

/** What a browser needs to make a new passkey that also signs in alone (discoverable). */
export async function optionsToAdd(
  tx: Tx,
  deps: SigninDeps,
  actor: Actor,
  rp: RelyingParty,
  now: number,
) {
  const keys = await keysOf(tx, actor.id);
  if (keys.length >= PASSKEYS_MAX) return TOO_MANY_KEYS;
  const it = { purpose: 'add' as const, actorId: actor.id };
  const options = await generateRegistrationOptions({
    rpName: RP_NAME,
    rpID: rp.id,
    userName: actor.login,
    userDisplayName: actor.name,
    userID: new TextEncoder().encode(`actor:${actor.id}`),
    challenge: await newChallenge(tx, deps.chance, it, now),
    attestationType: 'none',
    excludeCredentials: shown(keys, rp),
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
  });
  return { options: { ...options } };
}

/** Keeps a new passkey under a name. Refuses what our challenge was not signed by. */
export async function addPasskey(
  tx: Tx,
  actor: Actor,
  rp: RelyingParty,
  input: { readonly name: string; readonly passkey: unknown },
  now: number,
): Promise<{ added: true } | Refusal> {
  const response = input.passkey as RegistrationResponseJSON;
  const it = { purpose: 'add' as const, actorId: actor.id };
  const challenge = await takeChallenge(tx, response.response.clientDataJSON, it, now);
  if (challenge === undefined) return WRONG_PASSKEY;
  const said = await verifyRegistrationResponse({
    response,
    expectedChallenge: challenge,
    expectedOrigin: rp.origin,
    expectedRPID: rp.id,
    requireUserVerification: false,
  }).catch(() => undefined);
  if (!said?.verified) return WRONG_PASSKEY;
  const { credential } = said.registrationInfo;
  const made = await tx.run(
    `insert into signin.passkey
       (actor_id, credential_id, public_key, counter, transports, rp_id, name, added_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (credential_id) do nothing`,
    [
      actor.id,
      credential.id,
      Buffer.from(credential.publicKey),
      credential.counter,
      credential.transports ?? [],
      rp.id,
      input.name,
      new Date(now),
    ],
  );
  return made > 0 ? { added: true } : WRONG_PASSKEY;
}

/**
 * What a browser needs to prove with a passkey: one of the actor's, or, to `enter` without a
 * password, any that was made here, with the holder verified by it (PIN, finger, face).
 */
export async function optionsToProve(
  tx: Tx,
  deps: SigninDeps,
  it: { readonly purpose: Purpose; readonly actorId: number | null },
  rp: RelyingParty,
  now: number,
) {
  const keys = it.actorId === null ? [] : await keysOf(tx, it.actorId);
  const options = await generateAuthenticationOptions({
    rpID: rp.id,
    challenge: await newChallenge(tx, deps.chance, it, now),
    allowCredentials: shown(keys, rp),
    userVerification: it.purpose === 'enter' ? 'required' : 'preferred',
  });
  return { options: { ...options } };
}

/**
 * Whose passkey this is, when it signed the challenge made for this purpose. A sign counter that
 * does not grow betrays a copied key (WebAuthn §6.1.1) and is refused. Commits the challenge as
 * used whatever the answer is.
 */
export async function checkPasskey(
  db: Db,
  input: {
    readonly passkey: unknown;
    readonly purpose: Purpose;
    readonly actorId: number | null;
    readonly rp: RelyingParty;
  },
  now: number,
): Promise<number | undefined> {
  const { purpose, actorId, rp } = input;
  const response = input.passkey as AuthenticationResponseJSON;
  const found = await db.tx(async (tx) => {
    const challenge = await takeChallenge(
      tx,
      response.response.clientDataJSON,
      { purpose, actorId },
      now,
    );
    const key = await tx.row<Key>(`select ${KEY} from signin.passkey where credential_id = $1`, [
      response.id,
    ]);
    return { challenge, key };
  });
  const { challenge, key } = found;
  if (challenge === undefined || !key || key.rpId !== rp.id) return undefined;
  if (actorId !== null && key.actorId !== actorId) return undefined;
  const said = await verifyAuthenticationResponse({
    response,
    expectedChallenge: challenge,
    expectedOrigin: rp.origin,
    expectedRPID: rp.id,
    requireUserVerification: purpose === 'enter',
    credential: {
      id: key.credentialId,
      publicKey: new Uint8Array(key.publicKey),
      counter: key.counter,
    },
  }).catch(() => undefined);
  if (!said?.verified) return undefined;
  const { newCounter } = said.authenticationInfo;
  const kept = await db.tx((tx) =>
    tx.run(
      `update signin.passkey set counter = $2, used_at = $3
       where id = $1 and (counter < $2 or (counter = 0 and $2 = 0))`,
      [key.id, newCounter, new Date(now)],
    ),
  );
  return kept > 0 ? key.actorId : undefined;
}

/** Takes one of the actor's passkeys away; answers how many went. */
export const removePasskey = (tx: Tx, actorId: number, id: number): Promise<number> =>
  tx.run('delete from signin.passkey where actor_id = $1 and id = $2', [actorId, id]);

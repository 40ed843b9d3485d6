import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  calculatePKCECodeChallenge,
  type Configuration,
  customFetch,
  type CustomFetch,
  discovery,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import type { Actor } from '#base/access.ts';
import { type Refusal, refuse } from '#base/refusal.ts';
import { MINUTE } from '#base/time.ts';
import type { Tx } from '#platform/db/index.ts';
import { safeFetch } from '#platform/outbound/index.ts';
import { hashToken, newToken } from '#platform/secrets/index.ts';
import { actorByLogin, actorOf, type Begun } from '#registers/access/index.ts';
import { writeEntry } from '#registers/trace/index.ts';
import type { NextStep } from '../contract.ts';
import { type From, letIn, type OidcSettings, type SigninDeps } from '../deps.ts';
import { HANDSHAKE_MS, PENDING_MS } from '../model.ts';
import { heldBy, waysOf } from '../store.ts';

export const OIDC_RETURN = '/api/session/oidc/return';
/** The provider's own document is read again after so long. */
const DISCOVERY_KEPT_MS = 10 * MINUTE;
/** Authentication methods (RFC 8176) that are a second factor by themselves. */
const STRONG = ['mfa', 'otp', 'hwk', 'swk', 'fido', 'sc', 'pop'];

const NOT_SET = refuse('missing', 'no-oidc', {
  zh: '本平台未接入统一认证。',
  en: 'This house has no sign-on of the city.',
});
const FAILED = refuse('unauthenticated', 'oidc-failed', {
  zh: '统一认证未完成，请重试或改用账号密码。',
  en: 'The city’s sign-on was not completed; try again, or use your password.',
});
const UNKNOWN = refuse('forbidden', 'oidc-unknown', {
  zh: '统一认证已通过，但本平台没有对应账号，请联系管理员。',
  en: 'The city’s sign-on knows you, but this house has no account for you; ask an administrator.',
});

type Known = { readonly config: Configuration; readonly at: number };
const known = new Map<string, Known>();

/** The provider as it describes itself, asked through the judged line; kept ten minutes. */
async function providerOf(
  deps: SigninDeps,
  oidc: OidcSettings,
  now: number,
): Promise<Configuration> {
  const key = `${oidc.issuer} ${oidc.clientId}`;
  const kept = known.get(key);
  if (kept && now - kept.at < DISCOVERY_KEPT_MS) return kept.config;
  const { allowed } = deps.settings;
  const ask: CustomFetch = (url, { method, headers, body }) =>
    safeFetch(url, {
      method,
      headers,
      redirectsMax: 0,
      ...(allowed ? { allowed } : {}),
      ...(body === null || body === undefined ? {} : { body: String(body) }),
    });
  // Without TLS only where an operator wrote `http:` and listed the address: a test, a laptop.
  const isOpen = oidc.issuer.startsWith('http:');
  const config = await discovery(
    new URL(oidc.issuer),
    oidc.clientId,
    oidc.clientSecret,
    undefined,
    { [customFetch]: ask, ...(isOpen ? { execute: [allowInsecureRequests] } : {}) },
  );
  config[customFetch] = ask;
  known.set(key, { config, at: now });
  return config;
}

type Handshake = { verifier: string; nonce: string; state: string };

/** Where to send the browser, and the thread it brings back: PKCE, state and nonce (RFC 9700). */
export async function beginOidc(
  deps: SigninDeps,
  origin: string,
  now: number,
): Promise<{ url: string; thread: string; endsAt: number } | Refusal> {
  const { oidc } = deps.settings;
  if (!oidc) return NOT_SET;
  const config = await providerOf(deps, oidc, now).catch(() => undefined);
  if (!config) return FAILED;
  const it: Handshake = {
    verifier: randomPKCECodeVerifier(),
    nonce: randomNonce(),
    state: randomState(),
  };
  const thread = newToken();
  const endsAt = now + HANDSHAKE_MS;
  await deps.db.tx((tx) =>
    tx.run('insert into signin.handshake (hash, sealed, ends_at) values ($1, $2, $3)', [
      hashToken(thread),
      deps.vault.seal(JSON.stringify(it)),
      new Date(endsAt),
    ]),
  );
  const url = buildAuthorizationUrl(config, {
    redirect_uri: origin + OIDC_RETURN,
    scope: 'openid profile',
    code_challenge: await calculatePKCECodeChallenge(it.verifier),
    code_challenge_method: 'S256',
    state: it.state,
    nonce: it.nonce,
  });
  return { url: url.href, thread, endsAt };
}

type Claims = Readonly<Record<string, unknown>> & { readonly sub: string };

async function claimsOf(
  deps: SigninDeps,
  input: { readonly url: URL; readonly thread: string | undefined },
  now: number,
): Promise<Claims | undefined> {
  const { oidc } = deps.settings;
  const { thread } = input;
  if (!oidc || !thread) return undefined;
  const row = await deps.db.tx((tx) =>
    tx.row<{ sealed: Buffer }>(
      'delete from signin.handshake where hash = $1 and ends_at > $2 returning sealed',
      [hashToken(thread), new Date(now)],
    ),
  );
  if (!row) return undefined;
  const it = JSON.parse(deps.vault.open(row.sealed)) as Handshake;
  try {
    const config = await providerOf(deps, oidc, now);
    const tokens = await authorizationCodeGrant(config, input.url, {
      pkceCodeVerifier: it.verifier,
      expectedState: it.state,
      expectedNonce: it.nonce,
      idTokenExpected: true,
    });
    return tokens.claims();
  } catch {
    // Whatever the provider or a forger sent: nobody comes in, and nothing of it is told.
    return undefined;
  }
}

/**
 * Whose account this is: linked before, or of the login the provider vouches for, which is linked
 * now. Nobody is made here: who may work in the house is decided in the house.
 */
async function actorFor(
  tx: Tx,
  oidc: OidcSettings,
  claims: Claims,
  now: number,
): Promise<Actor | undefined> {
  const link = await tx.row<{ actorId: number }>(
    'select actor_id as "actorId" from signin.subject where issuer = $1 and subject = $2',
    [oidc.issuer, claims.sub],
  );
  if (link) return actorOf(tx, link.actorId);
  const login = claims[oidc.loginClaim ?? 'preferred_username'];
  const found = typeof login === 'string' ? await actorByLogin(tx, login) : undefined;
  const actor = found && (await actorOf(tx, found.id));
  if (!actor) return undefined;
  const isTaken = await tx.row('select 1 from signin.subject where issuer = $1 and actor_id = $2', [
    oidc.issuer,
    actor.id,
  ]);
  // Another subject of this issuer holds the account: a login that was given anew is no proof.
  if (isTaken) return undefined;
  await tx.run(
    `insert into signin.subject (issuer, subject, actor_id, linked_at) values ($1, $2, $3, $4)`,
    [oidc.issuer, claims.sub, actor.id, new Date(now)],
  );
  const line = { subject: `actor:${actor.id}`, purpose: 'oidc', areaCode: actor.areaCode };
  await writeEntry(tx, { at: now, actor, action: 'factor.link', ...line });
  return actor;
}

/**
 * The way back. A provider that used two factors itself is enough; else the actor's own second
 * factor is asked, as after a password.
 */
export async function enterByOidc(
  deps: SigninDeps,
  input: { readonly url: URL; readonly thread: string | undefined },
  from: From,
  now: number,
): Promise<Begun | NextStep | Refusal> {
  const { oidc } = deps.settings;
  if (!oidc) return NOT_SET;
  const claims = await claimsOf(deps, input, now);
  if (!claims) return FAILED;
  const used = Array.isArray(claims['amr']) ? claims['amr'] : [];
  const isStrong = used.some((it) => STRONG.includes(String(it)));
  return deps.db.tx(async (tx) => {
    const actor = await actorFor(tx, oidc, claims, now);
    if (!actor) return UNKNOWN;
    const methods = waysOf(await heldBy(tx, actor.id));
    if (isStrong || methods.length === 0)
      return letIn(deps, tx, actor, { ...from, method: 'oidc', hasFactor: isStrong }, now);
    const pending = newToken();
    await tx.run(
      'insert into signin.pending (hash, actor_id, must_change, ends_at) values ($1, $2, false, $3)',
      [hashToken(pending), actor.id, new Date(now + PENDING_MS)],
    );
    return { next: 'factor' as const, methods, pending };
  });
}

/** Where the browser signs out of the city's sign-on too; null when the provider has no such page. */
export async function endOidc(
  deps: SigninDeps,
  origin: string,
  now: number,
): Promise<string | null> {
  const { oidc } = deps.settings;
  if (!oidc) return null;
  const config = await providerOf(deps, oidc, now).catch(() => undefined);
  if (!config?.serverMetadata().end_session_endpoint) return null;
  return buildEndSessionUrl(config, { post_logout_redirect_uri: `${origin}/` }).href;
}

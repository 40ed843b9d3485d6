import type { Actor } from '#base/access.ts';
import type { Refusal } from '#base/refusal.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import type { Allowed } from '#platform/outbound/index.ts';
import type { Vault } from '#platform/secrets/index.ts';
import { beginSession, type Begun, type Entrance } from '#registers/access/index.ts';
import { needsFactor, type SecondFactor } from './model.ts';

/** The city's own sign-on, as an operator writes it down. */
export type OidcSettings = {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** What the button says, e.g. `云江政务统一认证`. */
  readonly label: string;
  /** The claim that holds the login; `preferred_username` without. */
  readonly loginClaim?: string | undefined;
};

export type SigninSettings = {
  /** Where people reach the house; passkeys are bound to its host. The request's own without. */
  readonly publicUrl?: string | undefined;
  readonly secondFactor: SecondFactor;
  readonly oidc?: OidcSettings | undefined;
  /** Private addresses the sign-on may stand at. */
  readonly allowed?: Allowed | undefined;
};

export type Person = { readonly id: number; readonly areaCode: string };

export type SigninDeps = {
  /** Sees the whole house: whoever signs in has no scope yet. */
  readonly db: Db;
  readonly vault: Vault;
  readonly chance: (bytes: number) => Uint8Array;
  readonly settings: SigninSettings;
  /** The one person whose phone this is; undefined for nobody's and for a number several share. */
  readonly personOfPhone?: ((tx: Tx, phone: string) => Promise<Person | undefined>) | undefined;
};

/** Where a sign-in comes from, as the door saw it. */
export type From = Pick<Entrance, 'device' | 'address' | 'oldToken'> & {
  /** The long-lived cookie of a browser that signed somebody in before. */
  readonly known?: string | undefined;
  readonly rp: RelyingParty;
};
/** What passkeys are bound to (WebAuthn §5.1.3): a host name, and the origin that asks. */
export type RelyingParty = { readonly id: string; readonly origin: string };

export type Entering = Begun | Refusal;

/** Begins the session; who needs a factor and has none may only add one. */
export async function letIn(
  deps: SigninDeps,
  tx: Tx,
  actor: Actor,
  how: From & {
    readonly method: Entrance['method'];
    readonly hasFactor: boolean;
    readonly mustChange?: boolean;
  },
  now: number,
): Promise<Begun> {
  const { method, device, address, oldToken, hasFactor, mustChange } = how;
  const mustEnrol = !hasFactor && needsFactor(actor, deps.settings.secondFactor);
  const must = mustChange ? 'change' : mustEnrol ? 'enrol' : undefined;
  return beginSession(tx, actor, { method, device, address, oldToken, must }, now);
}

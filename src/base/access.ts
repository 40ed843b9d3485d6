/** Who asks. An actor is a signed-in person, a device, or the house itself. */
export type Actor = {
  readonly id: number;
  readonly login: string;
  readonly name: string;
  readonly roles: readonly string[];
  /** The 12-digit area the actor works in. */
  readonly areaCode: string;
  /** The agency the actor answers to, e.g. `cdc`; who approves an order answers to another one. */
  readonly unit?: string;
  /** The actor's own file, when the actor is a resident. */
  readonly personId?: number;
  /** Persons of the open tasks the actor or their post holds; for roles that reach no further. */
  readonly assigned?: readonly number[];
  /** What was granted for a time (break-glass): live ones only, loaded with the session. */
  readonly grants?: readonly Grant[];
  /** When the holder of this session last proved who they are, epoch ms. */
  readonly provenAt?: number;
  /** What stands before everything else: a second factor to add, a given password to change. */
  readonly must?: 'enrol' | 'change';
  /** When somebody else last set this account's password or took its factors away, epoch ms. */
  readonly handedAt?: number;
  /** A device's key opens these actions only, whatever its role has. */
  readonly only?: readonly string[];
};

/** A right lent for a reason and a time, to one person's data; reviewed afterwards. */
export type Grant = {
  readonly id: number;
  readonly actions: readonly Permit[];
  readonly personId: number;
  /** Epoch ms. */
  readonly until: number;
};

/** The house acting by itself: reactions, clocks. Never signs in. */
export const HOUSE: Actor = { id: 0, login: 'house', name: '系统', roles: ['house'], areaCode: '' };

/**
 * What a route needs: an action on a resource, e.g. `alert.close`. The policy table knows each
 * by name.
 */
export type Permit = `${string}.${string}`;

/**
 * What may be read: rows inside the area, for a stated purpose, by this actor. Every function that
 * reads people takes one (habit 9); there is no way to make one but `registers/access`.
 */
export type Scope = {
  readonly actor: Actor;
  /** Significant digits of the area; '' only for the house itself. */
  readonly areaPrefix: string;
  readonly purpose: string;
  /** Persons outside the area that a live grant opens (break-glass), or the actor's own files. */
  readonly persons?: readonly number[];
};

import type { Actor } from '#base/access.ts';
import { type IdFault, idFault } from '#base/checksums.ts';
import type { IdType } from '#base/kinds.ts';

/** What a row says about a person, as decoded. Texts may be '' or absent. */
export type PersonSeen = {
  readonly idType?: IdType | undefined;
  readonly idNo?: string | undefined;
  readonly name?: string | undefined;
  /** GB/T 2261.1: 1 male, 2 female. */
  readonly sex?: string | undefined;
  readonly bornOn?: string | undefined;
  readonly phone?: string | undefined;
  readonly address?: string | undefined;
  /** Community or grid where the person lives. */
  readonly areaCode?: string | undefined;
  /** Place code of the school or workplace. */
  readonly unitCode?: string | undefined;
  /** Epoch ms of the observation. */
  readonly at: number;
  readonly sourceId: number;
  /** What the row is called at its source; the same at every replay. */
  readonly record: string;
};

/** Who a row is about. `person` 0: the row names nobody. */
export type Resolved = {
  readonly person: number;
  readonly areaCode: string;
  readonly unitId: number;
  /** 0 when unknown. */
  readonly birthYear: number;
  readonly sex: string;
  /** What is wrong with the row's document number; the person is provisional then. */
  readonly fault?: IdFault;
};

/** Codes of claims, as stored. `unproven` is a document number that cannot be right. */
export const ATTRIBUTES = {
  name: 1,
  document: 2,
  unproven: 3,
  phone: 4,
  address: 5,
  bornOn: 6,
  sex: 7,
  area: 8,
  unit: 9,
} as const;
export type Attribute = keyof typeof ATTRIBUTES;
export const ATTRIBUTE_NAMES = Object.keys(ATTRIBUTES) as Attribute[];
export const attributeName = (code: number): Attribute => ATTRIBUTE_NAMES[code - 1] ?? 'unproven';

/** One spelling of a name: width, blanks and the dot of foreign names do not matter. */
export const normaliseName = (name: string): string =>
  name
    .normalize('NFKC')
    .replace(/[\s·•.]/g, '')
    .toUpperCase();

/** One spelling of a phone number; the country code of mainland numbers is dropped. */
export const normalisePhone = (phone: string): string =>
  phone
    .normalize('NFKC')
    .replace(/[^\d+]/g, '')
    .replace(/^(?:\+|00)?86(?=1\d{10}$)/, '');

/** One spelling of a value: equal spellings are one claim. */
export function normalOf(attribute: Attribute, value: string): string {
  if (attribute === 'name') return normaliseName(value);
  if (attribute === 'phone') return normalisePhone(value);
  return attribute === 'address' ? value.normalize('NFKC').replace(/\s/g, '') : value;
}

/**
 * What is wrong with a (normalised) document number. Citizen cards: GB 11643. Travel documents
 * have no public check digit, so only their form is held. The residence card of 2023 follows GB
 * 11643 with a leading 9; the older one is three letters and twelve digits.
 */
export function documentFault(type: IdType, no: string): IdFault | undefined {
  switch (type) {
    case 'citizen':
      return idFault(no);
    case 'passport':
      return /^[A-Z0-9]{5,17}$/.test(no) ? undefined : 'format';
    case 'hkmo':
      return /^[HM]\d{8}(?:\d{2})?$/.test(no) ? undefined : 'format';
    case 'taiwan':
      return /^\d{8}$|^\d{10}[A-Z]?$/.test(no) ? undefined : 'format';
    case 'resident':
      if (/^[A-Z]{3}\d{12}$/.test(no)) return undefined;
      return no.startsWith('9') ? idFault(no) : 'format';
  }
}

/** Whether the number itself carries birth day and sex (GB 11643 form). */
export const tellsBirth = (no: string): boolean => /^\d{17}[\dX]$/.test(no);

export type Shown = 'clear' | 'masked' | 'hidden';
export type Sight = {
  readonly name: Shown;
  readonly document: Shown;
  readonly phone: Shown;
  readonly address: Shown;
  readonly bornOn: Shown;
};

const NOTHING: Sight = {
  name: 'masked',
  document: 'hidden',
  phone: 'hidden',
  address: 'hidden',
  bornOn: 'hidden',
};
const FULL: Sight = {
  name: 'clear',
  document: 'clear',
  phone: 'clear',
  address: 'clear',
  bornOn: 'clear',
};
const AT_THE_DOOR: Sight = { ...NOTHING, name: 'clear', phone: 'clear', address: 'clear' };

/**
 * What each role sees of a person in its area (个人信息保护法 Art 6: the smallest
 * scope). Who goes to the door sees name, phone and address and no document; who is not named here
 * sees a masked name.
 */
export const SIGHT: Readonly<Record<string, Sight>> = {
  epidemiologist: FULL,
  investigator: FULL,
  community_worker: AT_THE_DOOR,
  street_officer: AT_THE_DOOR,
  district_officer: {
    name: 'clear',
    document: 'masked',
    phone: 'masked',
    address: 'masked',
    bornOn: 'hidden',
  },
  commander: { ...NOTHING, name: 'clear', phone: 'masked', address: 'masked' },
};

const ORDER: readonly Shown[] = ['hidden', 'masked', 'clear'];
const wider = (a: Shown, b: Shown): Shown => (ORDER.indexOf(a) >= ORDER.indexOf(b) ? a : b);

/** The widest sight of the actor's roles. */
export const sightOf = (actor: Actor): Sight =>
  actor.roles.reduce((sight, role) => {
    const more = SIGHT[role] ?? NOTHING;
    return {
      name: wider(sight.name, more.name),
      document: wider(sight.document, more.document),
      phone: wider(sight.phone, more.phone),
      address: wider(sight.address, more.address),
      bornOn: wider(sight.bornOn, more.bornOn),
    };
  }, NOTHING);

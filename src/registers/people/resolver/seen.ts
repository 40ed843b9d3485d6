import { tierOf } from '#base/areas.ts';
import { type IdFault, idBirthDay, idSex } from '#base/checksums.ts';
import { ID_TYPES, type IdType } from '#base/kinds.ts';
import { DAY, isDay } from '#base/time.ts';
import { normaliseIdNo, type Vault } from '#platform/secrets/index.ts';
import {
  ATTRIBUTES,
  type Attribute,
  attributeName,
  documentFault,
  normalOf,
  normaliseName,
  normalisePhone,
  type PersonSeen,
  tellsBirth,
} from '../model.ts';
import { printOf } from './cache.ts';

/**
 * Kinds of handle: 1–5 the document types in the order of ID_TYPES, then the two without a
 * document.
 */
export const TRIPLE_HANDLE = 10;
export const ROW_HANDLE = 11;

/** The last-seen time of a claim moves at most this often: an unchanged person costs no writing. */
export const SEEN_GRAIN_MS = 7 * DAY;

/** A row, normalised, with the handle it is recognised by. */
export type Reading = {
  readonly seen: PersonSeen;
  /** Position in the batch. */
  readonly index: number;
  readonly kind: number;
  /** What the handle is the blind index of. */
  readonly handle: string;
  /** `kind` and `handle` as one text: only in memory, so that a person already met costs no hashing. */
  readonly key: string;
  readonly idType: IdType;
  readonly idNo: string;
  readonly fault: IdFault | undefined;
  readonly name: string;
  readonly phone: string;
  readonly bornOn: string;
  readonly sex: string;
  readonly areaCode: string;
  /** Changes when the row says anything new about the person. */
  readonly print: number;
};

const livesIn = (code: string | undefined): string => {
  const tier = code ? tierOf(code) : undefined;
  return code && (tier === 'community' || tier === 'grid') ? code : '';
};

type Triple = { readonly name: string; readonly bornOn: string; readonly phone: string };
const tripleText = ({ name, bornOn, phone }: Triple): string => `${name}|${bornOn}|${phone}`;

/** What `name + birth day + phone` is found by, under every live index, oldest first. */
export const tripleBlinds = (vault: Vault, triple: Triple): Buffer[] =>
  vault.blindIndexes('triple', tripleText(triple));

/** The domain of a handle's blind index: two kinds of document never meet in one. */
export const handleDomain = (kind: number): string => {
  if (kind < TRIPLE_HANDLE) return `document ${ID_TYPES[kind - 1] ?? 'citizen'}`;
  return kind === TRIPLE_HANDLE ? 'triple' : 'row';
};

/** The blind indexes the handle of a row is stored under: one, two while an index turns. */
export const blindsOf = (vault: Vault, { kind, handle }: Reading): Buffer[] =>
  vault.blindIndexes(handleDomain(kind), handle);

/** Reads one row. Undefined when it names nobody at all. */
export function readSeen(seen: PersonSeen, index: number): Reading | undefined {
  const idType = seen.idType ?? 'citizen';
  const idNo = seen.idNo ? normaliseIdNo(seen.idNo) : '';
  const name = seen.name ? normaliseName(seen.name) : '';
  const phone = seen.phone ? normalisePhone(seen.phone) : '';
  if (!idNo && !name && !phone && !seen.address) return undefined;
  const fault = idNo ? documentFault(idType, idNo) : undefined;
  const proven = idNo !== '' && fault === undefined;
  const told = proven && tellsBirth(idNo) && idType !== 'passport';
  const bornOn = told ? idBirthDay(idNo) : seen.bornOn && isDay(seen.bornOn) ? seen.bornOn : '';
  const sex = told ? idSex(idNo) : seen.sex === '1' || seen.sex === '2' ? seen.sex : '';
  let kind = ROW_HANDLE;
  let handle: string;
  if (proven) {
    kind = ID_TYPES.indexOf(idType) + 1;
    handle = idNo;
  } else if (name && (phone || bornOn)) {
    kind = TRIPLE_HANDLE;
    handle = tripleText({ name, bornOn, phone });
  } else handle = `${seen.sourceId}|${seen.record}`;
  const areaCode = livesIn(seen.areaCode);
  const week = Math.floor(seen.at / SEEN_GRAIN_MS);
  const said = `${name}|${phone}|${seen.address ?? ''}|${areaCode}|${seen.unitCode ?? ''}`;
  return {
    seen,
    index,
    kind,
    handle,
    key: String.fromCharCode(kind) + handle,
    idType,
    idNo,
    fault,
    name,
    phone,
    bornOn,
    sex,
    areaCode,
    print: printOf(`${said}|${bornOn}|${sex}|${fault ? idNo : ''}|${week}`),
  };
}

/** One attribute a row states about its person. */
export type Claim = {
  readonly attribute: number;
  /** As the source spelled it. */
  readonly value: string;
};

/** Everything a row claims. Birth day and sex only where the document does not say them. */
export function claimsOf(reading: Reading): Claim[] {
  const { seen, fault, idNo, idType } = reading;
  const claims: Claim[] = [];
  const claim = (attribute: Attribute, value: string): void => {
    if (value) claims.push({ attribute: ATTRIBUTES[attribute], value });
  };
  if (reading.name) claim('name', seen.name ?? '');
  if (idNo) claim(fault ? 'unproven' : 'document', `${idType} ${idNo}`);
  if (reading.phone) claim('phone', seen.phone ?? '');
  claim('address', seen.address ?? '');
  if (fault || !idNo || !tellsBirth(idNo)) {
    claim('bornOn', reading.bornOn);
    claim('sex', reading.sex);
  }
  claim('area', reading.areaCode);
  claim('unit', seen.unitCode ?? '');
  return claims;
}

/** All a row says about its person, ready to be compared; sealed only when it turns out to be new. */
export type Statement = {
  /** Under every live index, oldest first; the last one is written. */
  readonly marks: readonly Buffer[];
  readonly mark: Buffer;
  /** One bit (1 << code) for each attribute. */
  readonly attributes: number;
  readonly claims: readonly Claim[];
};

/** What a mark is the blind index of: other spellings of the same say the same. */
export const saidBy = (claims: readonly Claim[]): string =>
  claims
    .map((it) => `${it.attribute}=${normalOf(attributeName(it.attribute), it.value)}\u0001`)
    .join('');

/** Undefined when the row says nothing. Other spellings of the same say the same. */
export function statementOf(vault: Vault, reading: Reading): Statement | undefined {
  const claims = claimsOf(reading);
  if (claims.length === 0) return undefined;
  let attributes = 0;
  for (const { attribute } of claims) attributes |= 1 << attribute;
  const marks = vault.blindIndexes('statement', saidBy(claims));
  return { marks, mark: marks.at(-1) ?? Buffer.alloc(0), attributes, claims };
}

/** By what a name or phone (normalised) is searched, under every live index. */
export const searchMarks = (vault: Vault, attribute: 'name' | 'phone', value: string): Buffer[] =>
  vault.blindIndexes(attribute, value);

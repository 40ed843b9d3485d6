import { tierOf } from '#base/areas.ts';
import { type IdFault, idBirthDay, idSex } from '#base/checksums.ts';
import { ID_TYPES, type IdType } from '#base/kinds.ts';
import { DAY, isDay } from '#base/time.ts';
import { normaliseIdNo, type Vault } from '#platform/secrets/index.ts';
import {
  ATTRIBUTES,
  type Attribute,
  documentFault,
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
  readonly blind: Buffer;
  /** `kind` and `blind` as one short text. */
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

/**
 * What `name + birth day + phone` is found by; undefined unless name and one of the others are
 * there.
 */
export const tripleBlind = (
  vault: Vault,
  name: string,
  bornOn: string,
  phone: string,
): Buffer | undefined =>
  name && (phone || bornOn) ? vault.blindIndex('triple', `${name}|${bornOn}|${phone}`) : undefined;

/** Reads one row. Undefined when it names nobody at all. */
export function readSeen(vault: Vault, seen: PersonSeen, index: number): Reading | undefined {
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
  let blind: Buffer | undefined;
  if (proven) {
    kind = ID_TYPES.indexOf(idType) + 1;
    blind = vault.blindIndex(`document ${idType}`, idNo);
  } else {
    blind = tripleBlind(vault, name, bornOn, phone);
    if (blind) kind = TRIPLE_HANDLE;
    else blind = vault.blindIndex('row', `${seen.sourceId}|${seen.record}`);
  }
  const areaCode = livesIn(seen.areaCode);
  const week = Math.floor(seen.at / SEEN_GRAIN_MS);
  const said = `${name}|${phone}|${seen.address ?? ''}|${areaCode}|${seen.unitCode ?? ''}`;
  return {
    seen,
    index,
    kind,
    blind,
    key: String.fromCharCode(kind) + blind.toString('latin1'),
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

/** One claim of a row, ready to be compared; sealed only when it turns out to be new. */
export type Claim = {
  readonly attribute: number;
  readonly mark: Buffer;
  readonly value: string;
  /** Whether the value may stand in the clear: area, unit, sex. */
  readonly open: boolean;
};

const DOMAIN: Partial<Record<Attribute, string>> = {
  name: 'name',
  phone: 'phone',
  address: 'address',
  bornOn: 'bornOn',
  unproven: 'unproven',
};

/**
 * Everything a row claims about its person. Birth day and sex only where the document does not
 * say them.
 */
export function claimsOf(vault: Vault, reading: Reading): Claim[] {
  const { seen, fault, idNo, idType } = reading;
  const claims: Claim[] = [];
  const sealed = (attribute: Attribute, normal: string, value: string): void => {
    if (!normal) return;
    const mark = vault.blindIndex(DOMAIN[attribute] ?? attribute, normal);
    claims.push({ attribute: ATTRIBUTES[attribute], mark, value, open: false });
  };
  const plain = (attribute: Attribute, value: string): void => {
    if (!value) return;
    const mark = Buffer.from(value, 'utf8');
    claims.push({ attribute: ATTRIBUTES[attribute], mark, value, open: true });
  };
  sealed('name', reading.name, seen.name ?? '');
  if (idNo && fault) sealed('unproven', `${idType} ${idNo}`, `${idType} ${idNo}`);
  if (idNo && !fault) {
    const value = `${idType} ${idNo}`;
    claims.push({ attribute: ATTRIBUTES.document, mark: reading.blind, value, open: false });
  }
  sealed('phone', reading.phone, seen.phone ?? '');
  sealed('address', (seen.address ?? '').normalize('NFKC').replace(/\s/g, ''), seen.address ?? '');
  if (fault || !idNo || !tellsBirth(idNo)) {
    sealed('bornOn', reading.bornOn, reading.bornOn);
    plain('sex', reading.sex);
  }
  plain('area', reading.areaCode);
  plain('unit', seen.unitCode ?? '');
  return claims;
}

import { hash } from 'node:crypto';
import { tierOf } from '#base/areas.ts';
import { idFault } from '#base/checksums.ts';
import { COLUMNS, type ColumnName } from '#base/columns.ts';
import { ID_TYPES, KIND_NAMES, KINDS, type Kind, type KindName } from '#base/kinds.ts';
import type { FieldError } from '#base/refusal.ts';
import { dayOf, HOUR, isoOf } from '#base/time.ts';
import type { Candidate, PersonFields } from '../model.ts';
import { LIMITS } from '../model.ts';
import { FAULTS } from './faults.ts';
import { type Own, redact, STRUCK, withoutNumbers } from './redact.ts';
import { instantFast, isKnownDay } from './times.ts';
import { ALLOWED, codeOf, flagSaid, kindSaid } from './words.ts';

type Fields = Readonly<Record<string, unknown>>;

export type PlaceOfCode = (
  code: string,
) => { readonly id: number; readonly areaCode: string } | undefined;

export type RowContext = {
  readonly sourceId: number;
  /** Kind and place of rows that name none. */
  readonly kind: KindName | null;
  readonly placeCode: string | null;
  /** What the sender's key may send; any kind when empty or absent. */
  readonly kinds?: readonly KindName[];
  readonly placeOf: PlaceOfCode;
  readonly now: number;
  /** Secret of this house: nobody can find a person by hashing guesses. */
  readonly salt: string;
  readonly recordName: string;
};

const KIND_LIST = KIND_NAMES.join(', ');

/** Text of a field; '' when absent. Numbers are taken as written (phones, codes). */
function textIn(fields: Fields, name: string, errors: FieldError[], max: number): string {
  const value = fields[name];
  if (value === undefined || value === null || value === '') return '';
  if (typeof value === 'string') {
    const text = value.trim();
    if (text.length <= max) return text;
    errors.push(FAULTS.tooLong(name, text.length, max));
    return '';
  }
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  errors.push(FAULTS.notText(name, value));
  return '';
}

function dayIn(fields: Fields, name: string, errors: FieldError[]): string {
  const text = textIn(fields, name, errors, LIMITS.codeCharsMax);
  if (text === '') return '';
  if (isKnownDay(text)) return text;
  const plain = text
    .slice(0, 10)
    .replaceAll(/[/.]/g, '-')
    .replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3')
    .replace(/^(\d{4})-(\d)-/, '$1-0$2-')
    .replace(/-(\d)$/, '-0$1');
  if (isKnownDay(plain)) return plain;
  errors.push(FAULTS.notDay(name, text));
  return '';
}

function instantIn(fields: Fields, now: number, errors: FieldError[]): number {
  const value = fields.at;
  if (value === undefined || value === null || value === '') {
    errors.push(FAULTS.missing('at'));
    return 0;
  }
  let at = Number.NaN;
  if (typeof value === 'number') at = value;
  else if (typeof value === 'string') {
    at = instantFast(value);
    if (Number.isNaN(at)) {
      const plain = value
        .trim()
        .replace(/^(\d{4})[/.](\d{1,2})[/.](\d{1,2})/, (_, y, m, d) =>
          [y, String(m).padStart(2, '0'), String(d).padStart(2, '0')].join('-'),
        );
      at = instantFast(plain.replace(/ (\d):/, ' 0$1:'));
    }
  }
  if (!Number.isFinite(at)) {
    errors.push(FAULTS.notInstant(value));
    return 0;
  }
  if (at > now + LIMITS.futureMs) errors.push(FAULTS.future(isoShown(at)));
  else if (at < now - LIMITS.ageMaxMs)
    errors.push(FAULTS.tooOld(isoShown(at), LIMITS.ageMaxMs / (24 * HOUR)));
  return Math.trunc(at);
}

const isoShown = (at: number): string => (Math.abs(at) < 8e15 ? isoOf(at) : String(at));

function numberIn(name: ColumnName, value: unknown, errors: FieldError[]): number | undefined {
  const { type, min, max } = COLUMNS[name] as { type: string; min?: number; max?: number };
  const number =
    typeof value === 'number'
      ? value
      : typeof value === 'string' && /^\s*[+-]?\d+(\.\d+)?(e[+-]?\d+)?\s*$/i.test(value)
        ? Number(value)
        : Number.NaN;
  if (!Number.isFinite(number)) errors.push(FAULTS.notNumber(name, value));
  else if (type === 'count' && !Number.isInteger(number)) errors.push(FAULTS.notCount(name, value));
  else if ((min !== undefined && number < min) || (max !== undefined && number > max))
    errors.push(FAULTS.range(name, number, `${min ?? ''} … ${max ?? ''}`));
  else return number;
  return undefined;
}

function valueIn(
  fields: Fields,
  name: ColumnName,
  errors: FieldError[],
): string | number | boolean | undefined {
  const value = fields[name];
  if (value === undefined || value === null || value === '') return undefined;
  const { type } = COLUMNS[name];
  if (type === 'number' || type === 'count') return numberIn(name, value, errors);
  if (type === 'flag') {
    if (typeof value === 'boolean') return value;
    const flag = flagSaid(String(value).trim());
    if (flag === undefined) errors.push(FAULTS.notFlag(name, value));
    return flag;
  }
  if (type === 'day') return dayIn(fields, name, errors) || undefined;
  if (type === 'text')
    return withoutNumbers(textIn(fields, name, errors, LIMITS.textCharsMax)) || undefined;
  const code = codeOf(name, textIn(fields, name, errors, LIMITS.codeCharsMax));
  const allowed = ALLOWED.get(name);
  if (code === '' || allowed?.has(code)) return code || undefined;
  if (!allowed) return withoutNumbers(code);
  errors.push(FAULTS.notInList(name, code, [...allowed].join(', ')));
  return undefined;
}

const NAME_CHARS_MAX = 100;
const ADDRESS_CHARS_MAX = 300;

function personIn(fields: Fields, kind: Kind, errors: FieldError[]): PersonFields | null {
  const text = (name: string, max = LIMITS.codeCharsMax as number): string =>
    textIn(fields, name, errors, max);
  const idNo = text('idNo').toUpperCase();
  const said = codeOf('idType', text('idType'));
  const idType = ID_TYPES.find((it) => it === said) ?? (said === '' ? 'citizen' : undefined);
  if (!idType) errors.push(FAULTS.notInList('idType', said, ID_TYPES.join(', ')));
  const sex = codeOf('sex', text('sex'));
  if (sex !== '' && !/^[0129]$/.test(sex)) errors.push(FAULTS.notInList('sex', sex, '0, 1, 2, 9'));
  const bornOn = dayIn(fields, 'bornOn', errors);
  const areaCode = text('areaCode');
  if (areaCode !== '') {
    const tier = tierOf(areaCode);
    if (tier !== 'community' && tier !== 'grid') errors.push(FAULTS.areaForm(areaCode));
  }
  const name = text('name', NAME_CHARS_MAX);
  const phone = text('phone');
  const address = text('address', ADDRESS_CHARS_MAX);
  const unitCode = text('unitCode');
  const why = idNo !== '' && idType === 'citizen' ? idFault(idNo) : undefined;
  const isNamed = name !== '' && (phone !== '' || bornOn !== '');
  if (why && !isNamed) errors.push(FAULTS.idNumber(why));
  if (idNo === '') {
    const isSomebody = isNamed || (name !== '' && (unitCode !== '' || address !== ''));
    if (!isSomebody && kind.person === 'required') errors.push(FAULTS.nobody());
    if (!isSomebody) return null;
  }
  const person: PersonFields = {};
  if (idNo !== '' && idType) {
    person.idNo = idNo;
    person.idType = idType;
  }
  if (name !== '') person.name = name;
  if (sex !== '') person.sex = sex;
  if (bornOn !== '') person.bornOn = bornOn;
  if (phone !== '') person.phone = phone;
  if (address !== '') person.address = address;
  if (areaCode !== '') person.areaCode = areaCode;
  if (unitCode !== '') person.unitCode = unitCode;
  return person;
}

const PERSON_FIELDS = [
  'idType',
  'idNo',
  'name',
  'sex',
  'bornOn',
  'phone',
  'address',
  'areaCode',
  'unitCode',
] as const satisfies (keyof PersonFields)[];

/**
 * The dedupe key as a UUID: 4 bytes of the observation's hour, 12 of a keyed hash over what the row
 * says (source, kind, person, time, place, columns), in one order whatever order it was written in.
 */
export function contentKey(
  context: Pick<RowContext, 'salt' | 'sourceId'>,
  it: { kind: string; at: number; person: PersonFields | null; placeId: number },
  values: Readonly<Record<string, unknown>>,
  columns: readonly ColumnName[],
): string {
  let text = `${context.salt}\u0001${context.sourceId}\u0001${it.kind}\u0001${it.at}\u0001${it.placeId}`;
  if (it.person) for (const name of PERSON_FIELDS) text += `\u0001${it.person[name] ?? ''}`;
  for (const name of columns) {
    const value = values[name];
    if (value !== undefined) text += `\u0002${name}\u0001${value}`;
  }
  const hour = Math.floor(it.at / HOUR)
    .toString(16)
    .padStart(8, '0')
    .slice(-8);
  return hour + hash('sha256', text, 'hex').slice(0, 24);
}

/** A row as a candidate, or every error of it at once. */
export function weighRow(fields: Fields, context: RowContext): Candidate | FieldError[] {
  const errors: FieldError[] = [];
  const said = textIn(fields, 'kind', errors, LIMITS.codeCharsMax);
  const kindName = said === '' ? context.kind : kindSaid(said);
  if (!kindName) {
    errors.push(said === '' ? FAULTS.missing('kind') : FAULTS.unknownKind(said, KIND_LIST));
    return errors;
  }
  const { kinds = [] } = context;
  if (kinds.length > 0 && !kinds.includes(kindName))
    errors.push(FAULTS.notOfKey(kindName, kinds.join(', ')));
  const kind: Kind = KINDS[kindName];
  const at = instantIn(fields, context.now, errors);
  const placeCode = textIn(fields, 'placeCode', errors, LIMITS.codeCharsMax) || context.placeCode;
  const place = placeCode ? context.placeOf(placeCode) : undefined;
  if (placeCode && !place) errors.push(FAULTS.unknownPlace(placeCode));
  if (!placeCode && kind.place === 'required') errors.push(FAULTS.missing('placeCode'));
  const person = kind.person === 'never' ? null : personIn(fields, kind, errors);
  const values: Record<string, string | number | boolean> = {};
  for (const name of kind.columns) {
    const value = valueIn(fields, name, errors);
    if (value !== undefined) values[name] = value;
  }
  for (const name of kind.required)
    if (values[name] === undefined && !errors.some((it) => it.path === name))
      errors.push(FAULTS.missing(name));
  const onsetOn = values.onsetOn;
  if (typeof onsetOn === 'string' && at > 0 && onsetOn > dayOf(at))
    errors.push(FAULTS.chronology('onsetOn', onsetOn));
  if (errors.length > 0) return errors;
  const head = { kind: kindName, at, person, placeId: place?.id ?? 0 };
  // The key is of what was said; what goes on from here names nobody.
  const key = contentKey(context, head, values, kind.columns);
  strikeOut(values, kind, ownOf(fields));
  return {
    ...head,
    placeArea: place?.areaCode ?? '',
    values,
    recordName: context.recordName,
    key,
  };
}

const plain = (value: unknown): string => (typeof value === 'string' ? value : String(value ?? ''));

/** Of the row itself, whether or not it sufficed to tell the person. */
const ownOf = (fields: Fields): Own => ({
  name: plain(fields.name),
  idNo: plain(fields.idNo),
  phone: plain(fields.phone),
  address: plain(fields.address),
});

/** Free words are redacted; an open code that holds the person's name is struck whole. */
function strikeOut(values: Record<string, unknown>, kind: Kind, own: Own): void {
  for (const name of kind.columns) {
    const value = values[name];
    if (typeof value !== 'string') continue;
    const { type } = COLUMNS[name];
    if (type === 'text') values[name] = redact(value, own);
    else if (type === 'code' && own.name.length >= 2 && value.includes(own.name))
      values[name] = STRUCK;
  }
}

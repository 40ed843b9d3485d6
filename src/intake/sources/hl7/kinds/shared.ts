import type { FieldError } from '#base/refusal.ts';
import type { DecodedRow } from '../../model.ts';
import type { Message, Segment } from '../reader.ts';
import { personOf } from './person.ts';

export type Fields = Record<string, unknown>;

/** What a kind of message makes: fields of one row, where they stood, and what is wrong beside them. */
export type Made = {
  readonly fields: Fields | undefined;
  /** The segment the row is made of: `OBX[3]`. */
  readonly position?: string;
  readonly paths?: Readonly<Record<string, string>>;
  readonly faults?: readonly FieldError[];
  /** Segments to show when the row is quarantined, when it is not the whole message. */
  readonly segments?: readonly (Segment | undefined)[];
};

/** Where the person's fields stand, for errors a hospital's IT can follow. */
export const PERSON_PATHS: Readonly<Record<string, string>> = {
  idNo: 'PID-3.1',
  idType: 'PID-3.5',
  name: 'PID-5',
  sex: 'PID-8',
  bornOn: 'PID-7',
  phone: 'PID-13',
  address: 'PID-11',
  areaCode: 'PID-11.9',
  unitCode: 'NK1-13.10',
  placeCode: 'PV1-3.4 | MSH-4',
};

export const placeOf = (pv1: Segment | undefined, msh: Segment): string =>
  pv1?.get(3, 4) || msh.get(4);

/** Absent ones are left out: '' and NaN. */
export function clean(fields: Fields): Fields {
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    if (value === '' || value === undefined || Number.isNaN(value)) delete fields[name];
  }
  return fields;
}

/** Person fields by PID, made once for all rows of a patient. */
export function personCache(message: Message): (pid: Segment) => Fields {
  let known: { pid: Segment; fields: Fields } | undefined;
  return (pid) => {
    if (known?.pid !== pid) known = { pid, fields: personOf(message, pid) };
    return known.fields;
  };
}

const joined = (segments: readonly (Segment | undefined)[]): string => {
  let text = '';
  for (const it of segments) if (it) text += text === '' ? it.text : `\r${it.text}`;
  return text;
};

/** Rows as the room takes them. The first keeps the whole message, the others their own segments. */
export const rowsOfMade = (made: readonly Made[], raw: string): DecodedRow[] =>
  made.map((it, i) => ({
    fields: it.fields,
    raw: i === 0 || !it.segments ? raw : joined(it.segments),
    faults: it.faults ?? [],
    ...(it.position ? { position: it.position } : {}),
    ...(it.paths ? { paths: it.paths } : {}),
  }));

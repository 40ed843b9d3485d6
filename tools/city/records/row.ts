import type { ColumnName } from '#base/columns.ts';
import type { KindName, ROW_FIELDS } from '#base/kinds.ts';
import { isoOf } from '#base/time.ts';
import type { City } from '../city.ts';
import type { Person } from '../people/person.ts';
import { dayText } from './calendar.ts';

export type RowField = (typeof ROW_FIELDS)[number] | ColumnName;

/** A row as a source writes it: names of ROW_FIELDS and COLUMNS, absent when unknown. */
export type Row = { [K in RowField]?: string | number } & { id: string; kind: string; at: string };

/** A row on its way: who sends it and when it comes (epoch ms). `happenedAt` is what `row.at` says. */
export type Arrival = {
  readonly source: string;
  readonly at: number;
  readonly happenedAt: number;
  readonly kind: KindName;
  readonly row: Row;
};

/** Chance decides only what the city lets it: places near home, most of the time. */
export const rowId = (kind: KindName, day: number, person: number, number: number): string =>
  `${SHORT[kind]}${dayText(day).replaceAll('-', '').slice(2)}-${person.toString(36)}-${number}`;

const SHORT: Record<KindName, string> = {
  resident_entry: 'RE',
  clinic_visit: 'CV',
  admission: 'AD',
  lab_result: 'LR',
  case_report: 'CR',
  pharmacy_sale: 'PS',
  rail_trip: 'RT',
  air_trip: 'AT',
  coach_trip: 'CT',
  hotel_stay: 'HS',
  checkpoint_scan: 'CS',
  school_absence: 'SA',
  check_in: 'CI',
  border_entry: 'BE',
  ambulance_call: 'AC',
  hotline_call: 'HC',
  wastewater: 'WW',
  diagnosis: 'DG',
  immunization: 'IM',
};

/** Person fields of a row. Not every source asks for everything. */
export function personFields(person: Person, kind: KindName): Partial<Row> {
  const fields: Partial<Row> = {
    idType: person.idType,
    idNo: person.idNo,
    name: person.name,
    phone: person.phone,
  };
  if (kind !== 'checkpoint_scan' && kind !== 'check_in') {
    fields.sex = person.sex;
    fields.bornOn = person.bornOn;
  }
  if (ADDRESSED.has(kind)) {
    fields.address = person.address;
    if (person.areaCode) fields.areaCode = person.areaCode;
  }
  if (person.unitCode && UNITED.has(kind)) fields.unitCode = person.unitCode;
  return fields;
}

const ADDRESSED: ReadonlySet<KindName> = new Set<KindName>([
  'resident_entry',
  'clinic_visit',
  'admission',
  'lab_result',
  'case_report',
  'pharmacy_sale',
  'school_absence',
  'check_in',
  'border_entry',
  'ambulance_call',
]);
const UNITED: ReadonlySet<KindName> = new Set<KindName>([
  'resident_entry',
  'clinic_visit',
  'admission',
  'case_report',
  'school_absence',
  'check_in',
]);

/** The row that seeds a person into the registers. */
export function residentRow(city: City, person: Person, at: number): Arrival {
  const kind = 'resident_entry';
  const row: Row = {
    id: `RE0-${person.index.toString(36)}`,
    kind,
    at: isoOf(at),
    ...personFields(person, kind),
  };
  return { source: 'residents', at: at + 1 + (city.seed % 2), happenedAt: at, kind, row };
}

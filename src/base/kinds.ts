import type { ColumnName } from '#base/columns.ts';
import type { Words } from '#base/words.ts';

/**
 * A kind of admitted record: which columns it carries, which it must, and whether it is about a
 * person.
 */
export type Kind = {
  readonly words: Words;
  readonly person: 'required' | 'optional' | 'never';
  /** `required`: a place code must stand in the row. */
  readonly place: 'required' | 'optional';
  readonly columns: readonly ColumnName[];
  readonly required: readonly ColumnName[];
};

const kind = (
  zh: string,
  en: string,
  person: Kind['person'],
  place: Kind['place'],
  columns: readonly ColumnName[],
  required: readonly ColumnName[] = [],
): Kind => ({ words: { zh, en }, person, place, columns, required });

export const KINDS = {
  resident_entry: kind('居民信息登记', 'Resident register entry', 'required', 'optional', [], []),
  clinic_visit: kind(
    '发热与普通门诊',
    'Clinic visit',
    'required',
    'required',
    ['department', 'temperature', 'complaint', 'icd10', 'onsetOn', 'cough', 'diarrhoea', 'rash'],
    ['department'],
  ),
  admission: kind(
    '住院',
    'Hospital admission',
    'required',
    'required',
    ['department', 'temperature', 'complaint', 'icd10', 'onsetOn'],
    ['department'],
  ),
  lab_result: kind(
    '检验结果',
    'Laboratory result',
    'required',
    'required',
    ['testCode', 'result', 'value', 'pathogen', 'note'],
    ['testCode'],
  ),
  case_report: kind(
    '传染病报告卡',
    'Case report card',
    'required',
    'required',
    ['disease', 'caseClass', 'onsetOn', 'icd10', 'note'],
    ['disease', 'caseClass'],
  ),
  pharmacy_sale: kind(
    '药店登记',
    'Pharmacy sale',
    'required',
    'required',
    ['drugClass', 'quantity', 'temperature', 'reason'],
    ['drugClass'],
  ),
  rail_trip: kind(
    '铁路到达',
    'Rail arrival',
    'required',
    'optional',
    ['fromCity', 'toCity', 'transportNo', 'carriage', 'seat'],
    ['fromCity', 'transportNo'],
  ),
  air_trip: kind(
    '民航到达',
    'Air arrival',
    'required',
    'optional',
    ['fromCity', 'toCity', 'transportNo', 'seat'],
    ['fromCity', 'transportNo'],
  ),
  coach_trip: kind(
    '客运到达',
    'Coach arrival',
    'required',
    'optional',
    ['fromCity', 'toCity', 'transportNo', 'seat'],
    ['fromCity'],
  ),
  hotel_stay: kind(
    '旅馆入住',
    'Hotel check-in',
    'required',
    'required',
    ['fromCity', 'nights'],
    [],
  ),
  checkpoint_scan: kind(
    '卡口核验',
    'Checkpoint scan',
    'required',
    'required',
    ['temperature', 'passColour'],
    [],
  ),
  school_absence: kind(
    '学生缺勤',
    'School absence',
    'required',
    'required',
    ['reason', 'className', 'temperature', 'diarrhoea', 'rash'],
    ['reason'],
  ),
  check_in: kind(
    '健康打卡',
    'Daily check-in',
    'required',
    'optional',
    ['temperature', 'cough', 'diarrhoea', 'rash', 'contact'],
    ['temperature'],
  ),
  border_entry: kind(
    '口岸入境',
    'Border entry',
    'required',
    'required',
    ['fromCity', 'transportNo', 'seat', 'temperature'],
    ['fromCity'],
  ),
  ambulance_call: kind(
    '120 呼叫',
    '120 call',
    'optional',
    'optional',
    ['complaint', 'category', 'temperature'],
    ['complaint'],
  ),
  hotline_call: kind(
    '12345 热线',
    'Hotline call',
    'optional',
    'optional',
    ['category', 'note'],
    ['category'],
  ),
  wastewater: kind(
    '污水监测',
    'Wastewater sample',
    'never',
    'required',
    ['pathogen', 'value', 'result'],
    ['pathogen', 'value'],
  ),
  diagnosis: kind(
    '诊断',
    'Diagnosis',
    'required',
    'required',
    ['icd10', 'disease', 'caseClass', 'onsetOn', 'note'],
    [],
  ),
  immunization: kind(
    '预防接种',
    'Immunisation',
    'required',
    'required',
    ['category', 'quantity', 'note'],
    ['category'],
  ),
} as const satisfies Record<string, Kind>;

export type KindName = keyof typeof KINDS;
export const KIND_NAMES = Object.keys(KINDS) as KindName[];
/** The same table by any name: for readers that hold a name from a document. */
export const KIND_BY_NAME: Readonly<Record<string, Kind | undefined>> = KINDS;

/** Values of coded columns that every feed and rule share. */
export const CODES = {
  result: ['positive', 'negative', 'indeterminate'],
  caseClass: ['suspected', 'clinical', 'confirmed', 'carrier', 'asymptomatic'],
  department: [
    'fever',
    'respiratory',
    'gastro',
    'paediatrics',
    'emergency',
    'infectious',
    'icu',
    'general',
    'dermatology',
    'surgery',
    'obstetrics',
  ],
  passColour: ['green', 'yellow', 'red'],
  reason: [
    'fever',
    'cough',
    'vomiting',
    'diarrhoea',
    'rash',
    'mumps',
    'conjunctivitis',
    'injury',
    'other',
  ],
} as const;

/**
 * One row as a source writes it, field names of NDJSON and CSV alike. Person fields are flat:
 * `areaCode` is the community or grid where the person lives, `unitCode` the place code of the
 * school or workplace; `placeCode` is where the thing was observed.
 */
export const ROW_FIELDS = [
  'id',
  'kind',
  'at',
  'idType',
  'idNo',
  'name',
  'sex',
  'bornOn',
  'phone',
  'address',
  'areaCode',
  'unitCode',
  'placeCode',
] as const;

/**
 * Identity documents: citizen card, passport, HK-Macao permit, Taiwan permit, foreign permanent
 * resident card.
 */
export const ID_TYPES = ['citizen', 'passport', 'hkmo', 'taiwan', 'resident'] as const;
export type IdType = (typeof ID_TYPES)[number];

import type { KindName } from '#base/kinds.ts';
import type { Words } from '#base/words.ts';

/** A sample source, in the shape intake/sources registers, and what it sends. */
export type SampleSource = {
  readonly code: string;
  readonly words: Words;
  readonly owner: string;
  readonly format: 'ndjson' | 'json' | 'csv' | 'hl7';
  readonly charset: 'utf-8' | 'gb18030';
  /** Kind of rows that name none; null where a source sends several. */
  readonly kind: KindName | null;
  /** MSH-3 and MSH-4 of its messages. */
  readonly hl7: { readonly application: string; readonly facility: string } | null;
};

const source = (
  code: string,
  zh: string,
  en: string,
  owner: string,
  format: SampleSource['format'],
  kind: KindName | null,
  charset: SampleSource['charset'] = 'utf-8',
): SampleSource => ({
  code,
  words: { zh, en },
  owner,
  format,
  charset,
  kind,
  hl7: format === 'hl7' ? { application: code.toUpperCase(), facility: 'JIANGZHOU' } : null,
});

export const SOURCES: readonly SampleSource[] = [
  source('his-east', '东片医院 HIS', 'Hospitals, east', '市卫生健康委', 'hl7', null),
  source('his-west', '西片医院 HIS', 'Hospitals, west', '市卫生健康委', 'hl7', null, 'gb18030'),
  source('lis', '区域检验平台', 'Laboratory platform', '市卫生健康委', 'hl7', 'lab_result'),
  source('case-cards', '传染病报告卡', 'Case report cards', '市疾控中心', 'json', 'case_report'),
  source(
    'pharmacy-chain',
    '药店实名登记',
    'Pharmacy register',
    '市药监局',
    'csv',
    'pharmacy_sale',
    'gb18030',
  ),
  source('rail', '铁路到达', 'Rail arrivals', '铁路公司', 'ndjson', 'rail_trip'),
  source('air', '民航到达', 'Air arrivals', '机场集团', 'ndjson', 'air_trip'),
  source('coach', '客运到达', 'Coach arrivals', '市交通局', 'csv', 'coach_trip'),
  source('hotel', '旅馆业入住', 'Hotel register', '市公安局', 'json', 'hotel_stay'),
  source('checkpoint', '卡口核验', 'Checkpoints', '市公安局', 'ndjson', 'checkpoint_scan'),
  source(
    'education',
    '学校晨午检',
    'School absence register',
    '市教育局',
    'csv',
    'school_absence',
    'gb18030',
  ),
  source('checkin-app', '健康打卡', 'Check-in app', '市大数据局', 'json', 'check_in'),
  source('sewage', '污水监测', 'Wastewater', '市水务局', 'json', 'wastewater'),
  source('emergency-120', '120 急救', '120 ambulance', '市急救中心', 'ndjson', 'ambulance_call'),
  source('hotline-12345', '12345 热线', '12345 hotline', '市政务办', 'ndjson', 'hotline_call'),
  source('customs', '口岸入境', 'Border entry', '海关', 'csv', 'border_entry'),
  source('residents', '居民登记', 'Resident register', '市公安局', 'ndjson', 'resident_entry'),
];

export const SOURCE_BY_CODE: ReadonlyMap<string, SampleSource> = new Map(
  SOURCES.map((s) => [s.code, s]),
);

const BY_KIND = new Map(SOURCES.filter((s) => s.kind).map((s) => [s.kind, s.code]));

/** Who sends a row. Hospitals of the river's one side speak UTF-8, those of the other GB18030. */
export const sourceOf = (kind: KindName, placeIsWest: boolean): string =>
  BY_KIND.get(kind) ?? (placeIsWest ? 'his-west' : 'his-east');

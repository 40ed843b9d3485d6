import { COLUMN_NAMES, type ColumnName } from '#base/columns.ts';
import { COORDINATE_SYSTEMS } from '#base/geo.ts';
import { ROW_FIELDS } from '#base/kinds.ts';
import type { KindName } from '#base/kinds.ts';

export const MAPPING_LIMITS = {
  rulesMax: 60,
  /** Columns of a source that make one field together: a day and a time. */
  fromMax: 4,
  codesMax: 500,
  sampleBytesMax: 2 * 2 ** 20,
  previewRowsMax: 200,
  guessRowsMax: 200,
} as const;

/** Where a point goes, beside the fields of a row. */
export const POINT_FIELDS = ['longitude', 'latitude'] as const;
export type TargetField = (typeof ROW_FIELDS)[number] | ColumnName | (typeof POINT_FIELDS)[number];
export const TARGETS: readonly TargetField[] = [...ROW_FIELDS, ...COLUMN_NAMES, ...POINT_FIELDS];

/**
 * In which order a source writes a date, or what its number counts. `serial`: days since 1900 as
 * Excel counts, `serial-1904` as old Macs did.
 */
export const DATE_FORMATS = [
  'ymd',
  'dmy',
  'mdy',
  'serial',
  'serial-1904',
  'unix',
  'unix-ms',
] as const;
export type DateFormat = (typeof DATE_FORMATS)[number];

/** Units a number may come in; each goes to the unit of its column. */
export const UNITS = ['fahrenheit', 'per-millilitre', 'thousand', 'ten-thousand'] as const;
export type Unit = (typeof UNITS)[number];

export const CRS = COORDINATE_SYSTEMS;

/** How one field comes out of a source's row. Steps in this order: from, date, unit, codes, constant. */
export type FieldRule = {
  readonly field: TargetField;
  /** Headings, as the source writes them; several are joined by a space. */
  readonly from: readonly string[];
  readonly date?: DateFormat | undefined;
  readonly unit?: Unit | undefined;
  /** What the source writes → our code. */
  readonly codes?: Readonly<Record<string, string>> | undefined;
  /** `contains`: the first key found inside the text counts (发热、咳嗽 → fever). */
  readonly match?: 'exact' | 'contains' | undefined;
  /** What stands when no code matched; without it the text stays as it is. */
  readonly otherwise?: string | undefined;
  /** Stands when the source says nothing. */
  readonly constant?: string | undefined;
};

/** From a source's columns to the fields of our rows. Saved in versions, never changed. */
export type Mapping = {
  /** Kind of every row; null: the source's own. */
  readonly kind: KindName | null;
  /** The one sheet of a workbook to read; null: every visible one. */
  readonly sheet: string | null;
  /** In which system its coordinates are. */
  readonly crs: (typeof CRS)[number];
  readonly rules: readonly FieldRule[];
};

export type SavedMapping = {
  readonly id: number;
  readonly sourceId: number;
  readonly version: number;
  readonly mapping: Mapping;
  readonly authorId: number;
  readonly savedAt: number;
};

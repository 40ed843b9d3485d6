import type { KindName } from '#base/kinds.ts';
import type { CRS, DATE_FORMATS, TARGETS, UNITS } from './contract.ts';

export { DATE_FORMATS, MAPPING_LIMITS, TARGETS } from './contract.ts';
export type TargetField = (typeof TARGETS)[number];
export type DateFormat = (typeof DATE_FORMATS)[number];
export type Unit = (typeof UNITS)[number];

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

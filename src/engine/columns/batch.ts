import type { ColumnName } from '#base/columns.ts';
import { COLUMN_NAMES, COLUMNS } from '#base/columns.ts';
import type { KindName } from '#base/kinds.ts';
import { KIND_NAMES } from '#base/kinds.ts';

/**
 * Rows of one batch at most (2^20), so that a row number fits beside the segment in a record
 * id.
 */
export const SEGMENT_ROWS_MAX = 2 ** 20;

/**
 * Admitted records as a struct of arrays, all of length `rows`. Missing: NaN for numbers, '' for
 * texts, 0 for ids. Rows stand in the order of admission, not of event time.
 */
export type Batch = {
  readonly rows: number;
  /** Record id: segment * 2^20 + row. */
  readonly id: Float64Array;
  /** Index in KIND_NAMES. */
  readonly kind: Uint8Array;
  /** Event time, epoch ms. */
  readonly at: Float64Array;
  /** Person id; 0 when nobody is named. */
  readonly person: Float64Array;
  /** Community or grid code where the person lives. */
  readonly personArea: readonly string[];
  /** Place id of the person's school or workplace. */
  readonly unit: Int32Array;
  /** Place id where the thing was observed. */
  readonly place: Int32Array;
  /** Community or grid code of that place. */
  readonly placeArea: readonly string[];
  readonly source: Int32Array;
  /** Full years at the event; NaN unknown. */
  readonly age: Float64Array;
  /** GB/T 2261.1: '1' male, '2' female, '' unknown. */
  readonly sex: readonly string[];
  /** Only columns that occur: number, count, flag as Float64Array; text, code, day as strings. */
  readonly columns: { readonly [K in ColumnName]?: Float64Array | readonly string[] };
};

/** The common part of one row. */
export type RowHead = {
  readonly id: number;
  readonly kind: KindName;
  readonly at: number;
  readonly source: number;
  readonly person?: number;
  readonly personArea?: string;
  readonly unit?: number;
  readonly place?: number;
  readonly placeArea?: string;
  readonly age?: number;
  readonly sex?: string;
};

/** The own columns of one row; flags may be booleans or 0/1. */
export type RowValues = { readonly [K in ColumnName]?: string | number | boolean };

/** One row taken out of a batch: for evidence and explanations, never in a hot loop. */
export type RowView = Required<RowHead> & { readonly values: RowValues };

const KIND_INDEX = new Map(KIND_NAMES.map((name, i) => [name, i]));

/** Index of a kind in KIND_NAMES, as a batch carries it; -1 when it is no kind. */
export const kindIndexOf = (kind: string): number => KIND_INDEX.get(kind as KindName) ?? -1;

const isTextual = (name: ColumnName): boolean =>
  COLUMNS[name].type === 'text' || COLUMNS[name].type === 'code' || COLUMNS[name].type === 'day';

const grown = <T extends Float64Array | Int32Array | Uint8Array>(from: T, to: T): T => {
  to.set(from as never);
  return to;
};

/**
 * Fills a batch row by row. Arrays double as needed up to SEGMENT_ROWS_MAX rows; one more row
 * throws, since the caller cuts segments.
 */
export class BatchBuilder {
  rows = 0;
  #room: number;
  #id: Float64Array;
  #kind: Uint8Array;
  #at: Float64Array;
  #person: Float64Array;
  #unit: Int32Array;
  #place: Int32Array;
  #source: Int32Array;
  #age: Float64Array;
  #personArea: string[] = [];
  #placeArea: string[] = [];
  #sex: string[] = [];
  #numbers = new Map<ColumnName, Float64Array>();
  #texts = new Map<ColumnName, string[]>();

  constructor(rowsExpected = 1024) {
    const room = Math.max(1, Math.min(rowsExpected, SEGMENT_ROWS_MAX));
    this.#room = room;
    this.#id = new Float64Array(room);
    this.#kind = new Uint8Array(room);
    this.#at = new Float64Array(room);
    this.#person = new Float64Array(room);
    this.#unit = new Int32Array(room);
    this.#place = new Int32Array(room);
    this.#source = new Int32Array(room);
    this.#age = new Float64Array(room);
  }

  /** Appends a row and answers its number. Columns absent from `values` stay missing. */
  add(head: RowHead, values: RowValues = {}): number {
    if (this.rows === this.#room) this.#grow();
    const row = this.rows++;
    this.#id[row] = head.id;
    this.#kind[row] = kindIndexOf(head.kind);
    this.#at[row] = head.at;
    this.#person[row] = head.person ?? 0;
    this.#unit[row] = head.unit ?? 0;
    this.#place[row] = head.place ?? 0;
    this.#source[row] = head.source;
    this.#age[row] = head.age ?? Number.NaN;
    this.#personArea.push(head.personArea ?? '');
    this.#placeArea.push(head.placeArea ?? '');
    this.#sex.push(head.sex ?? '');
    for (const name in values) {
      const value = values[name as ColumnName];
      if (value !== undefined) this.#put(name as ColumnName, row, value);
    }
    return row;
  }

  /** The finished batch; the builder is spent. Arrays are exactly `rows` long. */
  finish(): Batch {
    const rows = this.rows;
    const columns: { [K in ColumnName]?: Float64Array | readonly string[] } = {};
    for (const name of COLUMN_NAMES) {
      const numbers = this.#numbers.get(name);
      const texts = this.#texts.get(name);
      if (numbers) columns[name] = numbers.subarray(0, rows);
      if (texts) {
        while (texts.length < rows) texts.push('');
        columns[name] = texts;
      }
    }
    return {
      rows,
      id: this.#id.subarray(0, rows),
      kind: this.#kind.subarray(0, rows),
      at: this.#at.subarray(0, rows),
      person: this.#person.subarray(0, rows),
      personArea: this.#personArea,
      unit: this.#unit.subarray(0, rows),
      place: this.#place.subarray(0, rows),
      placeArea: this.#placeArea,
      source: this.#source.subarray(0, rows),
      age: this.#age.subarray(0, rows),
      sex: this.#sex,
      columns,
    };
  }

  #put(name: ColumnName, row: number, value: string | number | boolean): void {
    if (isTextual(name)) {
      const texts = this.#texts.get(name) ?? [];
      if (texts.length === 0) this.#texts.set(name, texts);
      while (texts.length < row) texts.push('');
      texts.push(String(value));
      return;
    }
    let numbers = this.#numbers.get(name);
    if (!numbers) {
      numbers = new Float64Array(this.#room).fill(Number.NaN);
      this.#numbers.set(name, numbers);
    }
    numbers[row] = Number(value);
  }

  #grow(): void {
    if (this.#room >= SEGMENT_ROWS_MAX) throw new Error(`batch is full: ${SEGMENT_ROWS_MAX} rows`);
    const room = Math.min(this.#room * 2, SEGMENT_ROWS_MAX);
    this.#room = room;
    this.#id = grown(this.#id, new Float64Array(room));
    this.#kind = grown(this.#kind, new Uint8Array(room));
    this.#at = grown(this.#at, new Float64Array(room));
    this.#person = grown(this.#person, new Float64Array(room));
    this.#unit = grown(this.#unit, new Int32Array(room));
    this.#place = grown(this.#place, new Int32Array(room));
    this.#source = grown(this.#source, new Int32Array(room));
    this.#age = grown(this.#age, new Float64Array(room));
    for (const [name, numbers] of this.#numbers) {
      this.#numbers.set(name, grown(numbers, new Float64Array(room).fill(Number.NaN)));
    }
  }
}

export const emptyBatch = (): Batch => new BatchBuilder(1).finish();

/** Row `row` as an object. Missing values are left out; flags come back as booleans. */
export function rowView(batch: Batch, row: number): RowView {
  const values: { [K in ColumnName]?: string | number | boolean } = {};
  for (const name of COLUMN_NAMES) {
    const value = batch.columns[name]?.[row];
    if (value === undefined || value === '' || Number.isNaN(value)) continue;
    values[name] = COLUMNS[name].type === 'flag' ? value === 1 : value;
  }
  return {
    id: batch.id[row] ?? 0,
    kind: KIND_NAMES[batch.kind[row] ?? 0] ?? 'resident_entry',
    at: batch.at[row] ?? 0,
    source: batch.source[row] ?? 0,
    person: batch.person[row] ?? 0,
    personArea: batch.personArea[row] ?? '',
    unit: batch.unit[row] ?? 0,
    place: batch.place[row] ?? 0,
    placeArea: batch.placeArea[row] ?? '',
    age: batch.age[row] ?? Number.NaN,
    sex: batch.sex[row] ?? '',
    values,
  };
}

import { COLUMN_NAMES, COLUMNS, type ColumnName } from '#base/columns.ts';
import { KIND_NAMES } from '#base/kinds.ts';
import { type Batch, kindIndexOf } from '#engine/columns/index.ts';
import { encodeNative, type NativeBlock, type NativeColumn } from '#platform/lake/index.ts';
import { HEAD_COLUMNS, OWN_COLUMNS } from './schema.ts';

const FLAG_MISSING = 255;
const COUNT_MISSING = -1;
const EMPTY_TEXT = [''];

const bytesOf = (values: Float64Array): Uint8Array =>
  Uint8Array.from(values, (it) =>
    Number.isNaN(it) ? FLAG_MISSING : Math.min(254, Math.max(0, it)),
  );

function headColumn(batch: Batch, name: string): NativeColumn['values'] {
  if (name === 'kind') return { dictionary: KIND_NAMES, codes: batch.kind };
  if (name === 'age') return bytesOf(batch.age);
  return batch[name as 'id' | 'at' | 'person' | 'personArea' | 'unit' | 'place' | 'sex'];
}

function ownColumn(batch: Batch, name: ColumnName): NativeColumn['values'] {
  const { type } = COLUMNS[name];
  const values = batch.columns[name];
  if (type === 'number') {
    return values instanceof Float64Array ? values : new Float64Array(batch.rows).fill(Number.NaN);
  }
  if (type === 'flag') {
    if (values instanceof Float64Array) return bytesOf(values);
    return new Uint8Array(batch.rows).fill(FLAG_MISSING);
  }
  if (type === 'count') {
    if (values instanceof Float64Array)
      return Int32Array.from(values, (it) => (Number.isNaN(it) ? COUNT_MISSING : it));
    return new Int32Array(batch.rows).fill(COUNT_MISSING);
  }
  if (values && !(values instanceof Float64Array)) return values;
  return { dictionary: EMPTY_TEXT, codes: new Uint8Array(batch.rows) };
}

/** A batch as one Native block with every column of the lake's tables. */
export function encodeBatch(batch: Batch): Buffer {
  const columns = [
    ...HEAD_COLUMNS.map((it) => ({ ...it, values: headColumn(batch, it.name) })),
    ...OWN_COLUMNS.map((it) => ({ ...it, values: ownColumn(batch, it.name as ColumnName) })),
  ];
  // Each column's values fit its type by the tables above; the union of both is too wide to infer.
  return encodeNative(columns as unknown as NativeColumn[], batch.rows);
}

const floats = (values: ArrayLike<number>): Float64Array =>
  values instanceof Float64Array ? values : Float64Array.from(values);
const ints = (values: ArrayLike<number>): Int32Array =>
  values instanceof Int32Array ? values : Int32Array.from(values);

function ownValues(
  block: NativeBlock,
  name: ColumnName,
): Float64Array | readonly string[] | undefined {
  const { type } = COLUMNS[name];
  if (type === 'text' || type === 'code' || type === 'day') {
    const texts = block.texts(name);
    return texts.some((it) => it !== '') ? texts : undefined;
  }
  const missing = type === 'flag' ? FLAG_MISSING : type === 'count' ? COUNT_MISSING : Number.NaN;
  const values = Float64Array.from(block.numbers(name), (it) => (it === missing ? Number.NaN : it));
  return values.every(Number.isNaN) ? undefined : values;
}

/** A block of the lake as a batch; it must hold every column. */
export function batchOf(block: NativeBlock): Batch {
  const columns: { [K in ColumnName]?: Float64Array | readonly string[] } = {};
  for (const name of COLUMN_NAMES) {
    const values = ownValues(block, name);
    if (values) columns[name] = values;
  }
  return {
    rows: block.rows,
    id: floats(block.numbers('id')),
    kind: Uint8Array.from(block.texts('kind'), kindIndexOf),
    at: floats(block.numbers('at')),
    person: floats(block.numbers('person')),
    personArea: block.texts('personArea'),
    unit: ints(block.numbers('unit')),
    place: ints(block.numbers('place')),
    placeArea: block.texts('placeArea'),
    source: ints(block.numbers('source')),
    age: Float64Array.from(block.numbers('age'), (it) => (it === FLAG_MISSING ? Number.NaN : it)),
    sex: block.texts('sex'),
    columns,
  };
}

import type { CodedTexts, NativeColumn, NumberValues } from '../model.ts';
import { encodeCoded, encodeTexts, expandTexts, isCoded } from './texts.ts';
import { putVarint } from './varint.ts';

/**
 * A block in ClickHouse's Native format (little-endian machines only, which is all that chDB runs
 * on):
 * columns, rows, then per column its name, its type and its values as they lie in memory.
 * `rows` counts; arrays may be longer. Throws RangeError on a number that does not fit its column.
 */
export function encodeNative(columns: readonly NativeColumn[], rows: number): Buffer {
  const parts: Uint8Array[] = [lead(columns.length, rows)];
  for (const column of columns) {
    if (lengthOf(column) < rows)
      throw new RangeError(`column ${column.name} has fewer than ${rows} rows`);
    parts.push(header(column.name, typeOnWire(column)), ...body(column, rows));
  }
  return Buffer.concat(parts);
}

const lengthOf = ({ values }: NativeColumn): number =>
  'codes' in values ? values.codes.length : values.length;

/**
 * Plain texts of a LowCardinality column travel as String: the server builds the dictionary
 * faster.
 */
const typeOnWire = (column: NativeColumn): string =>
  column.type === 'LowCardinality(String)' && !('codes' in column.values) ? 'String' : column.type;

function lead(columns: number, rows: number): Uint8Array {
  const bytes = new Uint8Array(10);
  return bytes.subarray(0, putVarint(bytes, putVarint(bytes, 0, columns), rows));
}

function header(name: string, type: string): Uint8Array {
  return encodeTexts([name, type], 2);
}

type TextColumn = Extract<NativeColumn, { values: readonly string[] | CodedTexts }>;
type NumberColumn = Exclude<NativeColumn, TextColumn>;

const isText = (column: NativeColumn): column is TextColumn =>
  column.type === 'String' || column.type === 'LowCardinality(String)';

function body(column: NativeColumn, rows: number): Uint8Array[] {
  if (rows === 0) return [];
  if (isText(column)) {
    const { values } = column;
    if (!isCoded(values)) return [encodeTexts(values, rows)];
    return column.type === 'String' ? [expandTexts(values, rows)] : encodeCoded(values, rows);
  }
  const encoded = numbers(column, rows);
  return [new Uint8Array(encoded.buffer, encoded.byteOffset, encoded.byteLength)];
}

function numbers(column: NumberColumn, rows: number): ArrayBufferView {
  const { name, type, values } = column;
  if (values instanceof BigUint64Array) return values.subarray(0, rows);
  switch (type) {
    case 'UInt8':
      return whole(name, values, rows, Uint8Array, 0, 0xff);
    case 'UInt16':
    case 'Date':
      return whole(name, values, rows, Uint16Array, 0, 0xffff);
    case 'UInt32':
      return whole(name, values, rows, Uint32Array, 0, 0xffffffff);
    case 'Int32':
      return whole(name, values, rows, Int32Array, -0x80000000, 0x7fffffff);
    case 'UInt64':
      return wide(name, values, rows, 0);
    case 'DateTime64(3)':
      return wide(name, values, rows, -Number.MAX_SAFE_INTEGER);
    case 'Float32':
      return values instanceof Float32Array
        ? values.subarray(0, rows)
        : floats(values, rows, Float32Array);
    case 'Float64':
      return values instanceof Float64Array
        ? values.subarray(0, rows)
        : floats(values, rows, Float64Array);
  }
}

type Small = Uint8Array | Uint16Array | Uint32Array | Int32Array;

function whole(
  name: string,
  values: NumberValues,
  rows: number,
  Kind: new (length: number) => Small,
  min: number,
  max: number,
): Small {
  if (values instanceof Kind) return values.subarray(0, rows);
  const out = new Kind(rows);
  for (let i = 0; i < rows; i++) {
    const value = values[i] ?? Number.NaN;
    if (!(value >= min && value <= max && Number.isInteger(value))) misfit(name, i, value);
    out[i] = value;
  }
  return out;
}

/** 64-bit whole numbers as two 32-bit halves: twice as fast as going through BigInt. */
function wide(name: string, values: NumberValues, rows: number, min: number): Uint32Array {
  const out = new Uint32Array(2 * rows);
  for (let i = 0; i < rows; i++) {
    const value = values[i] ?? Number.NaN;
    if (!(Number.isSafeInteger(value) && value >= min)) misfit(name, i, value);
    const high = Math.floor(value / 0x100000000);
    out[2 * i] = value - high * 0x100000000;
    out[2 * i + 1] = high;
  }
  return out;
}

function floats(
  values: NumberValues,
  rows: number,
  Kind: new (length: number) => Float32Array | Float64Array,
): ArrayBufferView {
  const out = new Kind(rows);
  for (let i = 0; i < rows; i++) out[i] = values[i] ?? Number.NaN;
  return out;
}

function misfit(name: string, row: number, value: number): never {
  throw new RangeError(`column ${name} cannot hold ${value} (row ${row})`);
}

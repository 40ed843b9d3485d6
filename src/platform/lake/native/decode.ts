import { LakeFault, type NativeBlock, type NativeType, type ReadColumn } from '../model.ts';
import { NativeSource } from './source.ts';

/** All blocks of a whole Native buffer. Throws LakeFault on unknown types or a cut buffer. */
export function decodeNative(bytes: Buffer): NativeBlock[] {
  const source = new NativeSource(bytes);
  const blocks: NativeBlock[] = [];
  while (!source.atEnd()) {
    const block = readBlock(source);
    if (!block) throw new LakeFault('reading Native blocks: the answer was cut off', 0);
    if (block.columns.length > 0) blocks.push(block);
  }
  return blocks;
}

/** The next block; undefined when the bytes do not hold it whole yet (the source has not moved). */
export function readBlock(source: NativeSource): NativeBlock | undefined {
  const start = source.at;
  const columnCount = source.varint();
  const rows = source.varint();
  const columns: ReadColumn[] = [];
  for (let i = 0; i < columnCount && !source.short; i++) {
    const name = source.text();
    const type = source.text();
    if (source.short) break;
    const values = readValues(source, type, rows);
    columns.push({ name, type: plainType(type), values });
  }
  if (source.short) {
    source.rewind(start);
    return undefined;
  }
  return new Columns(rows, columns);
}

/** Zone and enclosure of a type do not change how its values are read. */
const plainType = (type: string): NativeType =>
  (type.startsWith('DateTime64(3') ? 'DateTime64(3)' : type) as NativeType;

function readValues(source: NativeSource, type: string, rows: number): ReadColumn['values'] {
  switch (plainType(type) as string) {
    case 'UInt8':
    case 'Bool':
      return source.array(rows, Uint8Array);
    case 'UInt16':
    case 'Date':
      return source.array(rows, Uint16Array);
    case 'UInt32':
      return source.array(rows, Uint32Array);
    case 'Int32':
      return source.array(rows, Int32Array);
    case 'Float32':
      return source.array(rows, Float32Array);
    case 'Float64':
      return source.array(rows, Float64Array);
    case 'UInt64':
      return widen(source.array(2 * rows, Uint32Array), rows);
    case 'Int64':
    case 'DateTime64(3)':
      return widen(source.array(2 * rows, Int32Array), rows);
    case 'String':
      return source.texts(rows);
    case 'LowCardinality(String)':
      return readCoded(source, rows);
    default:
      throw new LakeFault(`reading Native blocks: type ${type} is not one the house stores`, 0);
  }
}

/** Low and high halves to one double; exact up to 2^53, which every id of the house keeps to. */
function widen(halves: Uint32Array | Int32Array, rows: number): Float64Array {
  const out = new Float64Array(rows);
  for (let i = 0; i < halves.length / 2; i++) {
    out[i] = ((halves[2 * i] ?? 0) >>> 0) + (halves[2 * i + 1] ?? 0) * 0x100000000;
  }
  return out;
}

function readCoded(source: NativeSource, rows: number): string[] {
  if (rows === 0) return [];
  source.array(2, Uint32Array); // version
  const width = (source.array(2, Uint32Array)[0] ?? 0) & 0xff;
  const keys = source.array(2, Uint32Array)[0] ?? 0;
  if (source.short) return [];
  const dictionary = source.texts(keys);
  source.array(2, Uint32Array); // rows again
  const codes =
    width === 0
      ? source.array(rows, Uint8Array)
      : width === 1
        ? source.array(rows, Uint16Array)
        : source.array(rows, Uint32Array);
  if (source.short) return [];
  return Array.from(codes, (code) => dictionary[code] ?? '');
}

class Columns implements NativeBlock {
  readonly rows: number;
  readonly columns: readonly ReadColumn[];
  constructor(rows: number, columns: ReadonlyArray<ReadColumn>) {
    this.rows = rows;
    this.columns = columns;
  }
  #values(name: string): ReadColumn['values'] {
    const column = this.columns.find((c) => c.name === name);
    if (!column) throw new LakeFault(`no column ${name} in the answer`, 0);
    return column.values;
  }
  numbers(name: string): ArrayLike<number> {
    const values = this.#values(name);
    if (Array.isArray(values)) throw new LakeFault(`column ${name} holds texts`, 0);
    return values;
  }
  texts(name: string): readonly string[] {
    const values = this.#values(name);
    if (!Array.isArray(values)) throw new LakeFault(`column ${name} holds numbers`, 0);
    return values;
  }
}

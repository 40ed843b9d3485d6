import { setImmediate as breathe } from 'node:timers/promises';
import {
  parquetMetadata,
  parquetRead,
  parquetSchema,
  type SchemaElement,
  snappyUncompress,
} from 'hyparquet';
import { REFUSED, type SheetRow, TABLE_LIMITS, TableRefused } from './model.ts';

const CHUNK_ROWS = 10_000;

/** Only Snappy beside plain pages: no page may claim more than the whole file may unfold to. */
const compressors = {
  SNAPPY(input: Uint8Array, outputLength: number): Uint8Array {
    const isOver =
      outputLength > TABLE_LIMITS.ratioFreeBytes &&
      outputLength > input.length * TABLE_LIMITS.ratioMax;
    if (isOver || outputLength > TABLE_LIMITS.unfoldedBytesMax)
      throw new TableRefused(REFUSED.bomb);
    const output = new Uint8Array(outputLength);
    snappyUncompress(input, output);
    return output;
  },
};

const bytesText = (value: Uint8Array): string => Buffer.from(value).toString('utf8');

type TimeSort = 'day' | 'local' | 'utc';

/** A day is a day; a local time of no zone is the city's and loses the Z the reader gave it. */
function isoText(value: Date, sort: TimeSort): string {
  const text = value.toISOString();
  if (sort === 'day') return text.slice(0, 10);
  return sort === 'local' ? text.replace(/(\.000)?Z$/, '') : text;
}

function timeSortOf({ logical_type: type, converted_type: old }: SchemaElement): TimeSort {
  if (type?.type === 'DATE' || old === 'DATE') return 'day';
  return type?.type === 'TIMESTAMP' && !type.isAdjustedToUTC ? 'local' : 'utc';
}

/** A value as text: days and instants as ISO 8601, numbers as written; undefined when it is nested. */
function textOf(value: unknown, sort: TimeSort): string | undefined {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : isoText(value, sort);
  return value instanceof Uint8Array ? bytesText(value) : undefined;
}

function metadataOf(bytes: Buffer) {
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
  const metadata = parquetMetadata(file);
  const columns = parquetSchema(metadata).children;
  const isFlat = columns.every(
    (it) => it.children.length === 0 && it.element.repetition_type !== 'REPEATED',
  );
  if (!isFlat) throw new TableRefused(REFUSED.notFlat);
  const rows = Number(metadata.num_rows);
  let unfolded = 0n;
  for (const group of metadata.row_groups) unfolded += BigInt(group.total_byte_size);
  if (unfolded > BigInt(TABLE_LIMITS.unfoldedBytesMax)) throw new TableRefused(REFUSED.bomb);
  const isOver =
    columns.length > TABLE_LIMITS.columnsMax ||
    rows > TABLE_LIMITS.parquetRowsMax ||
    rows * columns.length > TABLE_LIMITS.cellsMax;
  if (isOver) throw new TableRefused(REFUSED.tooWide);
  // Every column of a flat table holds as many values as its group has rows.
  const isEven = metadata.row_groups.every((group) =>
    group.columns.every((it) => it.meta_data?.num_values === group.num_rows),
  );
  const inGroups = metadata.row_groups.reduce((sum, it) => sum + it.num_rows, 0n);
  if (!isEven || inGroups !== metadata.num_rows) throw new TableRefused(REFUSED.notParquet);
  const sorts = columns.map((it) => timeSortOf(it.element));
  return { file, metadata, rows, sorts, names: columns.map((it) => it.element.name) };
}

async function* rowsOf(bytes: Buffer): AsyncGenerator<SheetRow> {
  const { file, metadata, rows, sorts, names } = metadataOf(bytes);
  yield { sheet: '', row: 0, cells: names };
  for (let from = 0; from < rows; from += CHUNK_ROWS) {
    let read: unknown[][] = [];
    await parquetRead({
      file,
      metadata,
      compressors,
      rowStart: from,
      rowEnd: Math.min(rows, from + CHUNK_ROWS),
      rowFormat: 'array',
      onComplete: (all: unknown[][]) => {
        read = all;
      },
    });
    if (read.length !== Math.min(CHUNK_ROWS, rows - from))
      throw new TableRefused(REFUSED.notParquet);
    for (const [i, values] of read.entries()) {
      const cells = values.map((it, column) => textOf(it, sorts[column] ?? 'utc'));
      if (!cells.every((it) => it !== undefined)) throw new TableRefused(REFUSED.notFlat);
      yield { sheet: '', row: from + i + 1, cells };
    }
    await breathe();
  }
}

/** Rows of a flat Parquet file, its column names first as row 0. Throws TableRefused. */
export async function* readParquet(bytes: Buffer): AsyncGenerator<SheetRow> {
  try {
    yield* rowsOf(bytes);
  } catch (cause) {
    if (cause instanceof TableRefused) throw cause;
    throw new TableRefused(REFUSED.notParquet, { cause });
  }
}

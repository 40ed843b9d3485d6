import { headingRecord, linesOf, recordOf } from '../tables/lines.ts';
import {
  REFUSED,
  TABLE_LIMITS,
  TableRefused,
  type TableFormat,
  tableFormatOf,
} from '../tables/model.ts';
import { LIMITS, ROW_FLAGS } from '../model.ts';
import type { Knows } from '../tables/heading.ts';
import { type BlockWriter, LogBusy } from './writer.ts';

let files = 0;

/** Takes a place for one file in memory; throws LogBusy when all are taken. Call what it returns. */
export function holdFile(): () => void {
  if (files >= TABLE_LIMITS.filesMax) throw new LogBusy('files-in-memory');
  files++;
  return () => void files--;
}

/** The whole file, and each MiB of it on its way to the log as evidence. Throws TableRefused. */
export async function wholeFile(
  body: AsyncIterable<Buffer>,
  format: TableFormat,
  writer: BlockWriter,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > TABLE_LIMITS.fileBytesMax) throw new TableRefused(REFUSED.tooBig);
    chunks.push(chunk);
  }
  const file = Buffer.concat(chunks, size);
  const said = tableFormatOf(file);
  if (said === 'old-excel') throw new TableRefused(REFUSED.oldExcel);
  if (said === 'locked') throw new TableRefused(REFUSED.locked);
  if (said !== format)
    throw new TableRefused(format === 'xlsx' ? REFUSED.notXlsx : REFUSED.notParquet);
  for (let from = 0; from < size; from += LIMITS.blockBytesMax) {
    writer.keep(file.subarray(from, from + LIMITS.blockBytesMax), format);
    await writer.room();
  }
  return file;
}

/**
 * Turns a file's rows into lines of CSV in the log, each with its place in the file before it, so
 * that they are counted, decoded and mended like any row. Throws TableRefused; what was read
 * before it is kept.
 */
export async function writeTable(
  file: Buffer,
  format: TableFormat,
  writer: BlockWriter,
  ask: { readonly knows: Knows; readonly sheet: string | undefined },
): Promise<void> {
  let isKnown = false;
  for await (const line of linesOf(format, file, ask.knows, ask.sheet)) {
    if ('heading' in line) {
      // Of the first sheet somebody must know a column; a later one is kept whatever it is.
      isKnown ||= line.isKnown;
      if (!isKnown) throw new TableRefused(REFUSED.noHeading);
      writer.setHeading(headingRecord(line.heading));
      continue;
    }
    const record = recordOf(line.at, line.cells);
    const isLong = record.length > LIMITS.rowBytesMax;
    if (isLong) writer.add(record.subarray(0, LIMITS.rowBytesMax), ROW_FLAGS.tooLong);
    else writer.add(record, 0);
    await writer.room();
  }
}

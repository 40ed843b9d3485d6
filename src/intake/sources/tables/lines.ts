import { type Knows, plainHeading, type TableLine, tableLines } from './heading.ts';
import { type TableFormat } from './model.ts';
import { readParquet } from './parquet.ts';
import { readXlsx } from './xlsx.ts';

/** Heading of the column that says where a row stood in its file: no field of ours. */
const PLACE_HEADING = '#';

const cell = (text: string): string =>
  /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

/** Cells as one record of CSV, its place first. Unlike base/csv it adds nothing to any cell. */
export const recordOf = (at: string, cells: readonly string[]): Buffer =>
  Buffer.from([at, ...cells].map((it) => cell(it.toWellFormed())).join(','));

/** The heading line. Every cell stands in quotes, so that only the commas between them separate. */
export const headingRecord = (heading: readonly string[]): Buffer =>
  Buffer.from(
    [PLACE_HEADING, ...heading]
      .map((it) => `"${plainHeading(it.toWellFormed()).replaceAll('"', '""')}"`)
      .join(','),
  );

/** Headings and rows of a file that had to arrive whole. Throws TableRefused. */
export const linesOf = (
  format: TableFormat,
  bytes: Buffer,
  knows: Knows,
  sheet?: string,
): AsyncGenerator<TableLine> =>
  tableLines(format === 'xlsx' ? readXlsx(bytes, sheet) : readParquet(bytes), knows);

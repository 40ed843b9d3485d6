import { type Refusal, refuse } from '#base/refusal.ts';
import { decodeText } from '../decode/charset.ts';
import { csvFields } from '../decode/csv.ts';
import { fieldOf } from '../decode/headers.ts';
import { rowSplitter } from '../decode/split.ts';
import type { DecodedRow } from '../model.ts';
import { dialectOf, encodingOf, utf8From } from '../tables/dialect.ts';
import { headingAt, type Knows, plainHeading } from '../tables/heading.ts';
import { linesOf } from '../tables/lines.ts';
import {
  REFUSED,
  type SheetRow,
  TABLE_LIMITS,
  TableRefused,
  tableFormatOf,
} from '../tables/model.ts';
import { MAPPING_LIMITS } from './model.ts';
import { bare, NAMES, SYNONYMS } from './synonyms.ts';

/** A sample's first rows as cells under headings, whatever format it came in. */
export type Sample = {
  readonly format: string;
  readonly charset: string;
  readonly headings: readonly string[];
  readonly rows: readonly { readonly at: string; readonly cells: readonly string[] }[];
  readonly isCut: boolean;
};

const MAX = MAPPING_LIMITS.previewRowsMax;
const UNREADABLE = refuse('invalid', 'sample-unreadable', {
  zh: '样本无法读取：应为 CSV/TSV、NDJSON、JSON 数组、XLSX 或 Parquet。',
  en: 'The sample cannot be read: CSV/TSV, NDJSON, a JSON array, XLSX or Parquet is expected.',
});

/** Headings the guess could use. */
const isGuessable: Knows = (heading) =>
  fieldOf(heading) !== undefined || SYNONYMS.has(bare(heading)) || NAMES.has(bare(heading));

async function tableSample(
  file: Buffer,
  format: 'xlsx' | 'parquet',
  knows: Knows,
  sheet: string | undefined,
): Promise<Sample> {
  let headings: readonly string[] | undefined;
  const rows: { at: string; cells: readonly string[] }[] = [];
  let isCut = false;
  for await (const line of linesOf(format, file, knows, sheet)) {
    if ('heading' in line) {
      // The first sheet is shown; others follow the same mapping.
      if (headings) break;
      headings = line.heading;
    } else if (rows.length >= MAX) {
      isCut = true;
      break;
    } else rows.push(line);
  }
  return { format, charset: '', headings: headings ?? [], rows, isCut };
}

function jsonSample(texts: readonly string[], format: string, charset: string): Sample | undefined {
  const values: Record<string, unknown>[] = [];
  for (const text of texts) {
    try {
      const value: unknown = JSON.parse(text);
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
      values.push(value as Record<string, unknown>);
    } catch {
      return undefined; // JSON.parse throws for nothing else
    }
  }
  const shown = values.slice(0, MAX);
  const headings = [...new Set(shown.flatMap((it) => Object.keys(it)))].slice(
    0,
    TABLE_LIMITS.columnsMax,
  );
  const cell = (value: unknown): string =>
    value === undefined || value === null
      ? ''
      : typeof value === 'object'
        ? JSON.stringify(value)
        : String(value);
  const rows = shown.map((it, i) => ({
    at: String(i + 1),
    cells: headings.map((h) => cell(it[h])),
  }));
  return { format, charset, headings, rows, isCut: values.length > MAX };
}

async function textSample(file: Buffer, knows: Knows): Promise<Sample | undefined> {
  const encoding = encodingOf(file);
  const isWide = encoding === 'utf-16le' || encoding === 'utf-16be';
  const charset = isWide ? 'utf-8' : encoding;
  const parts: Buffer[] = [];
  const one = async function* (): AsyncGenerator<Buffer> {
    yield file;
  };
  if (isWide) for await (const part of utf8From(one(), encoding)) parts.push(part);
  const bytes = isWide ? Buffer.concat(parts) : file;
  const first = bytes
    .toString('latin1', 0, 64)
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .trimStart()[0];
  const format = first === '[' ? 'json' : first === '{' ? 'ndjson' : 'csv';
  const texts: string[] = [];
  const splitter = rowSplitter(format, charset, (row) => {
    if (texts.length <= MAX + TABLE_LIMITS.headingWithin)
      texts.push(decodeText(row, charset) ?? '');
  });
  const dialect = dialectOf(
    decodeText(bytes.subarray(0, 4096), charset) ?? bytes.toString('latin1', 0, 4096),
    charset,
  );
  splitter.setDialect(dialect);
  splitter.push(bytes);
  splitter.end(true);
  if (format !== 'csv') return jsonSample(texts, format, encoding);
  const rows = texts.map((it, i): SheetRow => {
    return { sheet: '', row: i + 1, cells: csvFields(it, dialect) ?? [it] };
  });
  const at = headingAt(rows.slice(0, TABLE_LIMITS.headingWithin), knows);
  const heading = rows[at];
  if (!heading) return undefined;
  const below = rows.slice(at + 1);
  return {
    format,
    charset: encoding,
    headings: heading.cells.map(plainHeading),
    rows: below.slice(0, MAX).map(({ row, cells }) => ({ at: String(row), cells })),
    isCut: below.length > MAX,
  };
}

/** Reads a sample; `knows` and `sheet` of a mapping that is tried. Refuses what cannot be read. */
export async function readSample(
  file: Buffer,
  knows: Knows = isGuessable,
  sheet?: string,
): Promise<Sample | Refusal> {
  const format = tableFormatOf(file);
  if (format === 'old-excel') return REFUSED.oldExcel;
  if (format === 'locked') return REFUSED.locked;
  try {
    const found = format
      ? await tableSample(file, format, knows, sheet)
      : await textSample(file, knows);
    return found && found.headings.length > 0 ? found : UNREADABLE;
  } catch (cause) {
    if (cause instanceof TableRefused) return cause.refusal;
    return UNREADABLE; // splitters throw for broken structure: the sample is no table
  }
}

/** A row of the sample as a decoder would give it to the mapping. */
export const sampleRow = (sample: Sample, cells: readonly string[]): DecodedRow => ({
  fields: Object.fromEntries(sample.headings.map((it, i) => [it, cells[i] ?? ''])),
  raw: cells.join(','),
  faults: [],
});

import type { FieldError } from '#base/refusal.ts';
import {
  type Charset,
  type DecodedRow,
  type Format,
  formatOf,
  LIMITS,
  ROW_FLAGS,
} from '../model.ts';
import { mapRow } from '../mapping/apply.ts';
import type { Mapping } from '../mapping/model.ts';
import { type Dialect, dialectOf, PLAIN } from '../tables/dialect.ts';
import { decodeCda } from '../cda/decode.ts';
import { decodeFhir } from '../fhir/decode.ts';
import { decodeMessage } from '../hl7/rows.ts';
import { badBytes, decodeText, showBytes } from './charset.ts';
import { csvFields } from './csv.ts';
import { fieldOf } from './headers.ts';
import { rowSplitter } from './split.ts';

const fault = (code: string, zh: string, en: string): FieldError => ({
  path: '',
  code,
  text: { zh, en },
});
const TORN = fault(
  'torn-row',
  '上传在此行中途断开，此行不完整；重新上传即可补齐。',
  'The upload broke off inside this row; sending it again completes it.',
);
const TOO_LONG = fault(
  'row-too-long',
  `此行超过 ${LIMITS.rowBytesMax} 字节，只保留开头。`,
  `This row is over ${LIMITS.rowBytesMax} bytes; only its beginning is kept.`,
);
const OPEN_QUOTE = fault(
  'open-quote',
  '此行有未闭合或多余的引号，请检查双引号。',
  'A double quote in this row is not closed, or stands inside a field.',
);
const NOT_JSON = fault('not-json', '此行不是合法的 JSON。', 'This row is not valid JSON.');
const NOT_OBJECT = fault('not-object', '此行不是一个对象。', 'This row is no JSON object.');
const FIELD_COUNT = (has: number, wants: number): FieldError => ({
  path: '',
  code: 'field-count',
  value: String(has),
  allowed: String(wants),
  text: {
    zh: `此行有 ${has} 列，表头有 ${wants} 列。`,
    en: `This row has ${has} fields, the heading has ${wants}.`,
  },
});

const broken = (raw: string, ...faults: FieldError[]): DecodedRow => ({
  fields: undefined,
  raw,
  faults,
});

function jsonRow(text: string): DecodedRow {
  try {
    return objectRow(JSON.parse(text), text);
  } catch {
    return broken(text, NOT_JSON); // JSON.parse throws for nothing else
  }
}

const objectRow = (value: unknown, raw: string | undefined): DecodedRow =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? { fields: value as Record<string, unknown>, raw: raw ?? '', faults: [] }
    : broken(raw ?? JSON.stringify(value), NOT_OBJECT);

type Head = { readonly dialect: Dialect; readonly headings: readonly (string | undefined)[] };

function csvRow(line: string, { dialect, headings }: Head): DecodedRow {
  const values = csvFields(line, dialect);
  if (!values) return broken(line, OPEN_QUOTE);
  if (values.length !== headings.length)
    return broken(line, FIELD_COUNT(values.length, headings.length));
  const fields: Record<string, unknown> = {};
  for (let i = 0; i < values.length; i++) {
    const heading = headings[i];
    const value = values[i];
    if (heading && value) fields[heading] = value;
  }
  return { fields, raw: line, faults: [] };
}

type RowReader = (text: string) => DecodedRow;

/** Row by row at byte level: for blocks with a bad byte or with quotes over several lines. */
function slowly(
  bytes: Buffer,
  format: 'ndjson' | 'json' | 'csv',
  charset: Charset,
  read: RowReader,
  dialect: Dialect = PLAIN,
): DecodedRow[] {
  const rows: DecodedRow[] = [];
  const splitter = rowSplitter(format, charset, (row) => {
    const text = decodeText(row, charset);
    rows.push(text === undefined ? broken(showBytes(row), badBytes(row, charset)) : read(text));
  });
  splitter.setDialect(dialect);
  splitter.push(bytes);
  splitter.end(true);
  return rows;
}

function decodeJson(bytes: Buffer, charset: Charset): DecodedRow[] {
  const text = decodeText(bytes, charset);
  if (text !== undefined) {
    try {
      const values: unknown = JSON.parse(text);
      if (Array.isArray(values)) return values.map((it) => objectRow(it, undefined));
    } catch {
      // One element is not JSON: the slow way below says which.
    }
  }
  return slowly(bytes, 'json', charset, jsonRow);
}

function decodeLines(bytes: Buffer, charset: Charset): DecodedRow[] {
  const text = decodeText(bytes, charset);
  if (text === undefined) return slowly(bytes, 'ndjson', charset, jsonRow);
  const rows: DecodedRow[] = [];
  let from = 0;
  while (from < text.length) {
    const newline = text.indexOf('\n', from);
    const end = newline < 0 ? text.length : newline;
    if (end > from) rows.push(jsonRow(text.slice(from, end)));
    from = end + 1;
  }
  return rows;
}

function decodeCsv(bytes: Buffer, charset: Charset, isMapped: boolean): DecodedRow[] {
  const newline = bytes.indexOf(10);
  const heading = decodeText(bytes.subarray(0, newline), charset) ?? '';
  const dialect = dialectOf(heading, charset);
  const names = csvFields(heading.replaceAll('\u0001', '\n'), dialect) ?? [];
  const head = { dialect, headings: isMapped ? names : names.map(fieldOf) };
  const body = bytes.subarray(newline + 1);
  const text = decodeText(body, charset);
  if (text === undefined || text.includes(String.fromCharCode(dialect.quote)))
    return slowly(body, 'csv', charset, (it) => csvRow(it, head), dialect);
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((it) => csvRow(it, head));
}

type RawBlock = { readonly format: string; readonly flags: number; readonly bytes: Buffer };

/**
 * Rows of one log block, as many as the block counted. A row that cannot be read comes as `raw` and
 * its faults; nothing is dropped. With a mapping, what the source's columns become by it.
 */
export function decodeBlock(block: RawBlock, mapping?: Mapping): DecodedRow[] {
  if (block.flags & ROW_FLAGS.evidence) return [];
  const head = formatOf(block.format);
  if (!mapping || !MAPPED.has(head.format)) return decodeRows(block, head, false);
  return decodeRows(block, head, true).map((it) => mapRow(mapping, it));
}

/** Formats whose columns a source names as it likes. */
const MAPPED: ReadonlySet<Format> = new Set(['csv', 'json', 'ndjson']);

function decodeRows(
  block: RawBlock,
  { format, charset }: ReturnType<typeof formatOf>,
  isMapped: boolean,
): DecodedRow[] {
  const { bytes, flags } = block;
  if (flags & (ROW_FLAGS.torn | ROW_FLAGS.tooLong)) {
    const raw = decodeText(bytes, charset) ?? showBytes(bytes);
    const isLong = bytes.length >= LIMITS.rowBytesMax;
    return [broken(raw, flags & ROW_FLAGS.torn ? TORN : isLong ? TOO_LONG : OPEN_QUOTE)];
  }
  if (format === 'hl7') return decodeMessage(bytes, charset, (flags & ROW_FLAGS.badFrame) !== 0);
  if (format === 'fhir') return [...decodeFhir(bytes, charset)];
  if (format === 'cda') return [...decodeCda(bytes, charset)];
  if (format === 'json') return decodeJson(bytes, charset);
  return format === 'csv' ? decodeCsv(bytes, charset, isMapped) : decodeLines(bytes, charset);
}

import { parse } from 'csv-parse/sync';
import { tierOf } from '#base/areas.ts';
import type { IdType } from '#base/kinds.ts';
import { ID_TYPES } from '#base/kinds.ts';
import { instantOf } from '#base/time.ts';
import type { Words } from '#base/words.ts';

/** Rows of one import at most. */
export const IMPORT_ROWS_MAX = 100_000;

/** Characters of one record: an open quote does not swallow a file. */
const RECORD_CHARS_MAX = 8_192;

/** A member as a file names it: a person by document, from when until when, and why. */
export type ImportRow = {
  readonly row: number;
  readonly idType: IdType;
  readonly idNo: string;
  readonly name: string;
  readonly areaCode: string;
  readonly phone: string;
  /** Epoch ms; NaN when the row does not say. */
  readonly from: number;
  readonly until: number;
  readonly reason: string;
};
export type ImportFault = { readonly row: number; readonly path: string; readonly text: Words };

/**
 * Reads a CSV (with a header) or NDJSON of members: idType, idNo, name, areaCode, phone, from,
 * until, reason. A bad row is told with all its faults and left out; values are never repeated in a
 * fault.
 */
export function importRows(
  format: 'csv' | 'ndjson',
  text: string,
): { rows: ImportRow[]; faults: ImportFault[]; received: number } {
  const faults: ImportFault[] = [];
  const raw = format === 'csv' ? csvRows(text, faults) : ndjsonRows(text, faults);
  const rows: ImportRow[] = [];
  for (const { row, fields } of raw.slice(0, IMPORT_ROWS_MAX)) {
    const before = faults.length;
    const read = readRow(row, fields, faults);
    if (faults.length === before) rows.push(read);
  }
  if (raw.length > IMPORT_ROWS_MAX) {
    const zh = `一次最多 ${IMPORT_ROWS_MAX} 行：其余请分批导入`;
    const en = `At most ${IMPORT_ROWS_MAX} rows at once: import the rest in parts`;
    faults.push({ row: IMPORT_ROWS_MAX + 1, path: '', text: { zh, en } });
  }
  return { rows, faults, received: raw.length };
}

type Fields = Readonly<Record<string, unknown>>;
type Raw = { readonly row: number; readonly fields: Fields };

function csvRows(text: string, faults: ImportFault[]): Raw[] {
  try {
    const rows = parse(text, {
      columns: true,
      bom: true,
      trim: true,
      skip_empty_lines: true,
      max_record_size: RECORD_CHARS_MAX,
    });
    return (rows as Fields[]).map((fields, i) => ({ row: i + 2, fields }));
  } catch (error) {
    const line = (error as { lines?: number }).lines ?? 1;
    const zh = '这一行不是合法的 CSV：引号或列数不对';
    faults.push({
      row: line,
      path: '',
      text: { zh, en: 'This line is not CSV: check quotes and the number of columns' },
    });
    return [];
  }
}

function ndjsonRows(text: string, faults: ImportFault[]): Raw[] {
  const raw: Raw[] = [];
  text.split('\n').forEach((line, i) => {
    if (line.trim() === '') return;
    const fields = jsonObject(line);
    if (fields) raw.push({ row: i + 1, fields });
    else {
      const en = 'This line is not a JSON object';
      faults.push({ row: i + 1, path: '', text: { zh: '这一行不是 JSON 对象', en } });
    }
  });
  return raw;
}

function jsonObject(line: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Fields)
      : undefined;
  } catch {
    return undefined;
  }
}

function readRow(row: number, fields: Fields, faults: ImportFault[]): ImportRow {
  const text = (name: string): string => {
    const value = fields[name];
    return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
  };
  const say = (path: string, zh: string, en: string) =>
    faults.push({ row, path, text: { zh, en } });
  const idType = (text('idType') || 'citizen') as IdType;
  if (!ID_TYPES.includes(idType)) {
    say('idType', `证件类型须为 ${ID_TYPES.join('、')}`, `idType is one of ${ID_TYPES.join(', ')}`);
  }
  if (!/^[A-Za-z0-9]{4,30}$/.test(text('idNo'))) {
    say('idNo', '缺少证件号或含非法字符', 'The document number is missing or has other characters');
  }
  const areaCode = text('areaCode');
  if (areaCode && !tierOf(areaCode)) {
    say('areaCode', '区划代码须为 12 或 14 位', 'The area code has 12 or 14 digits');
  }
  const [from, until] = [timeOf(text('from')), timeOf(text('until'))];
  for (const name of ['from', 'until']) {
    if (text(name) && Number.isNaN(timeOf(text(name)))) {
      say(name, '时间须为 ISO 8601', 'The time is ISO 8601');
    }
  }
  if (until <= from) say('until', '止时须晚于起时', 'until lies after from');
  const rest = { name: text('name'), areaCode, phone: text('phone'), reason: text('reason') };
  return { row, idType, idNo: text('idNo').toUpperCase(), from, until, ...rest };
}

const timeOf = (text: string): number => (text === '' ? Number.NaN : instantOf(text));

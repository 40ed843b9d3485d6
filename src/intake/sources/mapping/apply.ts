import { COLUMN_BY_NAME } from '#base/columns.ts';
import { toWgs84 } from '#base/geo.ts';
import type { FieldError } from '#base/refusal.ts';
import type { DecodedRow } from '../model.ts';
import { plainHeading } from '../tables/heading.ts';
import { dateIn } from './dates.ts';
import type { FieldRule, Mapping, Unit } from './model.ts';

/** What stands in a cell where there is nothing to say. */
const NOTHING = new Set([
  '',
  '/',
  '\\',
  '-',
  '--',
  '—',
  '——',
  'N/A',
  'n/a',
  'NULL',
  'null',
  '(null)',
]);
/** What Excel shows where a formula failed: no value of anything. */
const BROKEN = /^#(N\/A|REF!|VALUE!|DIV\/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)$/;

const CONVERT: Record<Unit, (value: number) => number> = {
  fahrenheit: (value) => (value - 32) / 1.8,
  'per-millilitre': (value) => value * 1000,
  thousand: (value) => value * 1000,
  'ten-thousand': (value) => value * 10_000,
};

const error = (path: string, code: string, from: string, zh: string, en: string): FieldError => ({
  path,
  code,
  allowed: from,
  text: { zh, en },
});
const wordOf = (field: string, tongue: 'zh' | 'en'): string =>
  COLUMN_BY_NAME[field]?.words[tongue] ?? field;

/** The first that fails stops the field; what the validator then misses it does not say twice. */
function valueOf(rule: FieldRule, said: string, faults: FieldError[]): string | undefined {
  const { field, date, unit, codes, match, otherwise } = rule;
  const from = rule.from.join(' + ');
  let text = said;
  if (BROKEN.test(text)) {
    faults.push(
      error(
        field,
        'cell-error',
        from,
        `「${from}」是公式错误值（${text}）。`,
        `${from} holds the error value ${text}.`,
      ),
    );
    return undefined;
  }
  if (date) {
    const found = dateIn(text, date);
    if (found === undefined)
      faults.push(
        error(
          field,
          'mapping-date',
          `${from}: ${date}`,
          `「${from}」不是按 ${date} 书写的日期。`,
          `${from} is no date written as ${date}.`,
        ),
      );
    return found;
  }
  if (unit) {
    const number = Number(text.replace(/\s*[℃℉°][CF]?$/, ''));
    if (text === '' || !Number.isFinite(number)) {
      faults.push(
        error(
          field,
          'mapping-unit',
          `${from}: ${unit}`,
          `「${from}」不是数字，无法换算${wordOf(field, 'zh')}。`,
          `${from} is no number; ${wordOf(field, 'en')} cannot be converted.`,
        ),
      );
      return undefined;
    }
    text = String(Number(CONVERT[unit](number).toPrecision(6)));
  }
  if (codes) {
    const exact = Object.hasOwn(codes, text) ? codes[text] : undefined;
    if (exact !== undefined) return exact;
    const within =
      match === 'contains'
        ? Object.keys(codes).find((it) => it !== '' && text.includes(it))
        : undefined;
    if (within !== undefined) return codes[within];
    return otherwise ?? text;
  }
  return text;
}

/** Both coordinates in WGS-84; one that cannot be read takes the other with it. */
function turnPoint(mapping: Mapping, fields: Record<string, unknown>, faults: FieldError[]): void {
  if (fields.longitude === undefined && fields.latitude === undefined) return;
  const [lon, lat] = [Number(fields.longitude), Number(fields.latitude)];
  delete fields.longitude;
  delete fields.latitude;
  if (!(Math.abs(lon) <= 180 && Math.abs(lat) <= 90)) {
    faults.push(
      error(
        'longitude',
        'mapping-point',
        mapping.crs,
        '经纬度不成对或超出范围。',
        'The coordinates are no pair, or out of range.',
      ),
    );
    return;
  }
  const point = toWgs84({ lon, lat }, mapping.crs);
  fields.longitude = Number(point.lon.toFixed(6));
  fields.latitude = Number(point.lat.toFixed(6));
}

const textOf = (value: unknown): string => {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value).trim();
};

/** One row of a source, keyed by its own headings, as a row of ours. Other rows pass as they are. */
export function mapRow(mapping: Mapping, row: DecodedRow): DecodedRow {
  if (!row.fields) return row;
  const said = new Map<string, string>();
  for (const [name, value] of Object.entries(row.fields)) {
    const text = textOf(value);
    if (!NOTHING.has(text)) said.set(plainHeading(name), text);
  }
  const fields: Record<string, unknown> = {};
  const faults: FieldError[] = [...row.faults];
  if (mapping.kind) fields.kind = mapping.kind;
  for (const rule of mapping.rules) {
    const parts = rule.from
      .map((it) => said.get(plainHeading(it)))
      .filter((it) => it !== undefined);
    const value = parts.length === 0 ? undefined : valueOf(rule, parts.join(' '), faults);
    const kept = value === undefined || value === '' ? undefined : value;
    if (kept !== undefined) fields[rule.field] = kept;
    else if (parts.length === 0 && rule.constant !== undefined) fields[rule.field] = rule.constant;
  }
  turnPoint(mapping, fields, faults);
  return { ...row, fields, faults, raw: row.raw || JSON.stringify(row.fields) };
}

/** The headings a mapping reads, as they are compared. */
export const headingsRead = (mapping: Mapping): ReadonlySet<string> =>
  new Set(mapping.rules.flatMap((it) => it.from.map(plainHeading)));

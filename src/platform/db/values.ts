import { type CustomTypesConfig, types } from 'pg';

/** int8 as a number; beyond 2^53 it would silently become another number, so that is a bug. */
export function safeInteger(text: string): number {
  const n = Number(text);
  if (!Number.isSafeInteger(n)) throw new Error('database: an int8 beyond 2^53 cannot be a number');
  return n;
}

/** timestamptz as epoch ms. Sessions run in UTC, so the text always ends in +00. */
export function instant(text: string): number {
  if (text.endsWith('+00')) return Date.parse(`${text.slice(0, 10)}T${text.slice(11, -3)}Z`);
  if (text === 'infinity') return Number.POSITIVE_INFINITY;
  if (text === '-infinity') return Number.NEGATIVE_INFINITY;
  return Date.parse(text);
}

/** timestamp without zone: read as UTC. Rooms should not have any. */
const plainInstant = (text: string): number => instant(`${text}+00`);
const same = (text: string): string => text;

const TEXT_ARRAY = 1009;
const textArray = types.getTypeParser(TEXT_ARRAY as never) as (text: string) => (string | null)[];
const arrayOf =
  <T>(parse: (text: string) => T) =>
  (text: string): (T | null)[] =>
    textArray(text).map((x) => (x === null ? null : parse(x)));

const PARSERS = new Map<number, (text: string) => unknown>([
  [20, safeInteger],
  [1082, same],
  [1114, plainInstant],
  [1184, instant],
  [1700, Number],
  [1016, arrayOf(safeInteger)],
  [1182, arrayOf(same)],
  [1115, arrayOf(plainInstant)],
  [1185, arrayOf(instant)],
  [1231, arrayOf(Number)],
]);

/** Type parsers of this house: int8 and numeric → number, timestamptz → epoch ms, date → text. */
export const TYPES: CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    (format !== 'binary' && PARSERS.get(oid)) || types.getTypeParser(oid, format as 'text'),
};

/**
 * Parameters as the driver wants them. Arrays and typed arrays become array literals here, since
 * the driver would send a Float64Array as bytes and is slow at batches. A jsonb parameter that is
 * an array must be passed as `JSON.stringify(…)`: an array always means a PostgreSQL array.
 */
export function encodeParams(params: readonly unknown[]): unknown[] {
  const out: unknown[] = Array.from({ length: params.length });
  for (let i = 0; i < params.length; i++) {
    const p = params[i];
    if (Array.isArray(p)) out[i] = arrayLiteral(p);
    else if (ArrayBuffer.isView(p) && !(p instanceof Uint8Array)) {
      out[i] = `{${(p as Float64Array).join(',')}}`;
    } else out[i] = p instanceof Date ? p.toISOString() : p;
  }
  return out;
}

/** `{1,NULL,"a\"b"}`: the text form of a one- or many-dimensional array. */
export function arrayLiteral(values: readonly unknown[]): string {
  const parts: string[] = Array.from({ length: values.length });
  for (let i = 0; i < values.length; i++) parts[i] = element(values[i]);
  return `{${parts.join(',')}}`;
}

function element(v: unknown): string {
  switch (typeof v) {
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(v);
    case 'string':
      return quoted(v);
    default:
      break;
  }
  if (v === null || v === undefined) return 'NULL';
  if (Array.isArray(v)) return arrayLiteral(v);
  if (v instanceof Date) return `"${v.toISOString()}"`;
  if (v instanceof Uint8Array) {
    return `"\\\\x${Buffer.from(v.buffer, v.byteOffset, v.byteLength).toString('hex')}"`;
  }
  return quoted(JSON.stringify(v));
}

const SPECIAL = /["\\]/;
const quoted = (s: string): string =>
  SPECIAL.test(s) ? `"${s.replace(/["\\]/g, '\\$&')}"` : `"${s}"`;

import type { LakeParams } from './model.ts';

/** ClickHouse reads a parameter's text by the rules of TSV: backslash escapes. */
const escaped = (text: string): string =>
  text
    .replaceAll('\\', '\\\\')
    .replaceAll('\t', '\\t')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\0', '\\0');

/** A text as a literal of SQL. */
export const quoted = (text: string): string => `'${escaped(text).replaceAll("'", "\\'")}'`;

/** A value as the text of `param_x`: arrays in brackets, texts within them quoted. */
export function paramText(value: LakeParams[string]): string {
  if (typeof value === 'string') return escaped(value);
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'number') return String(value);
  return `[${value.map((v) => (typeof v === 'string' ? quoted(v) : String(v))).join(',')}]`;
}

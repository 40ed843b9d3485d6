/**
 * JSON in the one spelling that two hands agree on before they sign or hash it (RFC 8785, JCS):
 * names by UTF-16 code units, no blanks, numbers as ECMAScript prints them. Throws at what JSON
 * cannot hold: NaN, an infinity, a lone surrogate, a value that is no data.
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
      if (!value.isWellFormed()) throw new Error('canonical JSON: a lone surrogate');
      return JSON.stringify(value);
    case 'number':
      if (!Number.isFinite(value)) throw new Error('canonical JSON: a number that is none');
      return JSON.stringify(value);
    case 'boolean':
      return String(value);
    case 'object':
      break;
    default:
      throw new Error(`canonical JSON: ${typeof value} is no data`);
  }
  if (value === null) return 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = Object.entries(value)
    .filter(([, it]) => it !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, it]) => `${canonicalJson(name)}:${canonicalJson(it)}`);
  return `{${members.join(',')}}`;
}

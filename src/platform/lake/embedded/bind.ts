import { quoted } from '../params.ts';

const UNESCAPED: Record<string, string> = {
  t: '\t',
  n: '\n',
  r: '\r',
  '0': '\0',
  b: '\b',
  f: '\f',
};

const unescaped = (text: string): string =>
  text.replace(/\\([\s\S])/g, (_, char: string) => UNESCAPED[char] ?? char);

/** Texts, quoted names and comments are skipped; `{name:Type}` elsewhere is a parameter. */
const TOKEN = new RegExp(
  [
    /'(?:\\[\s\S]|''|[^'\\])*'/,
    /"(?:\\[\s\S]|""|[^"\\])*"/,
    /`(?:\\[\s\S]|``|[^`\\])*`/,
    /--[^\n]*/,
    /\/\*[\s\S]*?\*\//,
    /\{\s*(\w+)\s*:\s*([^{}]+?)\s*\}/,
  ]
    .map((part) => part.source)
    .join('|'),
  'g',
);

/**
 * Puts parameters into the text, as the server itself does: a constant cast to the declared type.
 * Needed because chDB keeps parameters per process: two sessions binding at once see each other's.
 */
export function bindParams(sql: string, params: ReadonlyMap<string, string>): string {
  return sql.replace(TOKEN, (token, name: string | undefined, type: string | undefined) => {
    if (name === undefined || type === undefined) return token;
    const text = params.get(name);
    if (text === undefined) {
      throw new Error(`Code: 456. DB::Exception: Substitution \`${name}\` is not set.`);
    }
    if (type === 'Identifier') return `\`${unescaped(text).replaceAll(/[\\`]/g, '\\$&')}\``;
    const value = /^(Array|Map|Tuple)\b/.test(type) ? text : unescaped(text);
    return `_CAST(${quoted(value)}, ${quoted(type)})`;
  });
}

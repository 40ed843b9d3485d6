import type { Chance } from './chance.ts';

const DIGITS = '0123456789';
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const ALL = `${LETTERS}${LETTERS.toUpperCase()}${DIGITS}-_. `;
const ESCAPES: Record<string, string> = {
  d: DIGITS,
  w: `${LETTERS}${DIGITS}_`,
  s: ' ',
  S: LETTERS,
};

/**
 * A text that fits a simple regular expression: classes, groups, alternatives, counts. What it cannot
 * read it leaves out; the caller looks whether the text fits.
 */
export function textFor(pattern: string, chance: Chance): string {
  let at = 0;
  const source = pattern.replace(/^\^/, '').replace(/\$$/, '');

  const alternatives = (): (() => string) => {
    const options = [sequence()];
    while (source[at] === '|') {
      at++;
      options.push(sequence());
    }
    return () => chance.of(options)();
  };
  const sequence = (): (() => string) => {
    const parts: (() => string)[] = [];
    while (at < source.length && source[at] !== '|' && source[at] !== ')') parts.push(counted());
    return () => parts.map((part) => part()).join('');
  };
  const counted = (): (() => string) => {
    const one = atom();
    const [min, max] = count();
    return () => Array.from({ length: chance.whole(min, max) }, one).join('');
  };
  const count = (): [number, number] => {
    const [all, from, comma, to] = /^\{(\d+)(,?)(\d*)\}/.exec(source.slice(at)) ?? [];
    if (all) {
      at += all.length;
      return [Number(from), comma ? Number(to || Number(from) + 4) : Number(from)];
    }
    const mark = source[at];
    if (mark !== '?' && mark !== '*' && mark !== '+') return [1, 1];
    at++;
    return mark === '?' ? [0, 1] : [mark === '+' ? 1 : 0, 5];
  };
  const atom = (): (() => string) => {
    const letter = source[at++] ?? '';
    if (letter === '(') {
      if (source.startsWith('?:', at)) at += 2;
      const inner = alternatives();
      at++;
      return inner;
    }
    if (letter === '[') return fromClass();
    if (letter === '\\') {
      const escaped = source[at++] ?? '';
      return () => chance.of([...(ESCAPES[escaped] ?? escaped)]);
    }
    return () => (letter === '.' ? chance.of([...ALL]) : letter);
  };
  const fromClass = (): (() => string) => {
    const end = source.indexOf(']', at + 1);
    const body = source.slice(at, end);
    at = end + 1;
    const letters = new Set(
      body
        .replace(/^\^/, '')
        .replaceAll(/\\(.)/g, (_, it: string) => ESCAPES[it] ?? it)
        .replaceAll(/(.)-(.)/g, (_, from: string, to: string) =>
          String.fromCharCode(
            ...Array.from(
              { length: Math.max(1, to.charCodeAt(0) - from.charCodeAt(0) + 1) },
              (_x, i) => from.charCodeAt(0) + i,
            ),
          ),
        ),
    );
    const options = body.startsWith('^') ? [...ALL].filter((it) => !letters.has(it)) : [...letters];
    return () => chance.of(options);
  };
  return alternatives()();
}

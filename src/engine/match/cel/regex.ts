/**
 * Characters of a pattern, and unbounded repetitions in it: together they bound the time of a
 * match.
 */
export const PATTERN_CHARS_MAX = 200;
export const REPEATS_MAX = 2;

/**
 * Why a pattern lies outside the safe subset, or undefined when it is inside: what RE2 and
 * JavaScript read alike and what cannot run away. Literals, `.`, classes, \d \D \w \W, anchors,
 * alternation and groups are in; repetition only of single atoms, at most two of them unbounded.
 * Back references, look-around, named groups, lazy and possessive repetition, \s \b \p and flags
 * are out.
 */
export function patternFault(pattern: string): { at: number; part: string } | undefined {
  if (pattern.length > PATTERN_CHARS_MAX) {
    return { at: PATTERN_CHARS_MAX, part: `> ${PATTERN_CHARS_MAX} characters` };
  }
  const scan = { unbounded: 0, depth: 0, atom: false, group: false };
  for (let i = 0; i < pattern.length; ) {
    const step = take(pattern, i, scan);
    if (typeof step === 'string') return { at: i, part: step };
    i += step;
  }
  if (scan.depth !== 0) return { at: pattern.length, part: '(' };
  return compiles(pattern) ? undefined : { at: 0, part: pattern };
}

type Scan = { unbounded: number; depth: number; atom: boolean; group: boolean };
const ESCAPES = /^\\[dDwW\\.^$|?*+()[\]{}\-/]/;
const CLASS = /^\[\^?(?:\\[dw\\\]^-]|[^\\\][])+\]/;
const REPEAT = /^(?:[*+?]|\{\d{1,3}(?:,\d{0,3})?\})/;

/** How many characters the next part takes, or the part that is refused. */
function take(pattern: string, i: number, scan: Scan): number | string {
  const rest = pattern.slice(i);
  const repeat = REPEAT.exec(rest)?.[0];
  if (repeat) return takeRepeat(rest, repeat, scan);
  const atom = ESCAPES.exec(rest)?.[0] ?? CLASS.exec(rest)?.[0];
  if (atom) return enter(scan, atom.length, true, false);
  const c = pattern.charAt(i);
  if (c === '\\' || c === '[' || c === ']' || c === '{' || c === '}') return rest.slice(0, 2);
  if (c === '(') {
    if (rest.startsWith('(?') && !rest.startsWith('(?:')) return rest.slice(0, 4);
    scan.depth++;
    return enter(scan, rest.startsWith('(?:') ? 3 : 1, false, false);
  }
  if (c === ')') return --scan.depth < 0 ? ')' : enter(scan, 1, true, true);
  if (c === '^' || c === '$' || c === '|') return enter(scan, 1, false, false);
  return enter(scan, 1, true, false);
}

function takeRepeat(rest: string, repeat: string, scan: Scan): number | string {
  if (!scan.atom || scan.group) return `${scan.group ? '(…)' : ''}${repeat}`;
  if (/^[*+]$/.test(repeat) || repeat.endsWith(',}')) scan.unbounded++;
  if (scan.unbounded > REPEATS_MAX) return repeat;
  if (/^[?+*]/.test(rest.slice(repeat.length))) return rest.slice(0, repeat.length + 1);
  return enter(scan, repeat.length, false, false);
}

function enter(scan: Scan, length: number, atom: boolean, group: boolean): number {
  scan.atom = atom;
  scan.group = group;
  return length;
}

function compiles(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u').source.length > 0;
  } catch {
    return false;
  }
}

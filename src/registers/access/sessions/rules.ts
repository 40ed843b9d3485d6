import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Words } from '#base/words.ts';

/** NIST SP 800-63B §3.1.1.2: length counts, not mixtures of signs; common passwords are refused. */
export const PASSWORD_CHARS_MIN = 12;
export const PASSWORD_CHARS_MAX = 200;
/** So many signs must be left when every common word, run and repetition is taken out. */
const OWN_CHARS_MIN = 5;

const FILE = join(import.meta.dirname, '../../../../data/passwords/common-parts.txt');

/** What long common passwords are made of: dated data, with its sources. Longest first. */
const COMMON = readFileSync(FILE, 'utf8')
  .split('\n')
  .filter((line) => !line.startsWith('#'))
  .flatMap((line) => line.split(/\s+/))
  .filter(Boolean)
  .sort((a, b) => b.length - a.length);

const ROWS = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  '!@#$%^&*()_+',
];
const RUNS = ROWS.flatMap((row) => [row, [...row].toReversed().join('')]);
const RUN_MIN = 3;
/** A mobile number of China: many passwords are a surname and one. */
const MOBILE = /(?<!\d)1[3-9]\d{9}(?!\d)/g;

const SHORT: Words = { zh: '密码至少 12 个字符。', en: 'A password has at least 12 characters.' };
const LONG: Words = { zh: '密码最多 200 个字符。', en: 'A password has at most 200 characters.' };
const COMMON_SAID: Words = {
  zh: '密码过于常见：不要用常用词、账号、姓名、城市名或连续字符拼成，可用几个不相干的词组成一句话。',
  en: 'Too easy to guess: it is made of common words, your account, name or city, or runs of signs. Take some unrelated words.',
};

/**
 * What is wrong with a password, or undefined. `about` are words a guesser would try first: login,
 * name, city.
 */
export function passwordFault(password: string, about: readonly string[]): Words | undefined {
  const plain = password.normalize('NFKC');
  const count = [...plain].length;
  if (count < PASSWORD_CHARS_MIN) return SHORT;
  if (count > PASSWORD_CHARS_MAX) return LONG;
  const known = about
    .flatMap((it) => it.toLowerCase().split(/[\s._-]+/))
    .filter((it) => it.length >= 2);
  let left = plain.toLowerCase().replaceAll(MOBILE, ' ');
  for (const word of [...known, ...COMMON]) left = left.replaceAll(word, ' ');
  left = withoutRuns(left)
    .replaceAll(/(.)\1{2,}/gu, '$1')
    .replaceAll(/[\s\p{P}\p{S}]/gu, '');
  const own = left.replaceAll(/(19|20)\d\d/g, '');
  return new Set(own).size < OWN_CHARS_MIN ? COMMON_SAID : undefined;
}

/** Takes out neighbours on the keyboard and in the alphabet: `qwer`, `4321`. */
function withoutRuns(text: string): string {
  let out = '';
  for (let i = 0; i < text.length; ) {
    const length = Math.max(...RUNS.map((row) => runAt(text, i, row)));
    if (length < RUN_MIN) out += text[i];
    i += length < RUN_MIN ? 1 : length;
  }
  return out;
}

function runAt(text: string, from: number, row: string): number {
  const at = row.indexOf(text[from] ?? '\u0000');
  if (at < 0) return 0;
  let length = 1;
  while (row[at + length] !== undefined && row[at + length] === text[from + length]) length++;
  return length;
}

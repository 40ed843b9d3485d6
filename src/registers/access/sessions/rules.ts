import type { Words } from '#base/words.ts';

/** NIST SP 800-63B §3.1.1.2: length counts, not mixtures of signs; common passwords are refused. */
export const PASSWORD_CHARS_MIN = 12;
export const PASSWORD_CHARS_MAX = 200;
/** So many signs must be left when every common word, run and repetition is taken out. */
const OWN_CHARS_MIN = 5;

/**
 * What long common passwords are made of, as of 2026-11: the words of published lists of leaked
 * passwords that, joined or numbered, reach twelve signs, in English and in pinyin.
 */
const COMMON =
  `password passw0rd p@ssw0rd p@ssword admin administrator root user login welcome letmein
  changeme default secret master superman batman pokemon dragon monkey sunshine princess football
  baseball basketball iloveyou trustno1 starwars whatever computer internet samsung google facebook
  shadow michael jordan charlie freedom hello hunter killer flower summer winter spring autumn
  january february march april june july august september october november december monday friday
  test temp guest service system server oracle cisco huawei windows linux mysql company office
  woaini woaiwojia aini nihao zhongguo beijing shanghai wuhan shenzhen guangzhou mima mimamima
  caonima meiyou zhangwei wangwei lining liming xiaoming baobao laopo laogong gongan weisheng
  jikong jibing yiqing fenghuo health china hospital clinic covid corona epidemic virus
  qazwsx wsxedc edcrfv qweasd asdzxc zaq1 xsw2 1qaz 2wsx 3edc 4rfv q1w2e3 a1b2c3 abc123 5201314
  1314520 woaini1314 112233 123123 147258 258369 159753 789456 741852 963852 666888 888666`
    .split(/\s+/)
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
  let left = plain.toLowerCase();
  for (const word of [...known, ...COMMON]) left = left.replaceAll(word, ' ');
  left = withoutRuns(left)
    .replaceAll(/(.)\1{2,}/gu, '$1')
    .replaceAll(/[\s\p{P}\p{S}]/gu, '');
  const years = left.replaceAll(/(19|20)\d\d/g, '');
  return new Set(years).size < OWN_CHARS_MIN ? COMMON_SAID : undefined;
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

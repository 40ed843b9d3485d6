import assert from 'node:assert/strict';
import { test } from 'node:test';
import { passwordFault } from './rules.ts';

const about = ['wang.lei', '王磊', '云江'];
const isRefused = (password: string) => passwordFault(password, about) !== undefined;

test('a password under twelve characters is refused, and so is an endless one', () => {
  assert.match(passwordFault('elf chars 1', about)?.en ?? '', /at least 12/);
  assert.match(passwordFault('xk'.repeat(101), about)?.en ?? '', /at most 200/);
});

for (const password of [
  'password1234',
  'P@ssw0rd2026!',
  'qwertyuiop123',
  '1234567890123',
  'aaaaaaaaaaaaaaa',
  'woaini1314520',
  'wang.lei2026!!',
  'Administrator1',
  'fenghuo123456',
  'zxcvbnm,./asdf',
  'abababababab',
  '1q2w3e4r5t6y',
  'zhimakaimen123',
  'wobuzhidao123',
  'liuyang198612',
  'woaini7758521',
  '52013145201314',
  '7215217758991',
  'christopher1',
  'wuhanjiayou!',
  'liu13632523350',
])
  test(`“${password}” is refused: a guesser has it in the first thousand`, () => {
    assert.ok(isRefused(password));
  });

for (const password of [
  'a long enough phrase',
  'correct horse battery staple',
  '春江花月夜里一盏灯笼照归人',
  'once and then another',
  'T7k-pw9Qz-mmE4',
  'tree rings under the old bridge',
  '3 Reiher am grauen Fluss',
])
  test(`“${password}” is taken`, () => {
    assert.ok(!isRefused(password));
  });

import type { Chance } from './chance.ts';

/** What people type, machines send and attackers try, each in its own words. */
export const HOSTILE_TEXTS: readonly string[] = [
  '',
  ' ',
  "' or '1'='1",
  "'; drop table people.person; --",
  '" or ""="',
  '1; select pg_sleep(9)',
  '$1',
  '$$',
  '%',
  '_',
  '\\',
  "\\'",
  '${jndi:ldap://127.0.0.1/a}',
  '{{7*7}}',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  'javascript:alert(1)',
  '../../../../etc/passwd',
  '..%2f..%2fetc%2fpasswd',
  'file:///etc/passwd',
  'http://169.254.169.254/latest/meta-data/',
  '; cat /etc/passwd',
  '`id`',
  "=cmd|' /C calc'!A0",
  '\r\nSet-Cookie: a=b',
  '\t\v\f',
  '\u0000',
  'a\u0000b',
  '\ud800',
  'a\udfffb',
  '\ufeff',
  '\u202egnp.exe',
  '\u200b\u200c\u200d',
  '𠮷野家のﾃｽﾄ',
  '👩‍👩‍👧‍👦🏴‍☠️',
  'Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢',
  'İıſẞ',
  '١٢٣',
  '１２３４',
  '-1',
  '-0',
  '+1',
  '01',
  '0x1f',
  '1e9',
  '1e400',
  'NaN',
  'Infinity',
  '-infinity',
  'infinity',
  'epoch',
  'now',
  'today',
  '9223372036854775808',
  '2147483648',
  '-9007199254740993',
  '0000-00-00',
  '2026-02-30',
  '+275760-09-13T00:00:00.001Z',
  '-000001-01-01',
  '2026-01-01T25:61:61',
  'null',
  'undefined',
  'true',
  '[]',
  '{}',
  '[object Object]',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'prototype',
  '*',
  '.*',
  '(a+)+$',
  '[',
  '(',
  '?',
  '\\u0000',
  'a,b,c',
  'x'.repeat(1_000),
  '字'.repeat(3_000),
  '𠮷'.repeat(400),
];

export const HOSTILE_NUMBERS: readonly number[] = [
  0,
  -1,
  1,
  0.1,
  -0,
  255,
  256,
  32_768,
  2_147_483_647,
  2_147_483_648,
  -2_147_483_649,
  4_294_967_296,
  Number.MAX_SAFE_INTEGER,
  Number.MIN_SAFE_INTEGER,
  9_007_199_254_740_992,
  9.3e18,
  1e21,
  1e308,
  5e-324,
  8_640_000_000_000_000,
  8_640_000_000_000_001,
  -62_167_219_200_001,
  253_402_300_800_000,
];

export const hostile = (chance: Chance): unknown =>
  chance.is(0.6)
    ? chance.of(HOSTILE_TEXTS)
    : chance.is(0.6)
      ? chance.of(HOSTILE_NUMBERS)
      : chance.of<unknown>([null, true, false, [], {}, [[]], [null], { a: 1 }, ['a'], [{}], '', 0]);

/** Every place inside a body: how to look at it and how to put something else there. */
function placesIn(body: unknown): ((value: unknown) => void)[] {
  const places: ((value: unknown) => void)[] = [];
  const walk = (at: unknown): void => {
    if (typeof at !== 'object' || at === null) return;
    for (const [key, value] of Object.entries(at)) {
      places.push((other) => {
        (at as Record<string, unknown>)[key] = other;
      });
      walk(value);
    }
  };
  walk(body);
  return places;
}

/** The body with one to three values exchanged, a field gone or one too many. */
export function spoiled(body: unknown, chance: Chance): unknown {
  const copy: unknown = structuredClone(body);
  if (typeof copy !== 'object' || copy === null) return hostile(chance);
  if (chance.is(0.15)) {
    const name = chance.of(Object.keys(copy).concat('none'));
    delete (copy as Record<string, unknown>)[name];
    return copy;
  }
  if (chance.is(0.1)) {
    (copy as Record<string, unknown>)[chance.of(HOSTILE_TEXTS)] = hostile(chance);
    return copy;
  }
  for (let i = chance.whole(1, 3); i > 0; i--) {
    const places = placesIn(copy);
    if (places.length === 0) return hostile(chance);
    chance.of(places)(hostile(chance));
  }
  return copy;
}

/** Bodies that are no JSON of ours at all. */
export function brokenBody(body: unknown, chance: Chance): string {
  const text = JSON.stringify(body ?? {});
  return chance.of([
    () => text.slice(0, Math.floor(text.length * chance.next())),
    () => `${text}${text}`,
    () => '['.repeat(5_000) + ']'.repeat(5_000),
    () => `{"a":${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}}`,
    () => text.replace('{', '{"__proto__":{"isAdmin":true},'),
    () => text.replace('{', '{"constructor":{"prototype":{"x":1}},'),
    () => `\ufeff${text}`,
    () => '',
    () => 'null',
    () => '"text"',
    () => '1e999',
    () => `{"a":"${'x'.repeat(300_000)}"}`,
    () => '\u0000',
    () => "{'a':1}",
    () => '<xml><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>',
    () => 'login=a&password=b',
  ])();
}

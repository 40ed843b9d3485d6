import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { instantOf, isDay } from '#base/time.ts';
import { instantFast, isKnownDay } from './times.ts';

test('fuzz: the fast reading of times says what the plain one says', () => {
  const digits = fc.integer({ min: 0, max: 99 }).map((it) => String(it).padStart(2, '0'));
  const day = fc
    .tuple(fc.integer({ min: 1995, max: 2035 }), digits, digits)
    .map(([y, m, d]) => `${y}-${m}-${d}`);
  const zone = fc.constantFrom(
    '',
    'Z',
    '+08:00',
    '.123Z',
    '.000Z',
    '.5Z',
    '-0500',
    '+00:00',
    'x',
    '.1 Z',
  );
  const sign = fc.constantFrom('T', ' ', 't');
  fc.assert(
    fc.property(day, sign, digits, digits, digits, zone, (date, mark, h, m, s, z) => {
      const text = `${date}${mark}${h}:${m}:${s}${z}`;
      assert.deepEqual(instantFast(text), instantOf(text), text);
      assert.equal(isKnownDay(date), isDay(date));
    }),
    { numRuns: 5000, seed: 9 },
  );
});

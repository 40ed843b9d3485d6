import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arrayLiteral, encodeParams, instant, safeInteger } from './values.ts';

test('an array parameter becomes an array literal, whatever stands in it', () => {
  assert.equal(arrayLiteral([1, null, undefined, true, 2n]), '{1,NULL,NULL,true,2}');
  assert.equal(arrayLiteral(['a', '', 'NULL', 'b,"c"\\']), '{"a","","NULL","b,\\"c\\"\\\\"}');
  assert.equal(
    arrayLiteral([
      [1, 2],
      [3, 4],
    ]),
    '{{1,2},{3,4}}',
  );
  assert.equal(arrayLiteral([new Date(0)]), '{"1970-01-01T00:00:00.000Z"}');
  assert.equal(arrayLiteral([Buffer.from([0, 255])]), '{"\\\\x00ff"}');
  assert.equal(arrayLiteral([{ a: 'x' }]), '{"{\\"a\\":\\"x\\"}"}');
});

test('typed arrays are arrays, bytes stay bytes, objects stay objects', () => {
  const bytes = Buffer.from('x');
  const body = { a: 1 };
  assert.deepEqual(
    encodeParams([Float64Array.of(1.5, Number.NaN), Int32Array.of(-1), bytes, body, null, 'text']),
    ['{1.5,NaN}', '{-1}', bytes, body, null, 'text'],
  );
});

test('an instant comes back as epoch milliseconds', () => {
  assert.equal(instant('2026-02-14 01:02:03.456789+00'), Date.UTC(2026, 1, 14, 1, 2, 3, 456));
  assert.equal(instant('1969-12-31 23:59:59+00'), -1_000);
  assert.equal(instant('infinity'), Number.POSITIVE_INFINITY);
  assert.equal(instant('-infinity'), Number.NEGATIVE_INFINITY);
});

test('an int8 that no number can hold is a bug, not another number', () => {
  assert.equal(safeInteger('9007199254740991'), Number.MAX_SAFE_INTEGER);
  assert.throws(() => safeInteger('9007199254740993'), /beyond 2\^53/);
});

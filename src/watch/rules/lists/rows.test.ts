import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IMPORT_ROWS_MAX, importRows } from './rows.ts';

const HEAD = 'idType,idNo,name\n';

test('a quote that stays open is one fault and swallows no file', () => {
  const { rows, faults } = importRows('csv', `${HEAD}citizen,"1101${'x'.repeat(20_000)}\n`);
  assert.equal(rows.length, 0);
  assert.equal(faults.length, 1);
  assert.ok(!JSON.stringify(faults).includes('xxxx'), 'no value is repeated');
});

test('rows over the maximum are told, not taken', () => {
  const lines = Array.from({ length: IMPORT_ROWS_MAX + 5 }, () => 'passport,AB1234,A');
  const { rows, faults, received } = importRows('csv', HEAD + lines.join('\n'));
  assert.equal(rows.length, IMPORT_ROWS_MAX);
  assert.equal(received, IMPORT_ROWS_MAX + 5);
  assert.equal(faults.at(-1)?.row, IMPORT_ROWS_MAX + 1);
});

test('headings and keys named like inner things of the language change nothing', () => {
  importRows('csv', '__proto__,constructor,idNo\nx,y,AB1234\n');
  importRows('ndjson', '{"__proto__":{"spoiled":true},"idNo":"AB1234","idType":"passport"}');
  assert.equal(({} as { spoiled?: boolean }).spoiled, undefined);
});

test('a line of NDJSON a hundred thousand brackets deep is a fault of that line', () => {
  const pit = `{"idNo":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
  const { faults } = importRows('ndjson', `${pit}\n{"idType":"passport","idNo":"AB1234"}`);
  assert.ok(faults.length >= 1);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCelError, run } from '@bufbuild/cel';
import * as fc from 'fast-check';
import { COLUMNS } from '#base/columns.ts';
import type { RowValues } from '#engine/columns/index.ts';
import { BatchBuilder } from '#engine/columns/index.ts';
import { CodeTable } from '../tables.ts';
import { parsePredicate } from './parse.ts';
import { compileTest, FALSE, frameOf, TRUE, UNKNOWN } from './truth.ts';

/** Predicates over a clinic visit, as trees of text: every operator of the subset occurs. */
const ATOMS = [
  'temperature >= 38.0',
  'temperature < 37.5',
  '38 <= temperature',
  'temperature != 36.6',
  'temperature in [36.6, 39.0]',
  'department == "fever"',
  'department != "icu"',
  '"fever" == department',
  'department in ["fever", "respiratory"]',
  'icd10 in codes.flu',
  'icd10.startsWith("J1")',
  'icd10.endsWith(".9")',
  'icd10.matches("^J(09|1[0-8])(\\\\.|$)")',
  'complaint.contains("发热")',
  'complaint.matches("发热.{0,3}天")',
  'onsetOn >= "2026-01-02"',
  'onsetOn == "2026-01-02"',
  'cough',
  'cough == true',
  'rash != false',
  'has(record.temperature)',
  'record.cough',
  'age >= 65',
  'age > -1',
  'sex == "2"',
  'true',
  'false',
];
const predicate = fc.letrec<{ tree: string; atom: string }>((tie) => ({
  atom: fc.constantFrom(...ATOMS),
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('atom'),
    fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => `(${a} && ${b})`),
    fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => `(${a} || ${b})`),
    tie('tree').map((a) => `!(${a})`),
  ),
})).tree;

const visit = fc.record(
  {
    temperature: fc.constantFrom(36.6, 37.5, 38, 39),
    department: fc.constantFrom('fever', 'icu', 'respiratory'),
    icd10: fc.constantFrom('J10.1', 'J18.9', 'A09'),
    complaint: fc.constantFrom('发热三天', '咳嗽'),
    onsetOn: fc.constantFrom('2026-01-01', '2026-01-02', '2026-01-03'),
    cough: fc.boolean(),
    rash: fc.boolean(),
  },
  { requiredKeys: [] },
);

test('the subset agrees with the CEL library on random predicates and records, missing values included', () => {
  const flu = new CodeTable();
  flu.set('J10.1', 0, Number.POSITIVE_INFINITY);
  const codes = new Map([['flu', flu]]);
  fc.assert(
    fc.property(predicate, visit, fc.constantFrom(Number.NaN, 7, 70), (source, values, age) => {
      const builder = new BatchBuilder(1);
      builder.add(
        { id: 1, kind: 'clinic_visit', at: 5, source: 1, age, sex: '2' },
        values as RowValues,
      );
      const parsed = parsePredicate(source, { on: ['clinic_visit'], codeSets: new Set(['flu']) });
      assert.ok(parsed.node, JSON.stringify(parsed.faults));
      const own = compileTest(parsed.node, codes)(frameOf(builder.finish(), new Map()), 0);
      const known = { ...values, sex: '2', ...(Number.isNaN(age) ? {} : { age }) };
      const peer = run(source, { ...known, record: known, codes: { flu: ['J10.1'] } });
      const expected = isCelError(peer) ? UNKNOWN : peer === true ? TRUE : FALSE;
      assert.equal(own, expected, source);
    }),
    { numRuns: 4000, seed: 20260301 },
  );
});

test('every flag column reads as a truth value', () => {
  for (const [name, column] of Object.entries(COLUMNS)) {
    if (column.type !== 'flag') continue;
    assert.deepEqual(parsePredicate(`!${name}`, { on: ['check_in', 'clinic_visit'] }).faults, []);
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Chance } from './chance.ts';
import { fuzz, summaryOf } from './fuzz.ts';
import { textFor } from './pattern.ts';
import { type Schema, Values } from './values.ts';

/** `npm run bench -- fuzz` sends a hundred thousand; these few stand for them at every test. */
const REQUESTS = 3_000;
const SEED = 20_261_122;

test(`${REQUESTS} requests drawn from the OpenAPI document find no fault, no inside and no far row`, async () => {
  const report = await fuzz(REQUESTS, SEED);
  assert.deepEqual(summaryOf(report), []);
  const good = (report.byStatus['200'] ?? 0) + (report.byStatus['202'] ?? 0);
  assert.ok(good > REQUESTS / 5, `only ${good} were answered well: nothing is proved by refusals`);
  assert.ok(report.operations > 150, `${report.operations} operations were asked`);
});

test('the same seed draws the same, another draws otherwise', () => {
  const draw = (seed: number) => {
    const chance = new Chance(seed);
    return Array.from({ length: 20 }, () => chance.whole(0, 1000));
  };
  assert.deepEqual(draw(7), draw(7));
  assert.notDeepEqual(draw(7), draw(8));
});

test('a text drawn for a pattern fits it', () => {
  const chance = new Chance(3);
  for (const pattern of ['^[a-z][a-z0-9._-]{1,39}$', '^(me|none|\\d+)$', '^\\d{4,14}$', '^a?b*c+$'])
    for (let i = 0; i < 50; i++) assert.match(textFor(pattern, chance), new RegExp(pattern));
});

test('a value drawn for a schema has its fields and keeps to its range', () => {
  const values = new Values(new Chance(5), () => undefined);
  const schema: Schema = {
    type: 'object',
    required: ['a'],
    properties: { a: { type: 'integer', minimum: 3, maximum: 5 }, b: { enum: ['x'] } },
  };
  for (let i = 0; i < 50; i++) {
    const it = values.of(schema) as { a: number; b?: string };
    assert.ok(it.a >= 3 && it.a <= 5);
    assert.ok(it.b === undefined || it.b === 'x');
  }
});

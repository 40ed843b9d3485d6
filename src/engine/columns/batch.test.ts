import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BatchBuilder, recordIdOf, rowOfRecord, rowView, segmentOfRecord } from './index.ts';

test('a batch gives back what was put in, missing where nothing was put', () => {
  const builder = new BatchBuilder(1);
  builder.add({ id: recordIdOf(7, 0), kind: 'check_in', at: 5, source: 1, person: 9, age: 30 });
  builder.add(
    { id: recordIdOf(7, 1), kind: 'clinic_visit', at: 6, source: 1, place: 4, sex: '2' },
    { temperature: 38.5, complaint: '发热', cough: true },
  );
  builder.add({ id: recordIdOf(7, 2), kind: 'check_in', at: 7, source: 2 }, { temperature: 36.5 });
  const batch = builder.finish();
  assert.equal(batch.rows, 3);
  assert.deepEqual(rowView(batch, 0).values, {});
  assert.deepEqual(rowView(batch, 1).values, { temperature: 38.5, complaint: '发热', cough: true });
  assert.deepEqual(rowView(batch, 2).values, { temperature: 36.5 });
  assert.equal(rowView(batch, 1).kind, 'clinic_visit');
  assert.equal(batch.columns.complaint?.length, 3);
  assert.ok(Number.isNaN(batch.age[1]));
});

test('a record id names its segment and row beyond 32 bits', () => {
  const id = recordIdOf(2 ** 30, 2 ** 20 - 1);
  assert.equal(segmentOfRecord(id), 2 ** 30);
  assert.equal(rowOfRecord(id), 2 ** 20 - 1);
});

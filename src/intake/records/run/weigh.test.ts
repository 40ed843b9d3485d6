import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StoredBlock } from '#platform/files/index.ts';
import { weighBlock } from './weigh.ts';

const block = (rows: number): StoredBlock => {
  const bytes = Buffer.from('{"kind":"pharmacy_sale"}\n{"kind":"pharmacy_sale"}\n');
  const head = { offset: 0, next: bytes.length, batch: 'B', source: 1, format: 'ndjson;utf-8' };
  return { ...head, rows, firstRow: 7, bytes, flags: 0, receivedAt: 1e12 } as StoredBlock;
};
const deps = {
  placeOf: () => undefined,
  salt: 'salt',
  defaultsOf: () => ({ kind: null, kinds: [], placeCode: null }),
};

test('a block gives as many rows as it counted when it came', () => {
  const rows = weighBlock(deps, block(2));
  assert.deepEqual(
    rows.map((row) => row.rowNo),
    [7, 8],
  );
});

test('a block counted by another version stops nobody: each counted row waits and says so', () => {
  for (const counted of [1, 3]) {
    const rows = weighBlock(deps, block(counted));
    assert.equal(rows.length, counted);
    for (const row of rows) {
      const rejected = 'rejected' in row ? row.rejected : undefined;
      assert.deepEqual(
        rejected?.errors.map((it) => [it.code, it.allowed, it.value]),
        [['recounted', String(counted), '2']],
      );
    }
    const first = rows[0] && 'rejected' in rows[0] ? rows[0].rejected : undefined;
    assert.ok(first?.raw.includes('pharmacy_sale'), 'what was read is kept');
  }
});

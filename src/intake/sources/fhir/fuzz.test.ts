import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '../../../../bench/kit.ts';
import { fuzzDocuments } from '../../../../tests/fuzz/documents.ts';

test('two thousand damaged documents are read to a verdict for each row, twice the same', async () => {
  const done = await fuzzDocuments(2_000, seeded(11));
  assert.equal(done.messages, 2_000);
  assert.ok(done.slowestMs < 5_000, `${done.slowestMs} ms for one document`);
  assert.ok(done.heapMiB < 512, `${done.heapMiB} MiB`);
});

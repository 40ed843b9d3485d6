import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '../../../../../bench/kit.ts';
import { fuzzMessages } from '../../../../../tests/fuzz/messages.ts';

test('two thousand damaged files are read to a verdict for each row, and no byte is lost', async () => {
  const done = await fuzzMessages(2_000, seeded(7));
  assert.equal(done.messages, 2_000);
  assert.ok(done.rows >= 2_000, `${done.rows} rows`);
  assert.ok(done.slowestMs < 5_000, `${done.slowestMs} ms for one file`);
});

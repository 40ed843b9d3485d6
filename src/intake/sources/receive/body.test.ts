import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { bodyOf, TooSlow } from './body.ts';

/** Reads a body whose chunks come `everyMs` apart. */
async function read(chunks: readonly Buffer[], everyMs: number): Promise<number> {
  let now = 0;
  const sent = (async function* () {
    for (const chunk of chunks) {
      now += everyMs;
      yield chunk;
    }
  })();
  const stream = Readable.from(sent, { highWaterMark: 1 });
  const request = Object.assign(stream, { complete: true }) as unknown as IncomingMessage;
  let bytes = 0;
  const body = bodyOf(
    request,
    false,
    () => undefined,
    () => now,
  );
  for await (const chunk of body) {
    bytes += chunk.length;
  }
  return bytes;
}

test('a sender that drips is given up, a slow one and a quiet minute are not', async () => {
  const drip = Array.from({ length: 50 }, () => Buffer.alloc(1));
  await assert.rejects(read(drip, 5_000), TooSlow);
  const slow = Array.from({ length: 50 }, () => Buffer.alloc(4_096));
  assert.equal(await read(slow, 5_000), 50 * 4_096);
  assert.equal(await read([Buffer.alloc(1)], 59_000), 1);
});

import { setTimeout as sleep } from 'node:timers/promises';
import type { LogReader, Offset, StoredBlock } from '#platform/files/index.ts';
import { LIMITS } from '../model.ts';

const NOTHING_YET = Symbol('nothing yet');
const GATHER_MS = 2;

/**
 * Blocks of the log in steps: at once when something is there, more together when more waits, up to
 * LIMITS.chunkRowsMax rows. Ends when the signal aborts.
 */
export async function* chunksOf(
  log: LogReader,
  from: Offset,
  signal: AbortSignal | undefined,
): AsyncGenerator<StoredBlock[]> {
  const blocks = log.readFrom(from, {
    waitForMore: signal !== undefined,
    ...(signal ? { signal } : {}),
  });
  let next = blocks.next();
  for (;;) {
    const first = await next;
    if (first.done) return;
    const chunk = [first.value];
    let rows = first.value.rows;
    let bytes = first.value.bytes.length;
    next = blocks.next();
    while (rows < LIMITS.chunkRowsMax && bytes < LIMITS.chunkBytesMax) {
      const more = await Promise.race([next, sleep(GATHER_MS, NOTHING_YET)]);
      if (more === NOTHING_YET || more.done) break;
      if (rows + more.value.rows > LIMITS.chunkRowsMax) break;
      chunk.push(more.value);
      rows += more.value.rows;
      bytes += more.value.bytes.length;
      next = blocks.next();
    }
    yield chunk;
  }
}

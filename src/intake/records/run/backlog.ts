import type { Clock } from '#base/time.ts';
import type { Db } from '#platform/db/index.ts';
import type { LogReader, Offset } from '#platform/files/index.ts';
import { LIMITS } from '../model.ts';
import { cursorOf } from '../store.ts';

const LOOK_EVERY_MS = 1_000;
const FILE = 2 ** 32;

/** Bytes between two offsets of the log, counting each whole file between as a full one. */
export function bytesBetween(from: Offset, to: Offset, fileBytes: number): number {
  const files = Math.floor(to / FILE) - Math.floor(from / FILE);
  return files * fileBytes + (to % FILE) - (from % FILE);
}

/**
 * Whether more waits in the log than LIMITS.backlogBytesMax: the door then answers busy, so that
 * the disk cannot fill while the worker is behind or away. Looks at most once a second.
 */
export function backlogGate(deps: {
  readonly db: Db;
  readonly log: LogReader;
  readonly clock: Clock;
  readonly bytesMax?: number;
}): () => Promise<boolean> {
  let lookedAt = Number.NEGATIVE_INFINITY;
  let isBehind = false;
  return async () => {
    if (deps.clock() - lookedAt < LOOK_EVERY_MS) return isBehind;
    lookedAt = deps.clock();
    const { logOffset } = await deps.db.read(cursorOf);
    const start = Math.max(logOffset, await deps.log.start());
    const waiting = bytesBetween(start, await deps.log.end(), LIMITS.logFileBytes);
    isBehind = waiting > (deps.bytesMax ?? LIMITS.backlogBytesMax);
    return isBehind;
  };
}

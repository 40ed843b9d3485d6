import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '#base/time.ts';
import { BLOCK_FLAGS, type Block, isBusy, type Log } from '#platform/files/index.ts';
import { type Charset, type Format, formatName, LIMITS, ROW_FLAGS } from '../model.ts';

/** The log stayed full or the disk is: the sender should come back later. */
export class LogBusy extends Error {
  constructor(why: string) {
    super(`the log takes no block: ${why}`);
    this.name = 'LogBusy';
  }
}

/** Appends one block, waiting while the queue is full. Resolves when it is on disk; throws LogBusy. */
export async function appendDurably(log: Log, block: Block, clock: Clock): Promise<void> {
  const until = clock() + LIMITS.busyWaitMs;
  for (;;) {
    const taken = await log.append(block);
    if (!isBusy(taken)) return;
    if (taken.why !== 'queue-full' || clock() > until) throw new LogBusy(taken.why);
    await sleep(20);
  }
}

export type BlockHead = {
  readonly batch: string;
  readonly source: number;
  readonly format: Format;
  readonly charset: Charset;
};

const COMMA = 44;
const NEWLINE = 10;
const ROOM_FIRST = 64 * 2 ** 10;
const ROOM_MAX = LIMITS.blockBytesMax + 2 * LIMITS.rowBytesMax;

/**
 * Gathers whole rows into blocks and appends them. A torn or overlong row gets a block of its own.
 * Memory: LIMITS.blocksInFlightMax blocks; `room` waits while they are on their way to the disk.
 */
export function blockWriter(log: Log, head: BlockHead, clock: Clock) {
  const isJson = head.format === 'json';
  let heading: Buffer = Buffer.alloc(0);
  let bytes: Buffer = Buffer.allocUnsafe(ROOM_FIRST);
  let used = 0;
  let rows = 0;
  let begunAt = 0;
  let total = 0;
  let durable = 0;
  let failure: unknown;
  const inFlight = new Set<Promise<void>>();

  const send = (payload: Buffer, count: number, flags: number): void => {
    const block: Block = {
      batch: head.batch,
      source: head.source,
      format: formatName(head.format, head.charset),
      rows: count,
      flags,
      receivedAt: clock(),
      firstRow: total,
      bytes: payload,
    };
    total += count;
    const put = async (): Promise<void> => {
      try {
        await appendDurably(log, block, clock);
        durable += count;
      } catch (cause) {
        failure ??= cause;
      }
      inFlight.delete(done);
    };
    const done = put();
    inFlight.add(done);
  };

  const flush = (): void => {
    if (rows === 0) return;
    if (isJson) bytes[used++] = 93;
    send(Buffer.from(bytes.subarray(0, used)), rows, 0);
    used = 0;
    rows = 0;
  };

  const begin = (): void => {
    begunAt = clock();
    heading.copy(bytes, 0);
    used = heading.length;
    if (isJson) bytes[used++] = 91;
  };

  const fit = (length: number): void => {
    if (used + length <= bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.min(ROOM_MAX, Math.max(2 * bytes.length, used + length)));
    bytes.copy(grown, 0, 0, used);
    bytes = grown;
  };

  return {
    /** The heading line every CSV block begins with. */
    setHeading(line: Buffer): void {
      heading = Buffer.concat([line, Buffer.from('\n')]);
      fit(heading.length);
    },
    add(row: Buffer, flag: number): void {
      if (flag !== 0) {
        flush();
        send(Buffer.from(row), 1, flag | (flag === ROW_FLAGS.torn ? BLOCK_FLAGS.cutOff : 0));
        return;
      }
      if (rows >= LIMITS.blockRowsMax || used + row.length + 2 > LIMITS.blockBytesMax) flush();
      fit(heading.length + row.length + 4);
      if (rows === 0) begin();
      else bytes[used++] = isJson ? COMMA : NEWLINE;
      fit(row.length + 4);
      used += row.copy(bytes, used);
      rows++;
    },
    /** Waits for room in flight; sends a block that waited long enough. Throws what an append failed with. */
    async room(): Promise<void> {
      if (rows > 0 && clock() - begunAt >= LIMITS.blockWaitMs) flush();
      while (inFlight.size >= LIMITS.blocksInFlightMax) await Promise.race(inFlight);
      if (failure) throw failure;
    },
    /** Everything so far is on disk. Throws what an append failed with. */
    async finish(): Promise<void> {
      flush();
      await Promise.all(inFlight);
      if (failure) throw failure;
    },
    /** Rows on disk. */
    durable: () => durable,
  };
}

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
export async function appendDurably(
  log: Pick<Log, 'append'>,
  block: Block,
  clock: Clock,
): Promise<void> {
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
const OPEN_ARRAY = 91;
const CLOSE_ARRAY = 93;
const ROOM_FIRST = 64 * 2 ** 10;
const ROOM_MAX = LIMITS.blockBytesMax + 2 * LIMITS.rowBytesMax;

/**
 * Gathers whole rows into blocks and appends them. A torn or overlong row gets a block of its own.
 * Memory: LIMITS.blocksInFlightMax blocks; `room` waits while they are on their way to the disk.
 */
export class BlockWriter {
  readonly #log: Pick<Log, 'append'>;
  readonly #head: BlockHead;
  readonly #clock: Clock;
  readonly #isJson: boolean;
  readonly #inFlight = new Set<Promise<void>>();
  #heading: Buffer = Buffer.alloc(0);
  #bytes: Buffer = Buffer.allocUnsafe(ROOM_FIRST);
  #used = 0;
  #rows = 0;
  #begunAt = 0;
  #total = 0;
  #durable = 0;
  #failure: unknown;

  constructor(log: Pick<Log, 'append'>, head: BlockHead, clock: Clock) {
    this.#log = log;
    this.#head = head;
    this.#clock = clock;
    this.#isJson = head.format === 'json';
  }

  /** Rows on disk. */
  get durable(): number {
    return this.#durable;
  }

  /** The heading line every CSV block begins with. */
  setHeading(line: Buffer): void {
    this.#flush();
    this.#heading = Buffer.concat([line, Buffer.from('\n')]);
  }

  /** Keeps bytes as they were sent, of what becomes rows here; they count no row. */
  keep(bytes: Buffer, format: Format): void {
    this.#flush();
    this.#send(bytes, 0, ROW_FLAGS.evidence, format);
  }

  /** A document as it was sent; it decodes to so many rows. */
  document(bytes: Buffer, rows: number): void {
    this.#flush();
    this.#send(bytes, rows, 0);
  }

  add(row: Buffer, flag: number): void {
    if (flag !== 0) {
      this.#flush();
      const cutOff = flag === ROW_FLAGS.torn ? BLOCK_FLAGS.cutOff : 0;
      this.#send(Buffer.from(row), 1, flag | cutOff);
      return;
    }
    const isFull = this.#used + row.length + 2 > LIMITS.blockBytesMax;
    if (isFull || this.#rows >= LIMITS.blockRowsMax) this.#flush();
    this.#fit(this.#heading.length + row.length + 4);
    if (this.#rows === 0) this.#begin();
    else this.#bytes[this.#used++] = this.#isJson ? COMMA : NEWLINE;
    this.#used += row.copy(this.#bytes, this.#used);
    this.#rows++;
  }

  /** Waits for room in flight; sends a block that waited long enough. Throws what an append failed with. */
  async room(): Promise<void> {
    if (this.#rows > 0 && this.#clock() - this.#begunAt >= LIMITS.blockWaitMs) this.#flush();
    while (this.#inFlight.size >= LIMITS.blocksInFlightMax) await Promise.race(this.#inFlight);
    if (this.#failure) throw this.#failure;
  }

  /** Everything so far is on disk. Throws what an append failed with. */
  async finish(): Promise<void> {
    this.#flush();
    await Promise.all(this.#inFlight);
    if (this.#failure) throw this.#failure;
  }

  #begin(): void {
    this.#begunAt = this.#clock();
    this.#used = this.#heading.copy(this.#bytes, 0);
    if (this.#isJson) this.#bytes[this.#used++] = OPEN_ARRAY;
  }

  #fit(length: number): void {
    const wanted = this.#used + length;
    if (wanted <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(wanted, Math.min(ROOM_MAX, 2 * this.#bytes.length)));
    this.#bytes.copy(grown, 0, 0, this.#used);
    this.#bytes = grown;
  }

  #flush(): void {
    if (this.#rows === 0) return;
    if (this.#isJson) this.#bytes[this.#used++] = CLOSE_ARRAY;
    this.#send(Buffer.from(this.#bytes.subarray(0, this.#used)), this.#rows, 0);
    this.#used = 0;
    this.#rows = 0;
  }

  #send(bytes: Buffer, rows: number, flags: number, format = this.#head.format): void {
    const { batch, source, charset } = this.#head;
    const block: Block = {
      batch,
      source,
      format: formatName(format, charset),
      rows,
      flags,
      receivedAt: this.#clock(),
      firstRow: this.#total,
      bytes,
    };
    this.#total += rows;
    const put = async (): Promise<void> => {
      try {
        await appendDurably(this.#log, block, this.#clock);
        this.#durable += rows;
      } catch (cause) {
        this.#failure ??= cause;
      }
      this.#inFlight.delete(done);
    };
    const done = put();
    this.#inFlight.add(done);
  }
}

import { type FileHandle, open } from 'node:fs/promises';
import { ARRIVAL_AT, type Packed, packBlock, placeBlock } from './block.ts';
import { syncFolder } from './durable.ts';
import { endPath, writeEnd } from './end.ts';
import { FILE_SPAN, offsetOf, pathOf } from './folder.ts';
import type { Appended, Block, Busy, LogOptions, Offset } from './model.ts';
import type { Tail } from './recover.ts';

export const FILE_BYTES_MAX = 256 * 1024 * 1024;
export const FILE_AGE_MS_MAX = 24 * 3_600_000;
export const QUEUE_BYTES_MAX = 64 * 1024 * 1024;
/**
 * One group commit takes at most this much, so that the first waiting is not held up by the
 * last.
 */
export const GROUP_BYTES_MAX = 8 * 1024 * 1024;

type Waiting = { readonly packed: Packed; readonly settle: (answer: Appended | Busy) => void };

const busy = (why: Busy['why']): Busy => ({ busy: true, why });

const whyOf = (cause: unknown): Busy['why'] => {
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  return code === 'ENOSPC' || code === 'EDQUOT' ? 'disk-full' : 'write-failed';
};

/**
 * The writing end: appends gather while a group is on its way to the disk and go together with the
 * next one: one write, one fdatasync, then everybody is answered.
 */
export class Writer {
  #dir: string;
  #options: LogOptions;
  #file: FileHandle | undefined;
  #end: FileHandle;
  #fileNo: number;
  #bytes: number;
  /** When the first block of this file arrived; undefined while it has none. */
  #firstAt: number | undefined;
  #queue: Waiting[] = [];
  #queuedBytes = 0;
  #running: Promise<void> | undefined;
  #closed = false;
  /** Set when a write failed: the file is cut back before anything else is written. */
  #torn = false;
  #hear: (end: Offset) => void;

  private constructor(
    dir: string,
    options: LogOptions,
    end: FileHandle,
    tail: Tail | undefined,
    hear: (end: Offset) => void,
  ) {
    this.#dir = dir;
    this.#options = options;
    this.#end = end;
    this.#fileNo = tail?.fileNo ?? 0;
    this.#bytes = tail?.bytes ?? 0;
    this.#firstAt = tail?.firstAt;
    this.#hear = hear;
  }

  static async open(
    dir: string,
    options: LogOptions,
    tail: Tail | undefined,
    hear: (end: Offset) => void,
  ): Promise<Writer> {
    const end = await open(endPath(dir), 'a+').then(async (made) => {
      await made.close();
      return open(endPath(dir), 'r+');
    });
    const writer = new Writer(dir, options, end, tail, hear);
    if (tail) writer.#file = await open(pathOf(dir, tail.fileNo), 'r+');
    else await writer.#roll();
    await writeEnd(end, writer.end);
    await syncFolder(dir);
    return writer;
  }

  get end(): Offset {
    return offsetOf(this.#fileNo, this.#bytes);
  }

  append(block: Block): Promise<Appended | Busy> {
    if (this.#closed) return Promise.resolve(busy('closed'));
    const max = this.#options.queueBytesMax ?? QUEUE_BYTES_MAX;
    if (this.#queuedBytes > 0 && this.#queuedBytes + block.bytes.length > max) {
      return Promise.resolve(busy('queue-full'));
    }
    const packed = packBlock(block, this.#options.compress ?? true, this.#options.vault);
    this.#queuedBytes += packed.bytes;
    return new Promise((settle) => {
      this.#queue.push({ packed, settle });
      this.#running ??= this.#run();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
    await this.#file?.close();
    await this.#end.close();
  }

  async #run(): Promise<void> {
    await new Promise(setImmediate); // let appends of this turn of the loop join the first group
    while (this.#queue.length > 0) {
      const { group, bytes } = this.#takeGroup();
      await this.#commit(group, bytes);
    }
    this.#running = undefined;
  }

  #takeGroup(): { group: Waiting[]; bytes: number } {
    let count = 0;
    let bytes = 0;
    for (const { packed } of this.#queue) {
      if (count > 0 && bytes + packed.bytes > GROUP_BYTES_MAX) break;
      bytes += packed.bytes;
      count++;
    }
    return { group: this.#queue.splice(0, count), bytes };
  }

  async #commit(group: Waiting[], bytes: number): Promise<void> {
    let answers: (Appended | Busy)[];
    try {
      answers = await this.#write(group, bytes);
    } catch (cause) {
      await this.#cutBack();
      answers = group.map(() => busy(whyOf(cause)));
    }
    this.#queuedBytes -= bytes;
    group.forEach(({ settle }, i) => settle(answers[i] ?? busy('write-failed')));
  }

  async #write(group: Waiting[], bytes: number): Promise<Appended[]> {
    if (this.#torn) throw new Error('the log could not be cut back after a failed write');
    const max = Math.min(this.#options.fileBytesMax ?? FILE_BYTES_MAX, FILE_SPAN - 1);
    const arrivedAt = group[0]?.packed.head.readDoubleLE(ARRIVAL_AT) ?? 0;
    const isFull = this.#bytes > 0 && this.#bytes + bytes > max;
    if (!this.#file || isFull || this.#isOld(arrivedAt)) await this.#roll();
    this.#firstAt ??= arrivedAt;
    const file = this.#file;
    if (!file) throw new Error('the log has no open file');
    const parts: Buffer[] = [];
    const places: Appended[] = [];
    let at = this.#bytes;
    for (const { packed } of group) {
      placeBlock(packed, this.#bytes);
      parts.push(packed.head, packed.payload);
      const next = at + packed.bytes;
      places.push({ offset: offsetOf(this.#fileNo, at), next: offsetOf(this.#fileNo, next) });
      at = next;
    }
    await writeWhole(file, parts, bytes, this.#bytes);
    await file.datasync();
    this.#bytes = at;
    await writeEnd(this.#end, this.end);
    this.#hear(this.end);
    return places;
  }

  #isOld(arrivedAt: number): boolean {
    const max = this.#options.fileAgeMaxMs ?? FILE_AGE_MS_MAX;
    return this.#firstAt !== undefined && this.#bytes > 0 && arrivedAt - this.#firstAt > max;
  }

  /**
   * Opens the next file (or this one anew while it is empty); its name is on disk before a
   * block is.
   */
  async #roll(): Promise<void> {
    const fileNo = this.#fileNo > 0 && this.#bytes === 0 ? this.#fileNo : this.#fileNo + 1;
    await this.#file?.close();
    this.#file = undefined;
    const file = await open(pathOf(this.#dir, fileNo), 'w+');
    try {
      await syncFolder(this.#dir);
    } catch (cause) {
      await file.close();
      throw cause;
    }
    this.#file = file;
    this.#fileNo = fileNo;
    this.#bytes = 0;
    this.#firstAt = undefined;
  }

  /**
   * After a failed write or fdatasync nothing behind the last good byte counts: it is cut off,
   * and the next group goes to a new file, since the kernel may have dropped pages of this one.
   */
  async #cutBack(): Promise<void> {
    this.#torn = true;
    try {
      await this.#file?.truncate(this.#bytes);
      await this.#file?.datasync();
      await this.#file?.close();
      this.#file = undefined; // the next group rolls
      this.#torn = false;
    } catch {
      // still torn: appends are answered busy, and each of them tries this again
    }
  }
}

/** writev may write less than asked, on a nearly full disk for one. */
async function writeWhole(
  file: FileHandle,
  parts: Buffer[],
  bytes: number,
  at: number,
): Promise<void> {
  // The kernel takes 1,024 pieces at once.
  const { bytesWritten } =
    parts.length <= 1000
      ? await file.writev(parts, at)
      : await file.write(Buffer.concat(parts), 0, bytes, at);
  let done = bytesWritten;
  if (done === bytes) return;
  const whole = Buffer.concat(parts);
  while (done < bytes) {
    const more = await file.write(whole, done, bytes - done, at + done);
    if (more.bytesWritten === 0) throw new Error('the disk takes no more bytes');
    done += more.bytesWritten;
  }
}

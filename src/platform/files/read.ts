import { type FSWatcher, watch } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { HEADER_BYTES, lengthAt, unpackBlock } from './block.ts';
import { endPath, readEnd } from './end.ts';
import { byteOf, FILE_SPAN, fileNoOf, fileNosOf, offsetOf, pathOf } from './folder.ts';
import {
  LogFault,
  type LogOptions,
  type LogReader,
  type Offset,
  type ReadOptions,
  type StoredBlock,
} from './model.ts';

/** A waiting reader looks at least this often; pokes and fs.watch make it sooner. */
const POLL_MS = 50;
const WINDOW_BYTES = 1024 * 1024;

/** Reads forward through one file, a window at a time. */
class FileWindow {
  #file: FileHandle;
  #bytes: Buffer = Buffer.alloc(0);
  #start = 0;
  constructor(file: FileHandle) {
    this.#file = file;
  }
  /**
   * At least `length` bytes from `at`, fewer only at the end. Nothing at or past `limit` is read:
   * it may still be on its way to the disk and would be kept here half written.
   */
  async from(at: number, length: number, limit: number): Promise<Buffer> {
    const within = at - this.#start;
    if (within >= 0 && within + length <= this.#bytes.length) return this.#bytes.subarray(within);
    const size = Math.min(Math.max(length, WINDOW_BYTES), Math.max(0, limit - at));
    const fresh = Buffer.allocUnsafe(size);
    let got = 0;
    while (got < Math.min(length, size)) {
      const { bytesRead } = await this.#file.read(fresh, got, fresh.length - got, at + got);
      if (bytesRead === 0) break;
      got += bytesRead;
    }
    this.#bytes = fresh.subarray(0, got);
    this.#start = at;
    return this.#bytes;
  }
  close(): Promise<void> {
    return this.#file.close();
  }
}

export class Reader implements LogReader {
  #dir: string;
  #options: LogOptions;
  #ownEnd: (() => Offset) | undefined;
  #wakes = new Set<() => void>();

  /** `ownEnd`: the writer in this process knows the end without asking the disk. */
  constructor(dir: string, options: LogOptions, ownEnd?: () => Offset) {
    this.#dir = dir;
    this.#options = options;
    this.#ownEnd = ownEnd;
  }

  poke(): void {
    for (const wake of this.#wakes) wake();
  }

  async start(): Promise<Offset> {
    return offsetOf((await fileNosOf(this.#dir))[0] ?? 1, 0);
  }

  async end(): Promise<Offset> {
    if (this.#ownEnd) return this.#ownEnd();
    // A second look: the first may have met the writer in the middle of its 12 bytes.
    return (await readEnd(this.#dir)) ?? (await readEnd(this.#dir)) ?? (await this.start());
  }

  async readAt(offset: Offset): Promise<StoredBlock | undefined> {
    if (offset < (await this.start()) || offset >= (await this.end())) return undefined;
    for await (const block of this.readFrom(offset)) return block;
    return undefined;
  }

  async *readFrom(offset: Offset, options: ReadOptions = {}): AsyncIterableIterator<StoredBlock> {
    let at = Math.max(offset, await this.start());
    let window: FileWindow | undefined;
    try {
      for (;;) {
        if (options.signal?.aborted) return;
        const end = await this.end();
        while (at < end) {
          if (options.signal?.aborted) return;
          window ??= new FileWindow(await open(pathOf(this.#dir, fileNoOf(at)), 'r'));
          const block = await this.#blockAt(window, at, end);
          if (block) {
            yield block;
            at = block.next;
            continue;
          }
          if (fileNoOf(end) <= fileNoOf(at)) {
            throw new LogFault(`${pathOf(this.#dir, fileNoOf(at))} ends at byte ${byteOf(at)}`);
          }
          await window.close();
          window = undefined;
          at = offsetOf(fileNoOf(at) + 1, 0);
        }
        if (!options.waitForMore) return;
        await this.#moreThan(at, options.signal);
      }
    } finally {
      await window?.close();
    }
  }

  /** The block at `at`; undefined at the very end of its file. */
  async #blockAt(window: FileWindow, at: Offset, end: Offset): Promise<StoredBlock | undefined> {
    const limit = fileNoOf(end) === fileNoOf(at) ? byteOf(end) : FILE_SPAN;
    const where = `${pathOf(this.#dir, fileNoOf(at))} at byte ${byteOf(at)}`;
    const head = await window.from(byteOf(at), HEADER_BYTES, limit);
    if (head.length === 0) return undefined;
    const length = lengthAt(head, 0);
    if (length === undefined) throw new LogFault(`no block begins in ${where}`);
    try {
      const whole = await window.from(byteOf(at), length, limit);
      const { block } = unpackBlock(whole, 0, this.#options.vault);
      return { ...block, offset: at, next: at + length };
    } catch (cause) {
      throw new LogFault(`reading ${where}`, { cause });
    }
  }

  /** Resolves when the log has grown past `at`, or the signal aborts. */
  async #moreThan(at: Offset, signal?: AbortSignal): Promise<void> {
    let wake: () => void = () => {};
    const heard = (): void => wake();
    const watcher = this.#ownEnd ? undefined : watchEnd(this.#dir, heard);
    this.#wakes.add(heard);
    signal?.addEventListener('abort', heard);
    try {
      for (;;) {
        if (signal?.aborted || (await this.end()) > at) return;
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, POLL_MS);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    } finally {
      this.#wakes.delete(heard);
      signal?.removeEventListener('abort', heard);
      watcher?.close();
    }
  }
}

/** Hears the writer of another process move the end; undefined when the system gives no watch. */
function watchEnd(dir: string, heard: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(endPath(dir), heard);
    watcher.on('error', heard); // polling goes on without it
    return watcher;
  } catch {
    return undefined; // no `end` yet, or no watches left: polling alone will do
  }
}

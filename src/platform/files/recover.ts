import { open } from 'node:fs/promises';
import { ARRIVAL_AT, HEADER_BYTES, intactAt } from './block.ts';
import { readEnd } from './end.ts';
import { byteOf, fileNoOf, fileNosOf, pathOf } from './folder.ts';
import { LogFault } from './model.ts';

export type Tail = {
  readonly fileNo: number;
  readonly bytes: number;
  readonly cutBytes: number;
  /** When its first block arrived; undefined when it has none. */
  readonly firstAt: number | undefined;
};

/**
 * Does an intact block after `bad` say that `bad` was already on disk when it was written?
 * Then what is broken had been acknowledged, and cutting would hide a loss.
 */
function wasAcknowledged(bytes: Buffer, bad: number, start: number): boolean {
  for (let at = bytes.indexOf('FHB1', bad + 1); at >= 0; at = bytes.indexOf('FHB1', at + 1)) {
    const later = intactAt(bytes, at);
    if (later && later.durable > start + bad) return true;
  }
  return false;
}

/**
 * Where the last file's intact blocks end. An unfinished write behind them is cut off: nobody was
 * told it was kept. Throws LogFault when the break lies in what was acknowledged. Looks only
 * behind
 * `end`;
 * older blocks are checked when they are read.
 */
export async function recoverTail(dir: string): Promise<Tail | undefined> {
  const fileNo = (await fileNosOf(dir)).at(-1);
  if (fileNo === undefined) return undefined;
  const told = await readEnd(dir);
  const start = told !== undefined && fileNoOf(told) === fileNo ? byteOf(told) : 0;
  const path = pathOf(dir, fileNo);
  const file = await open(path, 'r+');
  try {
    const { size } = await file.stat();
    if (size < start || (told !== undefined && fileNoOf(told) > fileNo)) {
      throw new LogFault(`${path} ends before blocks that were acknowledged`);
    }
    const bytes = Buffer.alloc(size - start);
    await file.read(bytes, 0, bytes.length, start);
    let at = 0;
    for (let found = intactAt(bytes, at); found; found = intactAt(bytes, at)) at += found.length;
    if (at < bytes.length) {
      if (wasAcknowledged(bytes, at, start)) {
        throw new LogFault(`${path} is damaged at byte ${start + at}, within acknowledged blocks`);
      }
      await file.truncate(start + at);
    }
    // What a crash left intact in the page cache becomes durable before it counts as the end.
    await file.sync();
    const head = Buffer.alloc(HEADER_BYTES);
    if (start + at > 0) await file.read(head, 0, HEADER_BYTES, 0);
    const firstAt = start + at > 0 ? head.readDoubleLE(ARRIVAL_AT) : undefined;
    return { fileNo, bytes: start + at, cutBytes: bytes.length - at, firstAt };
  } finally {
    await file.close();
  }
}

import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Offset } from './model.ts';

/**
 * `end` holds one number: up to where the log is on disk. The writer moves it after each
 * fdatasync; readers in any process go no further, so they never see a torn or unsynced block.
 * It is not synced itself: after a crash it may lag, and the writer sets it right when it opens.
 */
export const endPath = (dir: string): string => join(dir, 'end');

export async function writeEnd(file: FileHandle, end: Offset): Promise<void> {
  const bytes = Buffer.alloc(12);
  bytes.writeDoubleLE(end, 0);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 8)), 8);
  await file.write(bytes, 0, 12, 0);
}

/** The end as last told; undefined while there is none or it is being written this instant. */
export async function readEnd(dir: string): Promise<Offset | undefined> {
  let file: FileHandle;
  try {
    file = await open(endPath(dir), 'r');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cause;
  }
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(12), 0, 12, 0);
    if (bytesRead < 12 || crc32(buffer.subarray(0, 8)) !== buffer.readUInt32LE(8)) return undefined;
    return buffer.readDoubleLE(0);
  } finally {
    await file.close();
  }
}

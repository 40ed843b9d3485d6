import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Offset } from './model.ts';

/** One file holds less than 2^32 bytes; the upper 21 bits of an offset number the file, from 1. */
export const FILE_SPAN = 2 ** 32;

export const fileNoOf = (offset: Offset): number => Math.floor(offset / FILE_SPAN);
export const byteOf = (offset: Offset): number => offset % FILE_SPAN;
export const offsetOf = (fileNo: number, byte: number): Offset => fileNo * FILE_SPAN + byte;

export const pathOf = (dir: string, fileNo: number): string =>
  join(dir, `${String(fileNo).padStart(8, '0')}.log`);

/** Numbers of the files in a log folder, oldest first. */
export async function fileNosOf(dir: string): Promise<number[]> {
  const names = await readdir(dir);
  return names
    .filter((name) => /^\d{8}\.log$/.test(name))
    .map((name) => Number.parseInt(name, 10))
    .sort((a, b) => a - b);
}

import { mkdir, open, readFile, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes names in a folder survive a power cut: creation, rename and deletion live in the
 * folder.
 */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/**
 * Writes a whole file so that after a crash it is either the old one or the new one, on disk
 * when it resolves.
 */
export async function writeDurable(path: string, bytes: Buffer | readonly Buffer[]): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const half = `${path}.half`;
  const file = await open(half, 'w', 0o600);
  try {
    for (const part of Buffer.isBuffer(bytes) ? [bytes] : bytes) await file.writeFile(part);
    await file.sync();
  } catch (cause) {
    await file.close();
    await unlink(half);
    throw new Error(`writing ${path}`, { cause });
  }
  await file.close();
  await rename(half, path);
  await syncFolder(dirname(path));
}

/** Adds to the end of a file; it is on disk when this resolves. */
export async function appendDurable(path: string, text: string): Promise<void> {
  const file = await open(path, 'a', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The whole file, or undefined when there is none. */
export async function readAll(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`reading ${path}`, { cause });
  }
}

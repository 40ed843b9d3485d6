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

/** The last whole lines of a file, within so many bytes; none when there is no file. */
export async function lastLines(path: string, bytesMax: number): Promise<string[]> {
  const file = await open(path, 'r').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw new Error(`reading ${path}`, { cause });
  });
  if (!file) return [];
  try {
    const { size } = await file.stat();
    const from = Math.max(0, size - bytesMax);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
    const lines = buffer.toString('utf8', 0, bytesRead).split('\n');
    return (from > 0 ? lines.slice(1) : lines).filter((line) => line !== '');
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

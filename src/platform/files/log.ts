import { mkdir, unlink } from 'node:fs/promises';
import { syncFolder } from './durable.ts';
import { fileNoOf, fileNosOf, pathOf } from './folder.ts';
import { holdFolder } from './lock.ts';
import type { Log, LogOptions, LogReader, Offset } from './model.ts';
import { Reader } from './read.ts';
import { recoverTail } from './recover.ts';
import { Writer } from './write.ts';

/**
 * Opens a folder for writing (one writer; a second one is refused with FolderHeld) and reading.
 * Cuts an unfinished write left by a crash; throws LogFault when acknowledged blocks are damaged.
 */
export async function openLog(dir: string, options: LogOptions = {}): Promise<Log> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const hold = await holdFolder(dir, 'writer');
  const hearers = new Set<(end: Offset) => void>();
  try {
    const tail = await recoverTail(dir);
    const writer = await Writer.open(dir, options, tail, (end) => {
      reader.poke();
      for (const hear of hearers) hear(end);
    });
    const reader = new Reader(dir, options, () => writer.end);
    return {
      cutBytes: tail?.cutBytes ?? 0,
      append: async (block) => writer.append(block),
      readFrom: (offset, how) => reader.readFrom(offset, how),
      readAt: (offset) => reader.readAt(offset),
      start: () => reader.start(),
      end: () => reader.end(),
      poke: () => reader.poke(),
      onCommit(hear) {
        hearers.add(hear);
        return () => hearers.delete(hear);
      },
      dropBefore: (offset) => dropBefore(dir, Math.min(offset, writer.end)),
      async close() {
        await writer.close();
        await hold.release();
      },
    };
  } catch (cause) {
    await hold.release();
    throw cause;
  }
}

/** Opens a folder for reading only; as many as you like, in every process. */
export function readLog(dir: string, options: LogOptions = {}): LogReader {
  return new Reader(dir, options);
}

async function dropBefore(dir: string, offset: Offset): Promise<number> {
  const old = (await fileNosOf(dir)).filter((fileNo) => fileNo < fileNoOf(offset));
  for (const fileNo of old) await unlink(pathOf(dir, fileNo));
  if (old.length > 0) await syncFolder(dir);
  return old.length;
}

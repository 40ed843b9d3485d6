import type { Readable } from 'node:stream';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import { REFUSED, TABLE_LIMITS, TableRefused } from './model.ts';

/** Parts of an archive by name, opened one at a time. */
export type Archive = {
  readonly names: readonly string[];
  has(name: string): boolean;
  /** Chunks of a part, unfolded; throws TableRefused when its bytes are damaged. */
  read(name: string): AsyncGenerator<Buffer>;
};

function weigh(entries: readonly Entry[]): void {
  let unfolded = 0;
  for (const it of entries) {
    unfolded += it.uncompressedSize;
    const isOver =
      it.uncompressedSize > TABLE_LIMITS.ratioFreeBytes &&
      it.uncompressedSize > it.compressedSize * TABLE_LIMITS.ratioMax;
    if (isOver || unfolded > TABLE_LIMITS.unfoldedBytesMax) throw new TableRefused(REFUSED.bomb);
    if (it.isEncrypted()) throw new TableRefused(REFUSED.locked);
  }
}

async function* unfold(zip: ZipFile, entry: Entry): AsyncGenerator<Buffer> {
  let stream: Readable | undefined;
  try {
    stream = await zip.openReadStreamPromise(entry);
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (cause) {
    if (cause instanceof TableRefused) throw cause;
    throw new TableRefused(REFUSED.notXlsx, { cause });
  } finally {
    stream?.destroy();
  }
}

/**
 * Opens an archive in memory. What its directory declares is weighed before a byte is unfolded, and
 * yauzl stops a part that unfolds to more than was declared. Throws TableRefused.
 */
export async function openArchive(bytes: Buffer): Promise<Archive> {
  const entries = new Map<string, Entry>();
  let zip: ZipFile;
  try {
    zip = await fromBufferPromise(bytes, { lazyEntries: true, validateEntrySizes: true });
    if (zip.entryCount > TABLE_LIMITS.zipEntriesMax) throw new TableRefused(REFUSED.bomb);
    for await (const entry of zip.eachEntry()) {
      if (entries.size >= TABLE_LIMITS.zipEntriesMax) throw new TableRefused(REFUSED.bomb);
      entries.set(entry.fileName.replace(/^\//, '').toLowerCase(), entry);
    }
  } catch (cause) {
    if (cause instanceof TableRefused) throw cause;
    throw new TableRefused(REFUSED.notXlsx, { cause });
  }
  weigh([...entries.values()]);
  return {
    names: [...entries.keys()],
    has: (name) => entries.has(name.toLowerCase()),
    async *read(name) {
      const entry = entries.get(name.toLowerCase());
      if (!entry) throw new TableRefused(REFUSED.notXlsx);
      yield* unfold(zip, entry);
    },
  };
}

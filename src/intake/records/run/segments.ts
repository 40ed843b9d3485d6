import { open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type Batch, BatchBuilder, rowView } from '#engine/columns/index.ts';
import type { Db } from '#platform/db/index.ts';
import { readAll, writeDurable } from '#platform/files/index.ts';
import { decodeNative, type Lake } from '#platform/lake/index.ts';
import { batchOf, encodeBatch } from '../lake/codec.ts';
import { scanRecords } from '../lake/scan.ts';
import { LIMITS } from '../model.ts';
import { segmentById } from '../store.ts';

/** Segment files of the house: one Native file per step of the worker, before its transaction. */
export type Segments = {
  /** Writes and fsyncs; writing the same number again (after a crash) replaces the file. */
  write(segment: number, batch: Batch): Promise<void>;
  /** Keeps a batch whose transaction committed in memory for those who hear about it. */
  remember(segment: number, batch: Batch): void;
  /** Rows of a settled segment: from memory, its file, or the lake when the file is gone. */
  loadSegment(segment: number): Promise<Batch>;
  /** One Native file of several segments, for one load. */
  join(first: readonly number[], name: string): Promise<string>;
  drop(segment: number): Promise<void>;
  dropJoined(name: string): Promise<void>;
};

async function removeFile(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT')
      throw new Error(`removing ${path}`, { cause });
  }
}

/** Opens the folder of segments. `lake` answers for segments whose files were dropped. */
export function openSegments(dir: string, db: Db, lake: Lake | undefined): Segments {
  const recent = new Map<number, Batch>();
  const pathOf = (segment: number): string =>
    join(dir, `${String(segment).padStart(12, '0')}.native`);
  const joinedOf = (name: string): string => join(dir, `group-${name}.native`);

  const fromLake = async (segment: number): Promise<Batch> => {
    const times = await db.read((tx) => segmentById(tx, segment));
    if (!times || !lake) throw new Error(`segment ${segment} is neither on disk nor in the lake`);
    const builder: Batch[] = [];
    await scanRecords(
      lake,
      { fromAt: times.fromAt, toAt: times.toAt + 1, through: segment, since: segment },
      (batch) => void builder.push(batch),
    );
    return joinBatches(builder);
  };

  return {
    write: (segment, batch) => writeDurable(pathOf(segment), encodeBatch(batch)),
    remember(segment, batch) {
      recent.set(segment, batch);
      for (const old of recent.keys())
        if (recent.size > LIMITS.segmentsInMemory) recent.delete(old);
    },
    async loadSegment(segment) {
      const known = recent.get(segment);
      if (known) return known;
      const bytes = await readAll(pathOf(segment));
      return bytes ? joinBatches(decodeNative(bytes).map(batchOf)) : fromLake(segment);
    },
    async join(segments, name) {
      const path = joinedOf(name);
      const file = await open(path, 'w', 0o600);
      try {
        for (const segment of segments) {
          const bytes = await readAll(pathOf(segment));
          if (!bytes) throw new Error(`segment ${segment} is not on disk and not in the lake`);
          await file.writeFile(bytes);
        }
      } finally {
        await file.close();
      }
      return path;
    },
    drop: (segment) => removeFile(pathOf(segment)),
    dropJoined: (name) => removeFile(joinedOf(name)),
  };
}

/** Several batches as one, rows in order of id. */
function joinBatches(batches: readonly Batch[]): Batch {
  const [only] = batches;
  if (only && batches.length === 1) return only;
  const builder = new BatchBuilder(batches.reduce((sum, it) => sum + it.rows, 1));
  const rows = batches.flatMap((batch) =>
    Array.from({ length: batch.rows }, (_, row) => ({ batch, row })),
  );
  rows.sort((a, b) => (a.batch.id[a.row] ?? 0) - (b.batch.id[b.row] ?? 0));
  for (const { batch, row } of rows) {
    const { values, ...head } = rowView(batch, row);
    builder.add(head, values);
  }
  return builder.finish();
}

import { readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LAKE_STEPS, LAKE_TABLE } from '#intake/records/index.ts';
import { openLake } from '#platform/lake/index.ts';

const SEGMENTS_A_FILE = 25;

/**
 * The peer: the very segments the house wrote after `since`, loaded into a lake of its own with the
 * same tables, nothing else running. Rows a second.
 */
export async function bulkLoad(home: string, folder: string, since: number): Promise<number> {
  const names = readdirSync(join(home, 'segments'))
    .filter((name) => /^\d+\.native$/.test(name) && Number.parseInt(name, 10) > since)
    .sort();
  const lake = await openLake({ home: join(folder, 'bulk') });
  try {
    await lake.migrate(LAKE_STEPS);
    let spent = 0;
    for (let i = 0; i < names.length; i += SEGMENTS_A_FILE) {
      const some = names.slice(i, i + SEGMENTS_A_FILE);
      const parts = await Promise.all(some.map((name) => readFile(join(home, 'segments', name))));
      const path = join(folder, 'bulk.native');
      await writeFile(path, Buffer.concat(parts));
      const began = performance.now();
      await lake.insertFile(LAKE_TABLE, path, `bulk-${i}`);
      spent += performance.now() - began;
    }
    const [count] = await lake.query<{ n: number }>(`select count() as n from ${LAKE_TABLE}`);
    return ((count?.n ?? 0) / spent) * 1000;
  } finally {
    await lake.stop();
  }
}

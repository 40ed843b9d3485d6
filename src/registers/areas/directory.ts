import type { Db } from '#platform/db/index.ts';
import type { Area } from './contract.ts';
import { allAreas, importVersion } from './store.ts';

/**
 * Every area in memory, by code: a city has some thousands. `refresh` costs one small question
 * while nothing was imported.
 */
export type AreaDirectory = {
  readonly byCode: ReadonlyMap<string, Area>;
  readonly refresh: () => Promise<void>;
};

export async function areaDirectory(db: Db): Promise<AreaDirectory> {
  const byCode = new Map<string, Area>();
  let read = 0;
  const refresh = async (): Promise<void> => {
    const fresh = await db.read(async (tx) => {
      const version = await importVersion(tx);
      return version === read ? undefined : { version, areas: await allAreas(tx) };
    });
    if (!fresh) return;
    byCode.clear();
    for (const area of fresh.areas) byCode.set(area.code, area);
    read = fresh.version;
  };
  await refresh();
  return { byCode, refresh };
}

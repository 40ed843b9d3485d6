import type { Db, Tx } from '#platform/db/index.ts';
import type { Area } from './contract.ts';
import { allAreas } from './store.ts';

/** Every area in memory, by code: a city has some thousands. `refresh` after an import. */
export type AreaDirectory = {
  readonly byCode: ReadonlyMap<string, Area>;
  readonly refresh: () => Promise<void>;
};

export async function areaDirectory(db: Db): Promise<AreaDirectory> {
  const byCode = new Map<string, Area>();
  const refresh = async (): Promise<void> => {
    const areas = await db.read((tx: Tx) => allAreas(tx));
    byCode.clear();
    for (const area of areas) byCode.set(area.code, area);
  };
  await refresh();
  return { byCode, refresh };
}

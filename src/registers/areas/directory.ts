import { ancestorOf, TIERS } from '#base/areas.ts';
import type { Words } from '#base/words.ts';
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

/** `江州市 · 东湖区 · …`: the names of an area and all that hold it, widest first. */
export function areaWordsOf({ byCode }: Pick<AreaDirectory, 'byCode'>, code: string): Words {
  const names = TIERS.flatMap((tier) => {
    const holder = ancestorOf(code, tier);
    return (holder ? byCode.get(holder)?.name : undefined) ?? [];
  });
  if (names.length === 0) return { zh: code || '未知区域', en: code || 'Unknown area' };
  return { zh: names.map((n) => n.zh).join(' · '), en: names.map((n) => n.en).join(' · ') };
}

import type { Db } from '#platform/db/index.ts';
import type { Place } from './contract.ts';
import { allPlaces, importVersion } from './store.ts';

/**
 * Every place in memory: tens of thousands. `refresh` costs one small question while nothing was
 * imported.
 */
export type PlaceDirectory = {
  readonly byCode: ReadonlyMap<string, Place>;
  readonly byId: ReadonlyMap<number, Place>;
  readonly refresh: () => Promise<void>;
};

export async function placeDirectory(db: Db): Promise<PlaceDirectory> {
  const byCode = new Map<string, Place>();
  const byId = new Map<number, Place>();
  let read = 0;
  const refresh = async (): Promise<void> => {
    const fresh = await db.read(async (tx) => {
      const version = await importVersion(tx);
      return version === read ? undefined : { version, places: await allPlaces(tx) };
    });
    if (!fresh) return;
    byCode.clear();
    byId.clear();
    for (const place of fresh.places) {
      byCode.set(place.code, place);
      byId.set(place.id, place);
    }
    read = fresh.version;
  };
  await refresh();
  return { byCode, byId, refresh };
}

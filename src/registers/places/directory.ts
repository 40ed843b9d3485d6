import type { Db } from '#platform/db/index.ts';
import type { Place } from './contract.ts';
import { allPlaces } from './store.ts';

/** Every place in memory: tens of thousands. Call `refresh` after an import, and now and then. */
export type PlaceDirectory = {
  readonly byCode: ReadonlyMap<string, Place>;
  readonly byId: ReadonlyMap<number, Place>;
  readonly refresh: () => Promise<void>;
};

export async function placeDirectory(db: Db): Promise<PlaceDirectory> {
  const byCode = new Map<string, Place>();
  const byId = new Map<number, Place>();
  const refresh = async (): Promise<void> => {
    const places = await db.read((tx) => allPlaces(tx));
    byCode.clear();
    byId.clear();
    for (const place of places) {
      byCode.set(place.code, place);
      byId.set(place.id, place);
    }
  };
  await refresh();
  return { byCode, byId, refresh };
}

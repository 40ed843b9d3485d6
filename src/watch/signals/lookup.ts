import type { Batch, RowView } from '#engine/columns/index.ts';
import { rowOfRecord, rowView, segmentOfRecord } from '#engine/columns/index.ts';
import type { Segments } from '#intake/records/index.ts';
import type { Db } from '#platform/db/index.ts';
import type { PlaceDirectory } from '#registers/places/index.ts';
import { type ListKeys, memberAreas } from '#watch/rules/index.ts';
import type { Lookup } from './evidence.ts';

/** Where segments come from: intake/records keeps them in memory, on disk or in the lake. */
export type SegmentSource = Pick<Segments, 'loadSegment'>;

/** Segments kept in memory for evidence. */
const SEGMENTS_KEPT = 32;

/** Finds records by id through the segments they were admitted in, the recent ones from memory. */
export function lookupOf(
  db: Db,
  source: SegmentSource,
  places: Pick<PlaceDirectory, 'byId'>,
  keys: ListKeys,
): Lookup & { load: (segment: number) => Promise<Batch> } {
  const recent = new Map<number, Batch>();
  const load = async (segment: number): Promise<Batch> => {
    const batch = recent.get(segment) ?? (await source.loadSegment(segment));
    recent.delete(segment);
    recent.set(segment, batch);
    for (const old of recent.keys()) if (recent.size > SEGMENTS_KEPT) recent.delete(old);
    return batch;
  };
  return {
    load,
    async record(id): Promise<RowView> {
      const batch = await load(segmentOfRecord(id));
      const row = batch.id[rowOfRecord(id)] === id ? rowOfRecord(id) : batch.id.indexOf(id);
      if (row < 0) throw new Error(`record ${id} is not in its segment`);
      return rowView(batch, row);
    },
    areaOfPlace: (placeId) => places.byId.get(placeId)?.areaCode ?? '',
    async areaOfMember(listId, subjectId) {
      const [row] = await db.read((tx) => memberAreas(tx, keys, listId, [subjectId]));
      return row?.areaCode ?? '';
    },
  };
}

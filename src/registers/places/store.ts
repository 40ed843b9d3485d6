import { prefixOf } from '#base/areas.ts';
import { keyOf, type Page, pageOf } from '#base/paging.ts';
import type { Tx } from '#platform/db/index.ts';
import type { Place, PlaceDetail } from './contract.ts';

const COLUMNS = `id, code, kind, jsonb_build_object('zh', name_zh, 'en', name_en) as name,
  area_code as "areaCode", lat, lon`;

/** Rises with every import. */
export const importVersion = async (tx: Tx): Promise<number> =>
  (await tx.row<{ version: number }>('select version from places.stamp'))?.version ?? 0;

export const allPlaces = (tx: Tx): Promise<Place[]> =>
  tx.rows<Place>(`select ${COLUMNS} from places.place order by id`);

export const placeOf = (tx: Tx, id: number): Promise<Place | undefined> =>
  tx.row<Place>(`select ${COLUMNS} from places.place where id = $1::bigint`, [id]);

export const placeDetail = (tx: Tx, id: number): Promise<PlaceDetail | undefined> =>
  tx.row<PlaceDetail>(
    `select ${COLUMNS}, uscc, uscc_holds as "usccHolds",
       (select words from places.kind k where k.code = p.kind order by valid_from desc limit 1)
         as "kindWords"
     from places.place p where id = $1`,
    [id],
  );

export type PlaceFilter = {
  readonly kind?: string | undefined;
  /** An area code of any tier: everything inside it. */
  readonly area?: string | undefined;
  readonly search?: string | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
};

/** A page of places in code order. */
export async function listPlaces(tx: Tx, filter: PlaceFilter): Promise<Page<Place>> {
  const after = keyOf(filter.after, ['text'])?.[0] ?? '';
  const prefix = filter.area ? prefixOf(filter.area) : null;
  const rows = await tx.rows<Place>(
    `select ${COLUMNS} from places.place
     where code > $1 and ($2::text is null or kind = $2)
       and ($3::text is null or (area_code >= $3 and area_code < $3 || ':'))
       and ($4::text is null or position(lower($4) in lower(name_zh || ' ' || name_en)) > 0)
     order by code limit $5`,
    [after, filter.kind ?? null, prefix, filter.search ?? null, filter.limit + 1],
  );
  return pageOf(rows, filter.limit, (row) => [row.code]);
}

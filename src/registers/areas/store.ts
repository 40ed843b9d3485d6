import { keyOf, type Page, pageOf } from '#base/paging.ts';
import type { Tier } from '#base/areas.ts';
import type { Tx } from '#platform/db/index.ts';
import type { Area, AreaDetail, Boundary } from './contract.ts';
import { pathOf } from './model.ts';

const COLUMNS = `code, tier, jsonb_build_object('zh', name_zh, 'en', name_en) as name, parent,
  lat, lon, population`;

/** Rises with every import. */
export const importVersion = async (tx: Tx): Promise<number> =>
  (await tx.row<{ version: number }>('select version from areas.stamp'))?.version ?? 0;

export const allAreas = (tx: Tx): Promise<Area[]> =>
  tx.rows<Area>(`select ${COLUMNS} from areas.area order by code`);

export const areaOf = (tx: Tx, code: string): Promise<Area | undefined> =>
  tx.row<Area>(`select ${COLUMNS} from areas.area where code = $1`, [code]);

/** The direct children of an area; of '' the city. At most a few hundred. */
export const childrenOf = (tx: Tx, parent: string): Promise<Area[]> =>
  parent === ''
    ? tx.rows<Area>(`select ${COLUMNS} from areas.area where tier = 'city' order by code`)
    : tx.rows<Area>(`select ${COLUMNS} from areas.area where parent = $1 order by code`, [parent]);

export async function boundaryOf(tx: Tx, code: string): Promise<Boundary | null> {
  const row = await tx.row<{ boundary: Boundary | null }>(
    'select boundary from areas.area where code = $1',
    [code],
  );
  return row?.boundary ?? null;
}

export async function areaDetail(tx: Tx, code: string): Promise<AreaDetail | undefined> {
  const area = await areaOf(tx, code);
  if (!area) return undefined;
  const path = await tx.rows<Area>(
    `select ${COLUMNS} from areas.area where code = any($1) order by length(code), code`,
    [pathOf(code)],
  );
  const count = await tx.row<{ n: number }>(
    'select count(*) as n from areas.area where parent = $1',
    [code],
  );
  return { ...area, path, children: count?.n ?? 0, boundary: await boundaryOf(tx, code) };
}

export type AreaFilter = {
  readonly parent?: string | undefined;
  readonly tier?: Tier | undefined;
  readonly search?: string | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
};

/** A page of areas in code order; `search` is a piece of either name. */
export async function listAreas(tx: Tx, filter: AreaFilter): Promise<Page<Area>> {
  const after = keyOf(filter.after, ['text'])?.[0] ?? '';
  const rows = await tx.rows<Area>(
    `select ${COLUMNS} from areas.area
     where code > $1 and ($2::text is null or parent = $2) and ($3::text is null or tier = $3)
       and ($4::text is null or position(lower($4) in lower(name_zh || ' ' || name_en)) > 0)
     order by code limit $5`,
    [after, filter.parent ?? null, filter.tier ?? null, filter.search ?? null, filter.limit + 1],
  );
  return pageOf(rows, filter.limit, (row) => [row.code]);
}

export const knownAreas = async (tx: Tx, codes: readonly string[]): Promise<Set<string>> => {
  const rows = await tx.rows<{ code: string }>('select code from areas.area where code = any($1)', [
    codes,
  ]);
  return new Set(rows.map((row) => row.code));
};

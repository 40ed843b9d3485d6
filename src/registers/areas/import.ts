import type { Actor } from '#base/access.ts';
import { parentOf, tierOf } from '#base/areas.ts';
import { type Refusal, refuse } from '#base/refusal.ts';
import type { Tx } from '#platform/db/index.ts';
import type { AreaRow } from './contract.ts';
import { faultsOfAreas } from './model.ts';
import { knownAreas } from './store.ts';

export const IMPORT_ROWS_MAX = 100_000;

/**
 * Writes areas, in any order, once or again with the same outcome: what stands there is replaced,
 * nothing is removed. Refuses the whole import with every error of every row.
 */
export async function importAreas(
  tx: Tx,
  _actor: Actor,
  rows: readonly AreaRow[],
  _now: number,
): Promise<{ written: number } | Refusal> {
  if (rows.length > IMPORT_ROWS_MAX) {
    return refuse('too-large', 'too-many-areas', {
      zh: `一次最多导入 ${IMPORT_ROWS_MAX} 个区域，请分批。`,
      en: `At most ${IMPORT_ROWS_MAX} areas at once; split the import.`,
    });
  }
  const parents = [...new Set(rows.map((row) => parentOf(row.code) ?? ''))];
  const errors = faultsOfAreas(rows, await knownAreas(tx, parents));
  if (errors.length > 0) {
    return refuse(
      'invalid',
      'invalid-areas',
      { zh: `有 ${errors.length} 处错误，未导入。`, en: `${errors.length} errors; none imported.` },
      errors,
    );
  }
  await tx.run('update areas.stamp set version = version + 1');
  const written = await tx.run(
    `insert into areas.area (code, tier, parent, name_zh, name_en, lat, lon, population, boundary)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[],
       $6::float8[], $7::float8[], $8::bigint[], $9::jsonb[])
     on conflict (code) do update set name_zh = excluded.name_zh, name_en = excluded.name_en,
       lat = excluded.lat, lon = excluded.lon, population = excluded.population,
       boundary = coalesce(excluded.boundary, areas.area.boundary)`,
    [
      rows.map((row) => row.code),
      rows.map((row) => tierOf(row.code)),
      rows.map((row) => parentOf(row.code) ?? null),
      rows.map((row) => row.name.zh),
      rows.map((row) => row.name.en),
      rows.map((row) => row.lat),
      rows.map((row) => row.lon),
      rows.map((row) => row.population ?? 0),
      rows.map((row) => (row.boundary ? JSON.stringify(row.boundary) : null)),
    ],
  );
  return { written };
}

import type { Actor } from '#base/access.ts';
import { usccHolds } from '#base/checksums.ts';
import { type FieldError, type Refusal, refuse } from '#base/refusal.ts';
import type { Tx } from '#platform/db/index.ts';
import { knownAreas } from '#registers/areas/index.ts';
import type { PlaceRow } from './contract.ts';
import { placeKinds } from './kinds.ts';
import { faultsOfPlaces, warningsOfPlaces } from './model.ts';

export const IMPORT_ROWS_MAX = 200_000;

/**
 * Writes places, once or again with the same outcome: a code that stands is replaced and keeps
 * its id, nothing is removed. Refuses the whole import with every error of every row; a USCC
 * whose check character fails is a warning (GB 32100-2015: early codes).
 */
export async function importPlaces(
  tx: Tx,
  _actor: Actor,
  rows: readonly PlaceRow[],
  _now: number,
): Promise<{ written: number; warnings: FieldError[] } | Refusal> {
  if (rows.length > IMPORT_ROWS_MAX) {
    return refuse('too-large', 'too-many-places', {
      zh: `一次最多导入 ${IMPORT_ROWS_MAX} 个场所，请分批。`,
      en: `At most ${IMPORT_ROWS_MAX} places at once; split the import.`,
    });
  }
  const kinds = new Set((await placeKinds(tx)).map((kind) => kind.code));
  const areas = await knownAreas(tx, [...new Set(rows.map((row) => row.areaCode))]);
  const errors = faultsOfPlaces(rows, kinds, areas);
  if (errors.length > 0) {
    return refuse(
      'invalid',
      'invalid-places',
      { zh: `有 ${errors.length} 处错误，未导入。`, en: `${errors.length} errors; none imported.` },
      errors,
    );
  }
  await tx.run('update places.stamp set version = version + 1');
  const written = await tx.run(
    `insert into places.place (code, kind, name_zh, name_en, area_code, lat, lon, uscc, uscc_holds)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[],
       $6::float8[], $7::float8[], $8::text[], $9::boolean[])
     on conflict (code) do update set kind = excluded.kind, name_zh = excluded.name_zh,
       name_en = excluded.name_en, area_code = excluded.area_code, lat = excluded.lat,
       lon = excluded.lon, uscc = excluded.uscc, uscc_holds = excluded.uscc_holds`,
    [
      rows.map((row) => row.code),
      rows.map((row) => row.kind),
      rows.map((row) => row.name.zh),
      rows.map((row) => row.name.en),
      rows.map((row) => row.areaCode),
      rows.map((row) => row.lat),
      rows.map((row) => row.lon),
      rows.map((row) => row.uscc ?? null),
      rows.map((row) => (row.uscc ? usccHolds(row.uscc) : null)),
    ],
  );
  return { written, warnings: warningsOfPlaces(rows) };
}

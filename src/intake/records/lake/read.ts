import type { Scope } from '#base/access.ts';
import { COLUMN_NAMES, COLUMNS } from '#base/columns.ts';
import type { KindName } from '#base/kinds.ts';
import { keyOf, type Page, pageOf } from '#base/paging.ts';
import { segmentOfRecord } from '#engine/columns/index.ts';
import type { Db } from '#platform/db/index.ts';
import type { Lake, LakeParams } from '#platform/lake/index.ts';
import { LIMITS } from '../model.ts';
import { LAKE_COLUMNS } from './schema.ts';

/** An admitted record as the lake answers it: who the person is stands in `registers/people`. */
export type LakeRecord = {
  readonly id: number;
  readonly kind: KindName;
  readonly at: number;
  readonly personId: number | null;
  readonly personArea: string;
  readonly unitId: number | null;
  readonly placeId: number | null;
  readonly placeArea: string;
  readonly sourceId: number;
  readonly columns: Record<string, string | number>;
};

const SHOWN = LAKE_COLUMNS.map((it) =>
  it.name === 'at' ? 'toUnixTimestamp64Milli(at) as atMs' : `\`${it.name}\``,
).join(', ');

function recordOf(row: Record<string, string | number | null>): LakeRecord {
  const columns: Record<string, string | number> = {};
  for (const name of COLUMN_NAMES) {
    const value = row[name];
    const { type } = COLUMNS[name];
    if (value === '' || value === null || value === undefined || Number.isNaN(value)) continue;
    if ((type === 'flag' && value === 255) || (type === 'count' && value === -1)) continue;
    if (value === 'nan') continue;
    columns[name] = value;
  }
  return {
    id: Number(row.id),
    kind: String(row.kind) as KindName,
    at: Number(row.atMs),
    personId: Number(row.person) || null,
    personArea: String(row.personArea),
    unitId: Number(row.unit) || null,
    placeId: Number(row.place) || null,
    placeArea: String(row.placeArea),
    sourceId: Number(row.source),
    columns,
  };
}

/** Records of people who live in the area, or seen in it. The house itself sees all. */
const IN_SCOPE = `(startsWith(personArea, {area:String}) or startsWith(placeArea, {area:String}))`;

type PageQuery = {
  readonly after?: string | undefined;
  readonly limit: number;
  /** Whether the caller has made sure of the scope by the person. */
  readonly isWhole?: boolean;
};

async function pageBy(
  lake: Lake,
  scope: Scope,
  from: { table: string; where: string; params: LakeParams },
  query: PageQuery,
): Promise<Page<LakeRecord>> {
  const [beforeAt, beforeId] = keyOf(query.after, ['instant', 'id']) ?? [8e15, 0];
  const rows = await lake.query<Record<string, string | number>>(
    `select ${SHOWN} from ${from.table}
     where ${from.where} and ${query.isWhole ? 'true' : IN_SCOPE}
       and at <= fromUnixTimestamp64Milli({beforeAt:Int64})
       and (toUnixTimestamp64Milli(at), id) < ({beforeAt:Int64}, {beforeId:UInt64})
     order by at desc, id desc limit {limit:UInt32}`,
    {
      ...from.params,
      area: scope.areaPrefix,
      beforeAt: Math.min(Number(beforeAt), LAST_INSTANT),
      beforeId: Number(beforeId),
      limit: query.limit + 1,
    },
  );
  return pageOf(rows.map(recordOf), query.limit, (it) => [it.at, it.id]);
}

/** DateTime64(3) ends with the year 2299. */
const LAST_INSTANT = Date.UTC(2299, 11, 31);

/**
 * Records of a person (and of the files linked into theirs), newest first; keyset by (at, id). With
 * `isWhole` wherever they were made: the reader sees the person, so a move to another district does
 * not hide what was known. Without, those of people or places of the area.
 */
export const recordsOfPerson = (
  lake: Lake,
  scope: Scope,
  persons: number | readonly number[],
  query: PageQuery,
): Promise<Page<LakeRecord>> =>
  pageBy(
    lake,
    scope,
    {
      table: 'records_by_person',
      where: 'person in {persons:Array(UInt64)}',
      params: { persons: typeof persons === 'number' ? [persons] : persons },
    },
    query,
  );

/** Records observed at a place, newest first; keyset by (at, id). */
export const recordsAtPlace = (
  lake: Lake,
  scope: Scope,
  placeId: number,
  query: { after?: string | undefined; limit: number },
): Promise<Page<LakeRecord>> =>
  pageBy(
    lake,
    scope,
    { table: 'records_by_place', where: 'place = {place:Int32}', params: { place: placeId } },
    query,
  );

/**
 * Records by id, at most LIMITS.recordsByIdMax, in no order; those outside the scope or not yet in
 * the lake (≤ 1 s after admission) are absent. `isWhole`: the caller holds each to the scope.
 * The segments' times say which weeks to look into.
 */
export async function recordsById(
  db: Db,
  lake: Lake,
  scope: Scope,
  ids: readonly number[],
  isWhole = false,
): Promise<LakeRecord[]> {
  const asked = [...new Set(ids)].slice(0, LIMITS.recordsByIdMax);
  const segments = [...new Set(asked.map(segmentOfRecord))];
  const times = await db.read((tx) =>
    tx.row<{ fromAt: number | null; toAt: number | null }>(
      `select min(from_at) as "fromAt", max(to_at) as "toAt" from records.segment
       where id = any($1::int8[])`,
      [segments],
    ),
  );
  if (!times?.fromAt || !times.toAt) return [];
  const rows = await lake.query<Record<string, string | number>>(
    `select ${SHOWN} from records_by_person
     where id in {ids:Array(UInt64)} and ${isWhole ? 'true' : IN_SCOPE}
       and at between fromUnixTimestamp64Milli({fromAt:Int64}) and fromUnixTimestamp64Milli({toAt:Int64})`,
    { ids: asked, area: scope.areaPrefix, fromAt: times.fromAt, toAt: times.toAt },
  );
  return rows.map(recordOf);
}

/** A record of the area, or of a person whom `sees` says the reader sees wherever they live. */
export async function recordById(
  db: Db,
  lake: Lake,
  scope: Scope,
  id: number,
  sees: (personId: number) => Promise<boolean> = async () => false,
): Promise<LakeRecord | undefined> {
  const [record] = await recordsById(db, lake, scope, [id], true);
  if (!record) return undefined;
  const areas = [record.personArea, record.placeArea];
  if (areas.some((it) => it.startsWith(scope.areaPrefix))) return record;
  return record.personId && (await sees(record.personId)) ? record : undefined;
}

import type { KindName } from '#base/kinds.ts';
import { type RowView, rowView } from '#engine/columns/index.ts';
import type { Lake, LakeParams } from '#platform/lake/index.ts';
import { batchOf } from './codec.ts';
import { LAKE_COLUMNS } from './schema.ts';

const ALL = LAKE_COLUMNS.map((it) => `\`${it.name}\``).join(', ');
const TIMEOUT_MS = 10_000;
/** Rows looked at for one explanation. */
export const VIEWS_MAX = 5_000;

export type ViewsAsk = {
  readonly kinds: readonly KindName[];
  /** fromAt ≤ at < toAt, epoch ms. */
  readonly fromAt: number;
  readonly toAt: number;
} & (
  | { readonly persons: readonly number[] }
  | { readonly unit: number }
  | { readonly place: number }
  | { readonly areaPrefix: string }
);

function whereOf(ask: ViewsAsk): { where: string; params: LakeParams } {
  if ('persons' in ask)
    return { where: 'person in {persons:Array(UInt64)}', params: { persons: ask.persons } };
  if ('unit' in ask) return { where: 'unit = {unit:Int32}', params: { unit: ask.unit } };
  if ('place' in ask) return { where: 'place = {place:Int32}', params: { place: ask.place } };
  return {
    where: `startsWith(if(personArea = '', placeArea, personArea), {area:String})`,
    params: { area: ask.areaPrefix },
  };
}

/**
 * The newest records of one person, place or group as the matcher sees them, newest first, at most
 * VIEWS_MAX: for explanations. The caller has asked whether the reader may see the person; of a
 * group only counts may leave the house.
 */
export async function viewsOf(lake: Lake, ask: ViewsAsk): Promise<RowView[]> {
  const { where, params } = whereOf(ask);
  const views: RowView[] = [];
  await lake.scanNative(
    `select ${ALL} from records_by_person
     where ${where} and kind in {kinds:Array(String)}
       and at >= fromUnixTimestamp64Milli({from:Int64})
       and at < fromUnixTimestamp64Milli({to:Int64})
     order by at desc, id desc limit {limit:UInt32}`,
    { ...params, kinds: ask.kinds, from: ask.fromAt, to: ask.toAt, limit: VIEWS_MAX },
    (block) => {
      const batch = batchOf(block);
      for (let row = 0; row < batch.rows; row++) views.push(rowView(batch, row));
    },
    { timeoutMs: TIMEOUT_MS },
  );
  return views;
}

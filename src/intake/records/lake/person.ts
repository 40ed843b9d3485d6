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

/** Persons asked about at once. */
export const SUPPORT_PERSONS_MAX = 5_000;

/** What counts as epidemic support: a result, a case, a fever, a contact, an entry from abroad. */
const SUPPORT = `(kind = 'lab_result' and result = 'positive') or kind in ('case_report', 'border_entry')
  or (kind in ('clinic_visit', 'admission')
    and (temperature >= 37.3 or department in ('fever', 'infectious')))
  or (kind = 'check_in' and contact = 1)`;
const CASE = `(kind = 'lab_result' and result = 'positive') or kind = 'case_report'`;

/** Which of these persons have a record that an epidemic explains, since an instant. */
export async function supportedPersons(
  lake: Lake,
  persons: readonly number[],
  fromAt: number,
): Promise<Set<number>> {
  const asked = persons.filter((id) => id > 0).slice(0, SUPPORT_PERSONS_MAX);
  if (asked.length === 0) return new Set();
  const rows = await lake.query<{ person: number }>(
    `select distinct person from records_by_person
     where person in {persons:Array(UInt64)} and at >= fromUnixTimestamp64Milli({from:Int64})
       and (${SUPPORT})`,
    { persons: asked, from: fromAt },
  );
  return new Set(rows.map((row) => Number(row.person)));
}

/** Which of these schools and workplaces had a case since an instant: who is there was near it. */
export async function unitsWithCases(
  lake: Lake,
  units: readonly number[],
  fromAt: number,
): Promise<Set<number>> {
  const asked = [...new Set(units)].filter((id) => id > 0).slice(0, SUPPORT_PERSONS_MAX);
  if (asked.length === 0) return new Set();
  const rows = await lake.query<{ unit: number }>(
    `select distinct unit from records_by_person
     where unit in {units:Array(Int32)} and at >= fromUnixTimestamp64Milli({from:Int64})
       and (${CASE})`,
    { units: asked, from: fromAt },
  );
  return new Set(rows.map((row) => Number(row.unit)));
}

import { COLUMN_BY_NAME } from '#base/columns.ts';
import { ROW_FIELDS } from '#base/kinds.ts';
import type { Batch, RowValues } from '#engine/columns/index.ts';
import { BatchBuilder } from '#engine/columns/index.ts';
import { CodeTable, type MatchContext, MemberTable } from '#engine/match/index.ts';
import { type City, makeCity } from '../../tools/city/city.ts';
import { feed } from '../../tools/city/records/feed.ts';
import { listMembers, WATCH_LISTS } from '../../tools/city/registers.ts';
import { shippedLists } from '../../src/watch/rules/shipped.ts';

const BATCH_ROWS = 5_000;
const OWN = new Set<string>(ROW_FIELDS);

/** Days of the sample city as batches, in order of arrival, persons and places by number. */
export function sampleBatches(
  persons: number,
  fromDay: string,
  toDay: string,
): { batches: Batch[]; context: MatchContext } {
  const city = makeCity({ seed: 1, persons });
  const ids = new Map<string, number>();
  const idOf = (idNo: string): number => {
    const known = ids.get(idNo) ?? ids.size + 1;
    ids.set(idNo, known);
    return known;
  };
  const context = contextOf(city, idOf);
  const placeOf = new Map(city.places.map((place, i) => [place.code, i + 1]));
  const homes = new Map<number, { area: string; unit: number }>();
  const batches: Batch[] = [];
  let builder = new BatchBuilder(BATCH_ROWS);
  let id = 0;
  for (const { row, kind, happenedAt } of feed(city, { fromDay, toDay })) {
    const person = row.idNo ? idOf(String(row.idNo)) : 0;
    const home = homes.get(person) ?? { area: '', unit: 0 };
    if (row.areaCode) home.area = String(row.areaCode);
    if (row.unitCode) home.unit = placeOf.get(String(row.unitCode)) ?? 0;
    if (person) homes.set(person, home);
    const place = placeOf.get(String(row.placeCode ?? '')) ?? 0;
    const values: Record<string, string | number> = {};
    for (const [name, value] of Object.entries(row)) {
      if (OWN.has(name) || value === '' || value === undefined) continue;
      const type = COLUMN_BY_NAME[name]?.type;
      values[name] =
        type === 'number' || type === 'count' || type === 'flag' ? Number(value) : value;
    }
    const head = { id: ++id, kind, at: happenedAt, source: 1, person, place };
    builder.add({ ...head, personArea: home.area, unit: home.unit }, values as RowValues);
    if (builder.rows < BATCH_ROWS) continue;
    batches.push(builder.finish());
    builder = new BatchBuilder(BATCH_ROWS);
  }
  batches.push(builder.finish());
  return { batches, context };
}

function contextOf(city: City, idOf: (idNo: string) => number): MatchContext {
  const { lists, codeSets } = shippedLists();
  const tables = new Map(lists.map((list) => [list.id, new MemberTable(list.id, list.subject)]));
  for (const { id } of WATCH_LISTS) {
    for (const member of listMembers(city, id)) {
      tables.get(id)?.set(idOf(member.idNo), 0, Number.POSITIVE_INFINITY);
    }
  }
  const codes = codeSets.map((set) => {
    const table = new CodeTable();
    for (const code of set.codes) table.set(code.code, code.from, code.until ?? Infinity);
    return [set.id, table] as const;
  });
  const placeKinds = new Map(city.places.map((place, i) => [i + 1, place.kind]));
  return { lists: tables, codes: new Map(codes), placeKinds };
}

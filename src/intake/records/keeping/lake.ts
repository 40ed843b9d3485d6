import type { DueDay, Purger } from '#base/keeping.ts';
import type { KindName } from '#base/kinds.ts';
import { CITY_OFFSET, DAY, dayOf, startOfDay } from '#base/time.ts';
import { hashOf } from '#platform/db/index.ts';
import type { Lake } from '#platform/lake/index.ts';

const TABLES = ['records_by_person', 'records_by_place'] as const;
const MUTATION_MS = 10 * 60_000;

/** Where somebody went: a journey, a night, a gate, a daily report of one's own. */
export const TRIP_KINDS = [
  'rail_trip',
  'air_trip',
  'coach_trip',
  'border_entry',
] as const satisfies readonly KindName[];
export const STAY_KINDS = [
  'hotel_stay',
  'checkpoint_scan',
  'check_in',
] as const satisfies readonly KindName[];

const UTC_DAY = `toString(toDate(at + interval 8 hour, 'UTC'))`;

type Days = { day: string; rows: number };
const summed = (days: readonly DueDay[]): number => days.reduce((sum, it) => sum + it.rows, 0);

/** Records of some kinds, taken out of both tables by one mutation each. */
const kindPurger = (lake: Lake, field: string, kinds: readonly KindName[]): Purger => {
  const where = `kind in {kinds:Array(String)} and at < fromUnixTimestamp64Milli({before:Int64})`;
  return {
    field,
    async due(before) {
      const params = { kinds, before };
      const days = await lake.query<Days>(
        `select ${UTC_DAY} as day, count() as rows from ${TABLES[0]} where ${where}
         group by day order by day limit 800`,
        params,
      );
      const [oldest] = await lake.query<{ at: number; n: number }>(
        `select toUnixTimestamp64Milli(min(at)) as at, count() as n from ${TABLES[0]}
         where kind in {kinds:Array(String)}`,
        { kinds },
      );
      const some = days.map((it) => ({ day: it.day, rows: Number(it.rows) }));
      return { rows: summed(some), oldestAt: oldest?.n ? Number(oldest.at) : null, days: some };
    },
    async purge(before) {
      const params = { kinds, before };
      const [taken] = await lake.query<{ n: number; x: string }>(
        `select count() as n, toString(groupBitXor(cityHash64(id))) as x from ${TABLES[0]}
         where ${where}`,
        params,
      );
      const [beside] = await lake.query<{ n: number }>(
        `select count() as n from ${TABLES[1]} where ${where}`,
        params,
      );
      const rows = Number(taken?.n ?? 0);
      if (rows + Number(beside?.n ?? 0) > 0)
        for (const table of TABLES)
          await lake.run(
            `alter table ${table} delete where ${literally(kinds, before)} settings mutations_sync = 1`,
            {},
            { timeoutMs: MUTATION_MS },
          );
      return { rows, more: false, hash: hashOf([`${rows} ${taken?.x ?? ''}`]) };
    },
  };
};

/** A mutation is kept as text and run later: it takes no parameters. Kinds are our own words. */
const literally = (kinds: readonly KindName[], before: number): string =>
  `kind in (${kinds.map((kind) => `'${kind}'`).join(', ')})
   and at < fromUnixTimestamp64Milli(${Math.trunc(before)})`;

type Part = { week: string; rows: number };

/** Weeks all of whose records are past: a partition goes whole, which costs nothing. */
const weekPurger = (lake: Lake): Purger => {
  const weeksBefore = async (table: string, before: number): Promise<Part[]> =>
    lake.query<Part>(
      `select partition as week, sum(rows) as rows from system.parts
       where active and database = currentDatabase() and table = {table:String}
         and partition < {before:String}
       group by partition order by partition`,
      { table, before: dayOf(before - 7 * DAY - CITY_OFFSET) },
    );
  return {
    field: 'records.observed',
    async due(before) {
      const weeks = await weeksBefore(TABLES[0], before);
      const [first] = await lake.query<{ week: string }>(
        `select min(partition) as week from system.parts
         where active and database = currentDatabase() and table = {table:String}`,
        { table: TABLES[0] },
      );
      const days = weeks.map((it) => ({ day: it.week, rows: Number(it.rows) }));
      const oldestAt = first?.week ? startOfDay(first.week) : null;
      return { rows: summed(days), oldestAt, days };
    },
    async purge(before) {
      const weeks = await weeksBefore(TABLES[0], before);
      const [first] = weeks.length > 0 ? weeks : await weeksBefore(TABLES[1], before);
      if (!first) return { rows: 0, more: false, hash: hashOf([]) };
      if (!/^\d{4}-\d\d-\d\d$/.test(first.week)) throw new Error('a partition that is no week');
      // Beside first: a crash in between leaves the week in the first table, where it is found.
      for (const table of [...TABLES].reverse())
        await lake.run(`alter table ${table} drop partition '${first.week}'`);
      const rows = weeks.length > 0 ? Number(first.rows) : 0;
      return { rows, more: weeks.length > 1, hash: hashOf([`${first.week} ${first.rows}`]) };
    },
  };
};

/** Everything this room keeps in the lake for a time. */
export const lakePurgers = (lake: Lake): Purger[] => [
  kindPurger(lake, 'records.trips', TRIP_KINDS),
  kindPurger(lake, 'records.stays', STAY_KINDS),
  weekPurger(lake),
];

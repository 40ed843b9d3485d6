import type { KindName } from '#base/kinds.ts';
import type { Lake } from '#platform/lake/index.ts';

/** Kinds of records that say somebody stood at their place then. */
const PRESENT: readonly KindName[] = [
  'clinic_visit',
  'admission',
  'pharmacy_sale',
  'rail_trip',
  'air_trip',
  'coach_trip',
  'hotel_stay',
  'checkpoint_scan',
  'border_entry',
];
/** Own appearances looked at: the newest. */
const APPEARANCES_MAX = 500;

export type Companion = {
  readonly personId: number;
  readonly personArea: string;
  /** Meetings: pairs of appearances at one place. */
  readonly times: number;
  /** The nearest of them: where, when the other was seen, how far apart in time. */
  readonly placeId: number;
  readonly placeArea: string;
  readonly at: number;
  readonly gapMs: number;
  readonly lastAt: number;
};

/**
 * Who appeared at the same places within `windowMs` of a person (with the files linked into
 * theirs), in [fromAt, toAt): who met most often first, at most `limit`. Only where `areas` reach,
 * as prefixes ('' everywhere).
 */
export async function companionsOf(
  lake: Lake,
  ask: {
    readonly persons: readonly number[];
    readonly fromAt: number;
    readonly toAt: number;
    readonly windowMs: number;
    readonly areas: readonly string[];
    readonly limit: number;
  },
): Promise<Companion[]> {
  const rows = await lake.query<Record<string, string | number>>(
    `select other as personId, any(otherArea) as personArea, count() as times,
       argMin(spot, (gap, at)) as placeId, argMin(spotArea, (gap, at)) as placeArea,
       argMin(at, (gap, at)) as nearest, min(gap) as gapMs, max(at) as lastAt
     from (
       select b.person as other, b.personArea as otherArea, b.place as spot,
         b.placeArea as spotArea, toUnixTimestamp64Milli(b.at) as at,
         abs(toUnixTimestamp64Milli(b.at) - a.ownAt) as gap
       from records_by_place as b
       inner join (
         select place, toUnixTimestamp64Milli(at) as ownAt from records_by_person
         where person in {persons:Array(UInt64)} and place > 0 and kind in {kinds:Array(String)}
           and at >= fromUnixTimestamp64Milli({from:Int64})
           and at < fromUnixTimestamp64Milli({to:Int64})
         order by at desc limit ${APPEARANCES_MAX}
       ) as a on a.place = b.place
       where b.place in (
           select place from records_by_person
           where person in {persons:Array(UInt64)} and place > 0
             and at >= fromUnixTimestamp64Milli({from:Int64})
             and at < fromUnixTimestamp64Milli({to:Int64}))
         and b.at >= fromUnixTimestamp64Milli({early:Int64})
         and b.at < fromUnixTimestamp64Milli({late:Int64})
         and b.kind in {kinds:Array(String)}
         and b.person > 0 and b.person not in {persons:Array(UInt64)}
         and arrayExists(prefix -> startsWith(b.placeArea, prefix), {areas:Array(String)})
         and gap <= {window:Int64}
     )
     group by other order by times desc, gapMs, other limit {limit:UInt32}`,
    {
      persons: ask.persons,
      kinds: PRESENT,
      from: ask.fromAt,
      to: ask.toAt,
      early: ask.fromAt - ask.windowMs,
      late: ask.toAt + ask.windowMs,
      window: ask.windowMs,
      areas: ask.areas,
      limit: ask.limit,
    },
  );
  return rows.map((row) => ({
    personId: Number(row.personId),
    personArea: String(row.personArea),
    times: Number(row.times),
    placeId: Number(row.placeId),
    placeArea: String(row.placeArea),
    at: Number(row.nearest),
    gapMs: Number(row.gapMs),
    lastAt: Number(row.lastAt),
  }));
}

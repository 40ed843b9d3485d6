import { usccHolds } from '#base/checksums.ts';
import type { Words } from '#base/words.ts';
import { type Chance, chanceAt, cumulate, weighted } from '../chance.ts';
import type { Division } from '../map/areas.ts';
import { lonLat } from '../map/plane.ts';
import { PLACE_SORTS, type PlaceSort } from './kinds.ts';

/** A place as registers/places imports it, and where it stands in the sample city. */
export type CityPlace = {
  readonly code: string;
  readonly kind: string;
  readonly name: Words;
  /** The grid it stands in. */
  readonly areaCode: string;
  readonly lat: number;
  readonly lon: number;
  readonly uscc: string;
  /** Index of the community. */
  readonly community: number;
  readonly staff: number;
};

const USCC = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/** A code of form GB 32100 in the unassigned division 9901. */
export function usccFor(serial: number, authority: string): string {
  const body = `${authority}990101MA${String(serial).padStart(7, '0')}`;
  for (const check of USCC) if (usccHolds(body + check)) return body + check;
  return body;
}

/** Larger cities have more places, but not in proportion: schools and shops grow too. */
export const placeScale = (persons: number): number => Math.max(1, (persons / 100_000) ** 0.5);

/** All places of a city, about 4,000 for 100,000 persons. */
export function settlePlaces(division: Division, seed: number, persons: number): CityPlace[] {
  const by = weightsOf(division);
  const scale = placeScale(persons) * Math.min(1, division.communities.length / 2200);
  const out: CityPlace[] = [];
  const names = new Map<string, number>();
  for (const [s, sort] of PLACE_SORTS.entries()) {
    const single = sort.count <= 3;
    const count =
      sort.per === 'street'
        ? division.streets.length
        : single
          ? sort.count
          : Math.max(1, Math.round(sort.count * scale));
    for (let n = 0; n < count; n++) {
      const chance = chanceAt(seed, 61, s, n);
      const community =
        sort.per === 'street' ? firstOfStreet(division, n) : weighted(by[sort.per], chance.next());
      out.push(placeAt(division, sort, s, n, community, chance, names));
    }
  }
  return out;
}

function weightsOf(division: Division): Record<'people' | 'edge' | 'centre', Float64Array> {
  const far = division.communities.map((c) => Math.hypot(...c.at));
  return {
    people: cumulate(division.communities.map((c) => c.weight)),
    edge: cumulate(far.map((r) => 0.1 + r / 20)),
    centre: cumulate(division.communities.map((c, i) => c.weight * Math.exp(-(far[i] ?? 0) / 6))),
  };
}

const firstOfStreet = (division: Division, street: number): number =>
  Math.max(
    0,
    division.communities.findIndex((c) => c.street === street),
  );

function placeAt(
  division: Division,
  sort: PlaceSort,
  s: number,
  n: number,
  community: number,
  chance: Chance,
  names: Map<string, number>,
): CityPlace {
  const home = division.communities[community] as Division['communities'][number];
  const grid = chance.pick(home.grids);
  const jitter = (): number => 0.03 * (chance.next() - 0.5);
  const [lon, lat] = lonLat([grid.at[0] + jitter(), grid.at[1] + jitter()]);
  const around =
    sort.per === 'street' || sort.kind.endsWith('_station')
      ? (division.streets[home.street]?.name ?? home.name)
      : home.name;
  const public_ = /hospital|school|universit|clinic|laborator|home$/.test(sort.kind);
  return {
    code: `JZ${String(s + 1).padStart(2, '0')}${String(n + 1).padStart(5, '0')}`,
    kind: sort.kind,
    name: unique(names, sort, around, n),
    areaCode: grid.code,
    lat,
    lon,
    uscc: usccFor(s * 100_000 + n, public_ ? '12' : '91'),
    community,
    staff: sort.staff,
  };
}

/** 「虹庆小学」; the second of the name becomes 「虹庆第二小学」. A single one carries the city's name. */
function unique(names: Map<string, number>, sort: PlaceSort, around: Words, n: number): Words {
  if (sort.count <= 3) {
    const zh = `江州${n > 0 ? '东西南'.charAt(n - 1) : ''}${sort.zh}`;
    return { zh, en: `Jiangzhou ${['', 'East ', 'West ', 'South '][n] ?? ''}${sort.en}` };
  }
  const zh = around.zh.replace(/(社区|村|街道|镇)$/, '');
  const en = around.en.replace(/ (Community|Village|Street|Town)$/, '');
  const key = zh + sort.zh;
  const seen = (names.get(key) ?? 0) + 1;
  names.set(key, seen);
  if (seen === 1) return { zh: key, en: `${en} ${sort.en}` };
  return { zh: `${zh}第${seen}${sort.zh}`, en: `${en} ${sort.en} No. ${seen}` };
}

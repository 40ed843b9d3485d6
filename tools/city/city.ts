import { cumulate } from './chance.ts';
import type { CityArea } from './map/areas.ts';
import { areasOf, drawGeography, FULL_MAP, type Geography, type MapSize } from './map/geography.ts';
import { BLOCK } from './people/household.ts';
import { type CityPlace, settlePlaces } from './places/places.ts';

type Pool = { readonly list: readonly number[]; readonly sums: Float64Array };

/** The sample city: everything small enough to hold. People and rows are drawn from it one by one. */
export type City = {
  readonly seed: number;
  /** Residents. Visitors are numbered after them. */
  readonly persons: number;
  readonly visitors: number;
  readonly geography: Geography;
  readonly areas: readonly CityArea[];
  readonly places: readonly CityPlace[];
  readonly placesOf: ReadonlyMap<string, readonly number[]>;
  /** First resident of each community, and one more entry: the number of residents. */
  readonly firstOf: Int32Array;
  readonly communities: readonly {
    readonly code: string;
    readonly street: number;
    readonly district: number;
    readonly grids: readonly string[];
    readonly address: string;
  }[];
  /** Schools by `kind/street` and `kind/dDistrict`. */
  readonly schools: ReadonlyMap<string, readonly number[]>;
  /** Workplaces by district; the last pool is the whole city. */
  readonly work: readonly Pool[];
};

export type CityOptions = {
  readonly seed: number;
  /** Residents, 1,000 to 12 million. */
  readonly persons: number;
  readonly map?: MapSize;
};

/** Draws the city: about 4 s at full size, whatever the number of persons. */
export function makeCity({ seed, persons, map = FULL_MAP }: CityOptions): City {
  const geography = drawGeography(seed, map);
  const { division } = geography;
  const places = settlePlaces(division, seed, persons);
  const communities = division.communities.map((c) => {
    const street = division.streets[c.street];
    const district = street?.district ?? 0;
    return {
      code: c.code,
      street: c.street,
      district,
      grids: c.grids.map((g) => g.code),
      address: `江州市${division.districts[district]?.name.zh}${street?.name.zh}${c.name.zh}`,
    };
  });
  const districtOf = (p: CityPlace): number => communities[p.community]?.district ?? 0;
  return {
    seed,
    persons,
    visitors: Math.ceil(persons * 0.03),
    geography,
    areas: areasOf(geography, persons),
    places,
    placesOf: groupBy(places, (p) => [p.kind]),
    firstOf: settleBlocks(
      division.communities.map((c) => c.weight),
      persons,
    ),
    communities,
    schools: groupBy(places, (p) => [
      `${p.kind}/${communities[p.community]?.street}`,
      `${p.kind}/d${districtOf(p)}`,
    ]),
    work: [
      ...division.districts.map((_, d) => poolOf(places, (p) => districtOf(p) === d)),
      poolOf(places, () => true),
    ],
  };
}

function groupBy(
  places: readonly CityPlace[],
  keys: (place: CityPlace) => readonly string[],
): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const [i, place] of places.entries()) {
    for (const key of keys(place)) {
      const held = groups.get(key);
      if (held) held.push(i);
      else groups.set(key, [i]);
    }
  }
  return groups;
}

function poolOf(places: readonly CityPlace[], isIn: (place: CityPlace) => boolean): Pool {
  const list = [...places.keys()].filter((i) => {
    const place = places[i];
    return place !== undefined && place.staff > 0 && isIn(place);
  });
  return { list, sums: cumulate(list.map((i) => places[i]?.staff ?? 0)) };
}

/** Whole blocks go to communities by weight; the rounding is carried along, so all add up. */
function settleBlocks(weights: readonly number[], persons: number): Int32Array {
  const blocks = Math.ceil(persons / BLOCK);
  const sums = cumulate(weights);
  const total = sums.at(-1) ?? 1;
  const first = new Int32Array(weights.length + 1);
  for (let c = 0; c < weights.length; c++) {
    first[c + 1] = Math.min(persons, Math.round(((sums[c] ?? 0) / total) * blocks) * BLOCK);
  }
  first[weights.length] = persons;
  return first;
}

import { isoOf } from '#base/time.ts';
import { chanceAt } from '../chance.ts';
import type { City } from '../city.ts';
import { season, timesAt, weekday } from './calendar.ts';
import { type Arrival, rowId } from './row.ts';

/** People shedding a pathogen in a district on a day, for the sewer to show. */
export type Shedding = (district: number, day: number, pathogen: string) => number;

const PATHOGENS = [
  { pathogen: 'sars_cov_2', base: 900, swing: 0.3, lift: 0.04 },
  { pathogen: 'influenza_a', base: 300, swing: 0.7, lift: 0.03 },
  { pathogen: 'norovirus', base: 2000, swing: 0.5, lift: 0.08 },
  { pathogen: 'vibrio_cholerae', base: 0, swing: 0, lift: 0.3 },
] as const;

/** Sewage plants every day, manholes and hospitals on Mondays and Thursdays; copies per litre. */
export function* sewageRows(city: City, day: number, shedding: Shedding): Generator<Arrival> {
  const half = weekday(day) === 1 || weekday(day) === 4;
  const kinds = half ? ['sewage_plant', 'sewage_inlet', 'medical_sewage'] : ['sewage_plant'];
  for (const index of kinds.flatMap((kind) => city.placesOf.get(kind) ?? [])) {
    const place = city.places[index];
    if (!place) continue;
    const district = city.communities[place.community]?.district ?? 0;
    for (const [n, { pathogen, base, swing, lift }] of PATHOGENS.entries()) {
      const chance = chanceAt(city.seed, 96, index, day * 8 + n);
      const { at, arrival } = timesAt(day, chance);
      const ill = shedding(district, day, pathogen);
      const level = base * season(day, 15, swing) * Math.exp(chance.normal(0, 0.35));
      // What is not in the sewer at rest comes together at the plant; few manholes lie below it.
      const below = base === 0 && (place.kind === 'sewage_plant' || chance.next() < 0.25);
      const value = Math.round(level * (1 + lift * ill) + (below ? ill * 60 : 0));
      const row = {
        id: rowId('wastewater', day, index, n),
        kind: 'wastewater',
        at: isoOf(at),
        placeCode: place.code,
        pathogen,
        value,
        result: value > 50 ? 'positive' : 'negative',
      };
      yield { source: 'sewage', at: arrival, happenedAt: at, kind: 'wastewater', row };
    }
  }
}

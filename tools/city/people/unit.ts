import { bits, unit, weighted } from '../chance.ts';
import type { City } from '../city.ts';
import { SCHOOLS } from '../places/kinds.ts';
import type { Home } from './household.ts';

/** School or workplace of a person as an index into the city's places; −1 for none. */
export function unitFor(city: City, i: number, home: Home, age: number, community: number): number {
  const u = unit(city.seed, 58, i);
  let share = 0;
  for (const school of SCHOOLS) {
    if (age < school.from || age > school.until) continue;
    share += school.share;
    if (u < share) return schoolFor(city, school.kind, community, home.first);
  }
  if (age < 18 || age > 60 || u > 0.8) return -1;
  return workFor(city, i, community);
}

/** The school of the street, else of the district, else any; brothers and sisters go together. */
function schoolFor(city: City, kind: string, community: number, family: number): number {
  const c = city.communities[community];
  const near =
    city.schools.get(`${kind}/${c?.street}`) ?? city.schools.get(`${kind}/d${c?.district}`);
  const list = near ?? city.placesOf.get(kind) ?? [];
  return list.length === 0 ? -1 : (list[bits(city.seed, 59, family) % list.length] ?? -1);
}

/** Six in ten work in their own district. */
function workFor(city: City, i: number, community: number): number {
  const district = city.communities[community]?.district ?? 0;
  const own = unit(city.seed, 60, i) < 0.6 ? city.work[district] : undefined;
  const pool = own && own.list.length > 0 ? own : city.work.at(-1);
  return pool?.list[weighted(pool.sums, unit(city.seed, 62, i))] ?? -1;
}

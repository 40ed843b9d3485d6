import { DAY, isoOf } from '#base/time.ts';
import { chanceAt } from '../../tools/city/chance.ts';
import type { City } from '../../tools/city/city.ts';
import { isAbroad, personAt } from '../../tools/city/people/person.ts';
import { feed } from '../../tools/city/records/feed.ts';
import { type Arrival, personFields } from '../../tools/city/records/row.ts';

const NATURAL_RATE = 0.35;

/**
 * The city's own rows from one civil day to another, in order of arrival, and between them people who
 * pass gates and check in, all well, until there are `rows`: as busy as wanted, no more ill than it is.
 */
export function* busyFeed(
  city: City,
  fromDay: string,
  toDay: string,
  rows: number,
): Generator<Arrival> {
  const days = (Date.parse(toDay) - Date.parse(fromDay)) / DAY + 1;
  const natural = Math.min(rows, city.persons * NATURAL_RATE * days);
  const each = (rows - natural) / natural;
  let owed = 0;
  let made = 0;
  for (const arrival of feed(city, { fromDay, toDay, rate: NATURAL_RATE })) {
    if (made >= rows) return;
    yield arrival;
    made++;
    for (owed += each; owed >= 1 && made < rows; owed--) yield passer(city, arrival.at, made++);
  }
}

/** Somebody well, seen at a gate or checking in some seconds before `now`. */
function passer(city: City, now: number, n: number): Arrival {
  const chance = chanceAt(city.seed, 112, Math.floor(now / 1000) % 2 ** 31, n);
  let index = chance.below(city.persons);
  while (isAbroad(city, index)) index = (index + 1) % city.persons;
  const isGate = chance.next() < 0.65;
  const kind = isGate ? 'checkpoint_scan' : 'check_in';
  const gates = city.placesOf.get('community_gate') ?? [];
  const happenedAt = now - chance.below(4000);
  const row = {
    id: `B-${now.toString(36)}-${n.toString(36)}`,
    kind,
    at: isoOf(happenedAt),
    ...personFields(personAt(city, index), kind),
    temperature: Number((36.3 + 0.5 * chance.next()).toFixed(1)),
    ...(isGate
      ? { placeCode: city.places[chance.pick(gates)]?.code ?? '', passColour: 'green' }
      : { cough: 0, diarrhoea: 0, rash: 0, contact: 0 }),
  } as const;
  return { source: isGate ? 'checkpoint' : 'checkin-app', at: now, happenedAt, kind, row };
}

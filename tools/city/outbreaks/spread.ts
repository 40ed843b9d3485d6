import { DAY, HOUR } from '#base/time.ts';
import { type Chance, chanceAt } from '../chance.ts';
import type { City } from '../city.ts';
import { bodyOf, homeOf } from '../people/household.ts';
import { communityOf, isAbroad } from '../people/person.ts';
import { unitFor } from '../people/unit.ts';
import { ILLNESSES, type Illness, type Scenario } from './diseases.ts';

/** One infection as it truly was. Times are epoch ms. */
export type Infection = {
  readonly scenario: string;
  readonly disease: string;
  readonly person: number;
  /** Who infected the person; null at the start of an outbreak. */
  readonly by: number | null;
  readonly setting: 'origin' | 'home' | 'unit' | 'near';
  /** Index of the place where it happened; −1 at home or in the street. */
  readonly place: number;
  readonly at: number;
  readonly onsetAt: number;
  readonly symptomatic: boolean;
};

/** Everybody of each school and workplace: 8 bytes a person, made only for outbreaks. */
export type Rolls = { readonly starts: Int32Array; readonly members: Int32Array };

export function rollsOf(city: City): Rolls {
  const unitOf = new Int32Array(city.persons);
  const starts = new Int32Array(city.places.length + 1);
  for (let i = 0; i < city.persons; i++) {
    const home = homeOf(city.seed, i);
    const { age } = bodyOf(city.seed, home, i);
    const unit = unitFor(city, i, home, age, communityOf(city, i));
    unitOf[i] = unit;
    if (unit >= 0) starts[unit + 1] = (starts[unit + 1] ?? 0) + 1;
  }
  for (let u = 1; u < starts.length; u++) starts[u] = (starts[u] ?? 0) + (starts[u - 1] ?? 0);
  const fill = starts.slice();
  const members = new Int32Array(starts.at(-1) ?? 0);
  for (let i = 0; i < city.persons; i++) {
    const unit = unitOf[i] ?? -1;
    if (unit < 0) continue;
    members[fill[unit] ?? 0] = i;
    fill[unit] = (fill[unit] ?? 0) + 1;
  }
  return { starts, members };
}

export const rollOf = (rolls: Rolls, unit: number): Int32Array =>
  unit < 0
    ? new Int32Array(0)
    : rolls.members.subarray(rolls.starts[unit] ?? 0, rolls.starts[unit + 1] ?? 0);

/**
 * Lets an outbreak run from its start to `until` (epoch ms): each infected person infects kin, mates
 * and neighbours around the onset. In order of infection; nobody twice.
 */
export function spread(city: City, rolls: Rolls, scenario: Scenario, until: number): Infection[] {
  const chance = chanceAt(city.seed, 101, SALT(scenario.id));
  const illness = ILLNESSES[scenario.illness];
  if (!illness) return [];
  const start = until - scenario.startsDaysBefore * DAY;
  const queue = begin(city, rolls, scenario, start, chance);
  const known = new Set(queue.map((s) => s.person));
  const out: Infection[] = [];
  while (queue.length > 0 && out.length < scenario.casesMax) {
    queue.sort((a, b) => a.at - b.at);
    const seed = queue.shift();
    if (!seed || seed.at > until) break;
    const infection = course(seed, scenario, illness, chance);
    out.push(infection);
    for (const next of contacts(city, rolls, infection, illness, chance)) {
      if (known.has(next.person) || isAbroad(city, next.person)) continue;
      known.add(next.person);
      queue.push(next);
    }
  }
  return out;
}

type Seed = Pick<Infection, 'person' | 'by' | 'setting' | 'place' | 'at'>;

const SALT = (text: string): number =>
  [...text].reduce((h, c) => (h * 31 + c.charCodeAt(0)) | 0, 7);

function course(seed: Seed, scenario: Scenario, illness: Illness, chance: Chance): Infection {
  const [mean, deviation] = illness.incubation;
  const days = mean * Math.exp(chance.normal(0, deviation) - deviation ** 2 / 2);
  return {
    ...seed,
    scenario: scenario.id,
    disease: illness.disease,
    onsetAt: Math.round(seed.at + days * DAY),
    symptomatic: chance.next() < illness.symptomatic,
  };
}

/** The first ones: together in one class or canteen, neighbours, or somebody fresh from abroad. */
function begin(
  city: City,
  rolls: Rolls,
  scenario: Scenario,
  start: number,
  chance: Chance,
): Seed[] {
  const origin = (person: number, at: number, place: number): Seed => ({
    person,
    by: null,
    setting: 'origin',
    place,
    at,
  });
  if (scenario.unitKind) {
    const units = (city.placesOf.get(scenario.unitKind) ?? []).filter(
      (u) => rollOf(rolls, u).length >= Math.min(scenario.seeds * 2, 20),
    );
    const unit = units[chance.below(units.length || 1)] ?? -1;
    const roll = rollOf(rolls, unit);
    const from = chance.below(Math.max(1, roll.length - scenario.seeds));
    const noon = Math.floor(start / DAY) * DAY + 4 * HOUR;
    return [...roll.subarray(from, from + scenario.seeds)].map((p) =>
      origin(p, noon + chance.below(50) * 60_000, scenario.begin === 'canteen' ? unit : -1),
    );
  }
  const first = Math.floor(chance.next() * (city.persons - 200));
  return Array.from({ length: scenario.seeds }, (_, k) => {
    const person = adultNear(city, first + k * 4);
    return origin(person, start + k * HOUR, -1);
  });
}

/** The first grown-up resident from an index on who is in town. */
function adultNear(city: City, from: number): number {
  for (let i = from; i < city.persons; i++) {
    const { age } = bodyOf(city.seed, homeOf(city.seed, i), i);
    if (age >= 20 && age < 65 && !isAbroad(city, i)) return i;
  }
  return from;
}

function contacts(
  city: City,
  rolls: Rolls,
  infection: Infection,
  illness: Illness,
  chance: Chance,
): Seed[] {
  const { person } = infection;
  const home = homeOf(city.seed, person);
  const { age } = bodyOf(city.seed, home, person);
  const community = communityOf(city, person);
  const unit = unitFor(city, person, home, age, community);
  const weight = infection.symptomatic ? 1 : 0.4;
  const out: Seed[] = [];
  const meet = (other: number, setting: Infection['setting'], place: number): void => {
    const [from, until] = illness.infectious;
    const day = from + (until - from) * chance.next();
    const at = Math.max(infection.at + 6 * HOUR, Math.round(infection.onsetAt + day * DAY));
    if (other !== person) out.push({ person: other, by: person, setting, place, at });
  };
  for (let k = 0; k < home.size; k++) {
    const kin = home.first + k;
    if (kin < city.persons && chance.next() < illness.spread.home * weight) meet(kin, 'home', -1);
  }
  const roll = rollOf(rolls, unit);
  if (roll.length > 1) {
    const own = Math.max(0, roll.indexOf(person));
    for (let n = chance.poisson(illness.spread.unit * weight); n > 0; n--) {
      const off = Math.round(chance.normal(0, 9));
      const mate = roll[(((own + off) % roll.length) + roll.length) % roll.length];
      if (mate !== undefined) meet(mate, 'unit', unit);
    }
  }
  const [low, high] = [city.firstOf[community] ?? 0, city.firstOf[community + 1] ?? 0];
  const neighbours = high > low ? chance.poisson(illness.spread.near * weight) : 0;
  for (let n = neighbours; n > 0; n--) meet(low + chance.below(high - low), 'near', -1);
  return out;
}

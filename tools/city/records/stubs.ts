import { KIND_NAMES, type KindName } from '#base/kinds.ts';
import { DAY, HOUR, MINUTE, SECOND } from '#base/time.ts';
import { bits, type Chance, chanceAt, unit, weighted } from '../chance.ts';
import type { City } from '../city.ts';
import { bodyOf, homeOf } from '../people/household.ts';
import { isAbroad } from '../people/person.ts';
import { dayStart, hoursOf } from './calendar.ts';
import { classOf, ratesOn } from './rates.ts';

/** Parts of a stub's number: which of the person's rows of the day it is, and of what sort. */
export const NUMBER = { ordinal: 7, follow: 8, duplicate: 16, resent: 32 } as const;

/** A row arrives at most so many days after it happened. */
export const DELAY_DAYS_MAX = 3;

export const DUPLICATE_SHARE = 0.005;
export const RESENT_SHARE = 0.003;

/**
 * Rows to come, 13 bytes each: enough to sort a day of a city of twelve million by arrival in
 * memory, and to draw the whole row when its turn comes.
 */
export class Stubs {
  arrival = new Float64Array(1024);
  person = new Int32Array(1024);
  kind = new Uint8Array(1024);
  day = new Int32Array(1024);
  number = new Uint8Array(1024);
  length = 0;

  add(arrival: number, person: number, kind: number, day: number, number: number): void {
    if (this.length === this.arrival.length) this.#grow();
    const i = this.length++;
    this.arrival[i] = arrival;
    this.person[i] = person;
    this.kind[i] = kind;
    this.day[i] = day;
    this.number[i] = number;
  }

  #grow(): void {
    const copy = <T extends Float64Array | Int32Array | Uint8Array>(old: T, wide: T): T => {
      wide.set(old);
      return wide;
    };
    const size = this.length * 2;
    this.arrival = copy(this.arrival, new Float64Array(size));
    this.person = copy(this.person, new Int32Array(size));
    this.kind = copy(this.kind, new Uint8Array(size));
    this.day = copy(this.day, new Int32Array(size));
    this.number = copy(this.number, new Uint8Array(size));
  }

  /** Positions in order of arrival, to the second (counting sort: no comparisons). */
  order(from: number): Uint32Array {
    const seconds = DAY / SECOND;
    const slot = (i: number): number =>
      Math.max(0, Math.min(seconds - 1, Math.floor(((this.arrival[i] ?? 0) - from) / SECOND)));
    const starts = new Uint32Array(seconds + 1);
    for (let i = 0; i < this.length; i++) {
      const s = slot(i) + 1;
      starts[s] = (starts[s] ?? 0) + 1;
    }
    for (let s = 1; s <= seconds; s++) starts[s] = (starts[s] ?? 0) + (starts[s - 1] ?? 0);
    const order = new Uint32Array(this.length);
    for (let i = 0; i < this.length; i++) {
      const s = slot(i);
      order[starts[s] ?? 0] = i;
      starts[s] = (starts[s] ?? 0) + 1;
    }
    return order;
  }
}

/** When a row happened and when it is heard of; the same answer each time it is asked. */
export function timesOf(
  seed: number,
  kind: KindName,
  person: number,
  day: number,
  number: number,
): { at: number; arrival: number; chance: Chance } {
  const plain = number & (NUMBER.ordinal | NUMBER.follow);
  const chance = chanceAt(seed, 71 + KIND_NAMES.indexOf(kind), person, day * 16 + plain);
  const hour = weighted(hoursOf(kind), chance.next());
  let at = dayStart(day) + hour * HOUR + Math.floor(chance.next() * 3600) * SECOND;
  if ((plain & NUMBER.follow) !== 0) {
    const visit = timesOf(seed, 'clinic_visit', person, day, number & NUMBER.ordinal);
    at = visit.at + Math.round(40 + 400 * chance.next()) * MINUTE;
  }
  const delay = delayOf(kind, at, chance);
  let arrival = at + Math.min(delay, DELAY_DAYS_MAX * DAY - DAY);
  if ((number & NUMBER.duplicate) !== 0)
    arrival += 20 * SECOND + (bits(seed, 90, person, day) % 600) * SECOND;
  if ((number & NUMBER.resent) !== 0) arrival += 20 * HOUR;
  return { at, arrival, chance };
}

/** Reporting delay, ms. Three in a hundred rows are late by hours. */
function delayOf(kind: KindName, at: number, chance: Chance): number {
  const u = chance.next();
  if (chance.next() < 0.03) return (4 + 32 * u) * HOUR;
  switch (kind) {
    case 'pharmacy_sale':
    case 'coach_trip':
      return HOUR - (at % HOUR) + u * 4 * MINUTE;
    case 'school_absence':
      return (60 + 90 * u) * MINUTE;
    case 'hotel_stay':
      return (5 + 85 * u * u) * MINUTE;
    case 'case_report':
      return (1 + 22 * u * u) * HOUR;
    case 'lab_result':
      return (5 + 40 * u) * MINUTE;
    case 'hotline_call':
    case 'resident_entry':
      return (0.5 + 5 * u) * HOUR;
    case 'rail_trip':
    case 'air_trip':
    case 'border_entry':
      return (3 + 27 * u) * MINUTE;
    case 'wastewater':
      return (18 + 10 * u) * HOUR;
    case 'check_in':
    case 'checkpoint_scan':
      return (1 + 20 * u) * SECOND;
    default:
      return (0.5 + 9 * u * u) * MINUTE;
  }
}

/** Close contacts and people in home isolation; the watch-lists of registers.ts draw the same ones. */
export const isCloseContact = (city: City, i: number): boolean => unit(city.seed, 121, i) < 0.0008;
export const isIsolated = (city: City, i: number): boolean => unit(city.seed, 122, i) < 0.0005;

const CHECK_IN = KIND_NAMES.indexOf('check_in');
const VISIT = KIND_NAMES.indexOf('clinic_visit');
const LAB = KIND_NAMES.indexOf('lab_result');

/**
 * All rows that happen on a day, told to `add` in no order. One hash per person decides whether there
 * is anything to tell at all; only then is anything else about the person drawn.
 */
export function drawDay(
  city: City,
  day: number,
  rate: number,
  add: (arrival: number, person: number, kind: number, number: number) => void,
): void {
  const rates = ratesOn(day, rate);
  const quiet = Math.exp(-rates.meanMax);
  const everybody = city.persons + city.visitors;
  const tell = (person: number, kind: number, number: number): void => {
    const name = KIND_NAMES[kind] ?? 'check_in';
    add(timesOf(city.seed, name, person, day, number).arrival, person, kind, number);
    const again = unit(city.seed, 91, person, day * 16 + number);
    const extra = again < DUPLICATE_SHARE ? NUMBER.duplicate : NUMBER.resent;
    if (again >= DUPLICATE_SHARE + RESENT_SHARE) return;
    const copy = number | extra;
    add(timesOf(city.seed, name, person, day, copy).arrival, person, kind, copy);
  };
  for (let i = 0; i < everybody; i++) {
    const u = unit(city.seed, 92, i, day);
    if (isCloseContact(city, i) || isIsolated(city, i)) {
      // They report three times a day and stay at home; two in a hundred days they do not.
      if (unit(city.seed, 97, i, day) < 0.98) {
        for (let n = 0; n < 3; n++) tell(i, CHECK_IN, n);
        continue;
      }
    }
    if (u < quiet || isAbroad(city, i)) continue;
    const visitor = i >= city.persons;
    const { age } = bodyOf(city.seed, homeOf(city.seed, i), i);
    const group = classOf(age, visitor);
    const keep = (rates.mean[group] ?? 0) / rates.meanMax;
    const chance = chanceAt(city.seed, 93, i, day);
    for (let n = 0, rest = (u - quiet) / quiet; rest > 0 && n < 7; n++) {
      if (chance.next() < keep) {
        const kind = weighted(rates.kinds[group] ?? [], chance.next());
        tell(i, kind, n);
        if (kind === VISIT && chance.next() < 0.3) tell(i, LAB, n | NUMBER.follow);
      }
      rest -= poissonStep(rates.meanMax, n + 1);
    }
  }
}

/** P(n rows) / P(none) of a Poisson count. */
function poissonStep(mean: number, n: number): number {
  let p = 1;
  for (let k = 1; k <= n; k++) p *= mean / k;
  return p;
}

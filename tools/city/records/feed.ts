import { DAY } from '#base/time.ts';
import type { City } from '../city.ts';
import { personAt } from '../people/person.ts';
import { dayNumber, dayStart } from './calendar.ts';
import { drawRow } from './draw.ts';
import { slip } from './faults.ts';
import { RATE } from './rates.ts';
import { type Arrival, residentRow } from './row.ts';
import { type Shedding, sewageRows } from './sewage.ts';
import { DELAY_DAYS_MAX, drawDay, Stubs } from './stubs.ts';

export type FeedOptions = {
  /** First and last civil day, inclusive, of arrival. */
  readonly fromDay: string;
  readonly toDay: string;
  /** Rows per resident and day; 0.35 by default. */
  readonly rate?: number;
  /** Rows of outbreaks (see outbreaks/trail.ts), in any order; they join in by arrival. */
  readonly extra?: readonly Arrival[];
  readonly shedding?: Shedding;
};

/**
 * Every row that arrives from the first day to the last, in order of arrival. Rows that happened up to
 * three days before the first day come too. Holds one day of stubs (18 bytes a row), never of rows.
 */
export function* feed(city: City, options: FeedOptions): Generator<Arrival> {
  const { rate = RATE, extra = [], shedding = () => 0 } = options;
  const from = dayNumber(options.fromDay);
  const to = dayNumber(options.toDay);
  const pools = new Map<number, Stubs>();
  const small = extraByDay(extra, from, to);
  const draw = (day: number): void => {
    drawDay(city, day, rate, (arrival, person, kind, number) => {
      const on = day + Math.floor((arrival - dayStart(day)) / DAY);
      if (on < from || on > to) return;
      poolFor(pools, on).add(arrival, person, kind, day, number);
    });
    for (const arrival of sewageRows(city, day, shedding)) {
      const on = day + Math.floor((arrival.at - dayStart(day)) / DAY);
      if (on >= from && on <= to) put(small, on, arrival);
    }
  };
  for (let day = from - DELAY_DAYS_MAX; day < from; day++) draw(day);
  for (let day = from; day <= to; day++) {
    draw(day);
    const pool = pools.get(day) ?? new Stubs();
    pools.delete(day);
    const few = (small.get(day) ?? []).sort((a, b) => a.at - b.at);
    small.delete(day);
    yield* merge(city, pool, dayStart(day), few);
  }
}

const poolFor = (pools: Map<number, Stubs>, day: number): Stubs => {
  const held = pools.get(day) ?? new Stubs();
  pools.set(day, held);
  return held;
};

const put = (by: Map<number, Arrival[]>, day: number, arrival: Arrival): void => {
  const held = by.get(day);
  if (held) held.push(arrival);
  else by.set(day, [arrival]);
};

function extraByDay(extra: readonly Arrival[], from: number, to: number): Map<number, Arrival[]> {
  const by = new Map<number, Arrival[]>();
  const zero = dayStart(0);
  for (const arrival of extra) {
    const day = Math.floor((arrival.at - zero) / DAY);
    if (day >= from && day <= to) put(by, day, arrival);
  }
  return by;
}

function* merge(
  city: City,
  pool: Stubs,
  start: number,
  few: readonly Arrival[],
): Generator<Arrival> {
  let next = 0;
  for (const i of pool.order(start)) {
    const at = pool.arrival[i] ?? 0;
    for (let one = few[next]; one && one.at <= at; one = few[next]) {
      yield one;
      next += 1;
    }
    const [person, day, number] = [pool.person[i] ?? 0, pool.day[i] ?? 0, pool.number[i] ?? 0];
    const arrival = drawRow(city, pool.kind[i] ?? 0, person, day, number);
    if (!arrival) continue;
    slip(city, arrival.row, person, day, number);
    yield arrival;
  }
  for (const one of few.slice(next)) yield one;
}

/** One `resident_entry` per resident, as of `at` (epoch ms): seeds the registers of people. */
export function* residents(city: City, at: number): Generator<Arrival> {
  for (let i = 0; i < city.persons; i++) yield residentRow(city, personAt(city, i), at);
}

/** A stretch of the feed that has arrived by `now` (epoch ms): the past of a city that goes on living. */
export function* history(city: City, options: FeedOptions & { now: number }): Generator<Arrival> {
  for (const arrival of feed(city, options)) {
    if (arrival.at > options.now) return;
    yield arrival;
  }
}

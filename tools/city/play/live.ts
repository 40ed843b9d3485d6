import { CITY_OFFSET, type Clock, dayOf, HOUR, isoOf, SECOND } from '#base/time.ts';
import { chanceAt } from '../chance.ts';
import type { City } from '../city.ts';
import { isAbroad, personAt } from '../people/person.ts';
import { type FeedOptions, feed } from '../records/feed.ts';
import { type Arrival, personFields } from '../records/row.ts';
import { isIsolated } from '../records/stubs.ts';
import type { MllpSender } from './mllp.ts';
import { type PlayTarget, play } from './play.ts';

export type LiveOptions = Pick<FeedOptions, 'rate' | 'extra' | 'shedding'> & {
  /**
   * Rows a second to fill up to, the mean over the day; 20 by default. By night fewer, at noon more.
   * The city's own rows always come: half a row a second at 100,000 persons, 50 at twelve million.
   */
  readonly rowsPerSecond?: number;
  /** Where the history ended (epoch ms, today): what has come due since is caught up. Now by default. */
  readonly from?: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onFault?: (fault: unknown) => void;
};

/** How busy each hour is against the mean, city time. */
const BUSY = [
  0.2, 0.15, 0.1, 0.1, 0.15, 0.4, 0.9, 1.6, 1.8, 1.7, 1.5, 1.4, 1.4, 1.3, 1.3, 1.3, 1.3, 1.5, 1.5,
  1.3, 1, 0.8, 0.6, 0.4,
];

/** Rows gather so many seconds before they are pushed, lest every second open fifteen batches. */
const GATHER_TICKS = 4;
/** Seconds between two routine blood counts (LOINC 6690-2). */
const COUNT_TICKS = 20;
const BLOOD_COUNT = '6690-2';

/**
 * A steady drizzle until the signal. The city's own rows come when they are due, as the history ends
 * and nothing is told twice; people passing gates and checking in, all well, fill up to the wanted
 * rate, so that illness stays as rare as it is. A fault is told and survived.
 */
export async function playLive(
  city: City,
  target: PlayTarget,
  options: LiveOptions,
): Promise<{ rows: number }> {
  const { rowsPerSecond = 20, clock, signal, onFault } = options;
  const senders = new Map<string, MllpSender>();
  const due = dueRows(city, options, options.from ?? clock());
  let gathered: Arrival[] = [];
  let sent = 0;
  for (let tick = 1; !signal.aborted; tick++) {
    const now = clock();
    const own = due(now);
    const hour = Math.floor((now + CITY_OFFSET) / HOUR) % 24;
    const wanted = Math.round(rowsPerSecond * (BUSY[hour] ?? 1));
    for (const row of own) gathered.push(row);
    for (let n = own.length; n < wanted; n++) gathered.push(passer(city, now, n));
    if (tick % COUNT_TICKS === 0 && wanted > 0) gathered.push(routineCount(city, now));
    if (tick % GATHER_TICKS === 0) {
      const run = `live-${now.toString(36)}`;
      const batch = gathered;
      gathered = [];
      try {
        sent += (await play(batch, target, { expected: batch.length, run, senders })).rows;
      } catch (fault) {
        if (signal.aborted) break;
        onFault?.(fault);
      }
    }
    await nap(Math.max(0, now + SECOND - clock()), signal);
  }
  for (const sender of senders.values()) {
    await Promise.race([sender.end(), nap(2 * SECOND, new AbortController().signal)]);
    sender.close();
  }
  return { rows: sent };
}

/** The city's own rows from an instant on: each call gives those that have come due since. */
function dueRows(city: City, options: LiveOptions, from: number): (now: number) => Arrival[] {
  let day = '';
  let rows: Iterator<Arrival> | undefined;
  let next: Arrival | undefined;
  return (now) => {
    const out: Arrival[] = [];
    if (dayOf(now) !== day) {
      day = dayOf(now);
      rows = feed(city, { ...options, fromDay: day, toDay: day });
      next = undefined;
    }
    for (;;) {
      next ??= rows?.next().value ?? undefined;
      if (!next || next.at > now) return out;
      if (next.at > from) out.push(next);
      next = undefined;
    }
  };
}

/**
 * A blood count without finding, as laboratories report all day: so that HL7 over MLLP is heard live
 * in a small city too, where its own patients come an hour apart.
 */
function routineCount(city: City, now: number): Arrival {
  const chance = chanceAt(city.seed, 112, Math.floor(now / SECOND) % 2 ** 31);
  let index = chance.below(city.persons);
  while (isAbroad(city, index) || isIsolated(city, index)) index = (index + 1) % city.persons;
  const rooms = city.placesOf.get('general_hospital') ?? [];
  const kind = 'lab_result';
  const row = {
    id: `BC-${now.toString(36)}`,
    kind,
    at: isoOf(now),
    ...personFields(personAt(city, index), kind),
    placeCode: city.places[chance.pick(rooms)]?.code ?? '',
    testCode: BLOOD_COUNT,
    value: Number((4 + 6 * chance.next()).toFixed(1)),
  } as const;
  return { source: 'lis', at: now, happenedAt: now, kind, row };
}

/** Somebody well and free to go out, seen at a gate or checking in. */
function passer(city: City, now: number, n: number): Arrival {
  const chance = chanceAt(city.seed, 111, Math.floor(now / SECOND) % 2 ** 31, n);
  let index = chance.below(city.persons);
  while (isAbroad(city, index) || isIsolated(city, index)) index = (index + 1) % city.persons;
  const person = personAt(city, index);
  const isGate = chance.next() < 0.65;
  const kind = isGate ? 'checkpoint_scan' : 'check_in';
  const gates = city.placesOf.get('community_gate') ?? [];
  const happenedAt = now - chance.below(4000);
  const temperature = Number((36.3 + 0.5 * chance.next()).toFixed(1));
  const row = {
    id: `${isGate ? 'CS' : 'CI'}-${now.toString(36)}-${n.toString(36)}`,
    kind,
    at: isoOf(happenedAt),
    ...personFields(person, kind),
    temperature,
    ...(isGate
      ? { placeCode: city.places[chance.pick(gates)]?.code ?? '', passColour: 'green' }
      : { cough: 0, diarrhoea: 0, rash: 0, contact: 0 }),
  } as const;
  return { source: isGate ? 'checkpoint' : 'checkin-app', at: now, happenedAt, kind, row };
}

const nap = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    const timer = setTimeout(end, ms);
    function end(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      done();
    }
    signal.addEventListener('abort', end);
  });

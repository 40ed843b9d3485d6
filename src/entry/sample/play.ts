import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HOUSE } from '#base/access.ts';
import { isRefusal } from '#base/refusal.ts';
import { DAY, dayOf } from '#base/time.ts';
import { accountOf } from '#intake/records/index.ts';
import type { Db } from '#platform/db/index.ts';
import { reactionsBehind } from '#platform/outbox/index.ts';
import { newResolver } from '#registers/people/index.ts';
import { placeDirectory } from '#registers/places/index.ts';
import { importMembers } from '#watch/rules/index.ts';
import type { City } from '../../../tools/city/city.ts';
import { runOutbreaks } from '../../../tools/city/outbreaks/trail.ts';
import { play, playLive, playResidents, type PlayTarget } from '../../../tools/city/player.ts';
import { feed } from '../../../tools/city/records/feed.ts';
import type { Arrival } from '../../../tools/city/records/row.ts';
import { listMembers, WATCH_LISTS } from '../../../tools/city/registers.ts';
import type { Config } from '../config.ts';
import { clock, openAll, type Opened } from '../open.ts';
import { progressBar } from '../start/progress.ts';
import { sampleCity } from './city.ts';
import { orderLists } from './order.ts';
import { workOffHistory } from './staff.ts';
import { readKeys, readStaff, readState, type SampleState, writeState } from './state.ts';

/** Rows a person and day of the sample, on the mean. */
const RATE = 0.35;

const JUDGED_LOOK_MS = 250;
const QUIET_LOOKS = 6;

type Trail = ReturnType<typeof runOutbreaks>;

/**
 * Plays the sample city through the real intake: residents and history once, then the live drizzle
 * until `signal`. `onBuilt` is called when the history stands.
 */
export async function playCity(
  config: Config,
  address: string,
  signal: AbortSignal,
  onBuilt: () => void,
): Promise<void> {
  const { sample, home } = config;
  const state = readState(home);
  if (!state) throw new Error('the sample city has no registers yet');
  const { hostname, port } = new URL(address);
  const target: PlayTarget = {
    base: address,
    keys: readKeys(home),
    signal,
    mllp: { host: hostname, port: Number(port) },
  };
  if (state.stage === 'history') onBuilt();
  if (state.stage === 'history' && sample.rowsPerSecond === 0) return;
  const city = sampleCity({ ...sample, seed: state.seed, persons: state.persons });
  const trail = runOutbreaks(city, state.day);
  if (state.stage !== 'history')
    await withHouse(config, (opened) => build(config, opened, city, trail, target, state));
  if (signal.aborted) return;
  if (state.stage !== 'history') onBuilt();
  if (sample.rowsPerSecond === 0) return;
  const until = readState(home)?.until;
  await playLive(city, target, {
    rate: RATE,
    extra: trail.arrivals,
    shedding: trail.shedding,
    rowsPerSecond: sample.rowsPerSecond,
    ...(until === undefined ? {} : { from: until }),
    clock,
    signal,
    onFault: (fault) =>
      console.error(
        'fenghuo: a sample feed failed and goes on:',
        fault instanceof Error ? fault.message : fault,
      ),
  });
}

async function withHouse(config: Config, work: (opened: Opened) => Promise<void>): Promise<void> {
  const opened = await openAll(config, 'sample', 4);
  try {
    await work(opened);
  } finally {
    await Promise.all([opened.db.close(), opened.lake.stop()]);
  }
}

async function build(
  config: Config,
  opened: Opened,
  city: City,
  trail: Trail,
  target: PlayTarget,
  state: SampleState,
): Promise<void> {
  const { home, sample } = config;
  // Without history the residents still were here this morning: a row of tomorrow is quarantined.
  const fromDay = dayOf(clock() - Math.max(0, sample.historyDays - 1) * DAY);
  if (state.stage === 'registers') {
    keepTruth(home, trail);
    const bar = progressBar('residents, through the intake');
    const { rows } = await playResidents(
      city,
      target,
      Date.parse(`${fromDay}T00:00:00+08:00`),
      (it) => bar.to(it.rows, it.of),
    );
    if (target.signal?.aborted) return;
    bar.end(`${rows} rows`);
    await untilJudged(opened.db, 'residents, into the person index', target.signal);
    await fillLists(opened, city);
    writeState(home, { ...state, stage: 'residents' });
  }
  if (sample.historyDays === 0) return writeState(home, { ...state, stage: 'history' });
  const bar = progressBar(`${sample.historyDays} days of records, through the intake`);
  const until = clock();
  const rows = upTo(
    feed(city, {
      fromDay,
      toDay: dayOf(until),
      rate: RATE,
      extra: trail.arrivals,
      shedding: trail.shedding,
    }),
    until,
  );
  // What hospitals held before comes in bulk; from now on they speak MLLP.
  const { mllp: _, ...bulk } = target;
  const done = await play(rows, bulk, {
    expected: city.persons * RATE * sample.historyDays,
    run: `history-${state.seed}-${fromDay}`,
    onProgress: (it) => bar.to(it.rows, it.of),
  });
  if (target.signal?.aborted) return;
  bar.end(`${done.rows} rows`);
  await untilJudged(opened.db, 'records, judged and matched', target.signal);
  await untilQuiet(opened.db, target.signal);
  await workOffHistory(target.base, readStaff(home), state.seed, target.signal);
  writeState(home, { ...state, stage: 'history', until });
}

function* upTo(arrivals: Iterable<Arrival>, until: number): Generator<Arrival> {
  for (const arrival of arrivals) if (arrival.at <= until) yield arrival;
}

/** Who infected whom, where and when: kept aside for scoring, never fed. */
function keepTruth(home: string, trail: Trail): void {
  mkdirSync(join(home, 'truth'), { recursive: true, mode: 0o700 });
  writeFileSync(
    join(home, 'truth', 'truth.ndjson'),
    trail.truths.map((it) => `${JSON.stringify(it)}\n`).join(''),
  );
}

/** Waits until every row has its verdict. */
async function untilJudged(db: Db, title: string, signal: AbortSignal | undefined): Promise<void> {
  const bar = progressBar(title);
  const start = performance.now();
  for (let most = 0; !signal?.aborted; ) {
    const { city } = await db.read((tx) => accountOf(tx, clock()));
    most = Math.max(most, city.pending);
    bar.to(most - city.pending, most);
    if (city.pending === 0) break;
    await sleep(JUDGED_LOOK_MS);
  }
  bar.end(`${((performance.now() - start) / 1000).toFixed(0)} s`);
}

/** Waits until the river bed has heard what the records told: signals, alerts, tasks. */
async function untilQuiet(db: Db, signal: AbortSignal | undefined): Promise<void> {
  for (let quiet = 0; quiet < QUIET_LOOKS && !signal?.aborted; ) {
    quiet = (await db.read(reactionsBehind)).length === 0 ? quiet + 1 : 0;
    await sleep(JUDGED_LOOK_MS);
  }
}

async function fillLists({ db, vault, mandateKeys }: Opened, city: City): Promise<void> {
  const area = city.areas[0]?.code ?? '';
  await db.tx((tx) => orderLists(tx, mandateKeys, area, clock()));
  const places = await placeDirectory(db);
  const resolver = newResolver(vault, { places });
  for (const { id } of WATCH_LISTS) {
    const text = [...listMembers(city, id)].map((it) => `${JSON.stringify(it)}\n`).join('');
    const wanted = { id, format: 'ndjson', text, source: 'sample', incident: null } as const;
    const deps = { db, resolver, keys: mandateKeys, vault };
    const done = await importMembers(deps, HOUSE, wanted, clock());
    if (isRefusal(done)) throw new Error(`the sample's list ${id} is refused: ${done.text.en}`);
  }
}

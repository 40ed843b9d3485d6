/**
 * kill -9 under load, again and again in one home: the whole house (every second time PostgreSQL with
 * it), and between them one of its parts. After each the house comes back and everything acknowledged
 * is counted. `run.ts [--kills 20] [--parts 8] [--seed 1] [--keep]`. Ends with 1 on any loss.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { DAY } from '#base/time.ts';
import { openLake } from '#platform/lake/index.ts';
import { MAIN, readConfig } from '../../src/entry/config.ts';
import { sampleCity } from '../../src/entry/sample/city.ts';
import { freePort, type RunningHouse, startHouse } from '../../tests/builders/house.ts';
import { loadNote, median, ms, report, seeded, whole } from '../kit.ts';
import { alarmsOf } from '../latency/rows.ts';
import { endWithBench, ONE_SENDER, openBooks } from '../load/books.ts';
import { parcelsOf, prepareLoad } from '../load/load.ts';
import { type PartName, pidOf } from '../load/use.ts';
import { untilQuiet, wrongsOf } from './checks.ts';
import { framesFor } from './frames.ts';
import { type Pushers, startPushers } from './pushers.ts';

const SECOND_START_MAX_MS = 5_000;
const PERSONS = 3_000;
const ROWS_A_KILL = 60_000;
const LONGEST_MS = 3_500;
const PARTS: readonly PartName[] = ['worker', 'server', 'lake', 'postgres'];

const { values: args } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    parts: { type: 'string', default: '8' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'boolean', default: false },
  },
});
const kills = Number(args.kills);
const parts = Number(args.parts);
const chance = seeded(Number(args.seed));
const folder = mkdtempSync(join(tmpdir(), 'fhc-'));
const home = join(folder, 'home');
const env = { FENGHUO_PERSONS: String(PERSONS), FENGHUO_DAYS: '0', ...ONE_SENDER };
const city = sampleCity(readConfig(env).sample);
const load = await prepareLoad(folder, {
  persons: PERSONS,
  rows: ROWS_A_KILL * (kills + parts),
  bodyRows: 500,
});
const port = await freePort();
let house: RunningHouse = await startHouse({ home, port, env });
endWithBench(() => house);
const pushers: Pushers = startPushers({
  url: house.url,
  keyOf: house.keyOf,
  parcels: parcelsOf(load.paths),
  frames: framesFor(city, Date.now() - DAY),
  alarms: alarmsOf(city, 10 * (kills + parts)),
});
const startMs: number[] = [];
let losses = 0;

async function start(): Promise<number> {
  const began = performance.now();
  house = await startHouse({ home, port, env });
  return performance.now() - began;
}

/** What is killed at each round: houses, and a part after every few of them. */
function* victims(): Generator<'house' | 'house+postgres' | PartName> {
  const every = parts > 0 ? Math.max(1, Math.floor(kills / parts)) : Number.POSITIVE_INFINITY;
  let part = 0;
  for (let i = 0; i < kills; i++) {
    yield i % 2 === 0 ? 'house' : 'house+postgres';
    if ((i + 1) % every === 0 && part < parts) yield PARTS[part++ % PARTS.length] ?? 'worker';
  }
  while (part < parts) yield PARTS[part++ % PARTS.length] ?? 'worker';
}

function killPart(name: PartName): void {
  const pid = pidOf(home, name);
  if (pid === undefined) throw new Error(`the house has no ${name}`);
  process.kill(pid, 'SIGKILL');
}

/** Kills, brings back, waits until all is quiet; sentences about what was lost or doubled. */
async function round(victim: 'house' | 'house+postgres' | PartName, afterMs: number) {
  const before = pushers.acked.length;
  pushers.go();
  await sleep(afterMs);
  let backMs: number | undefined;
  if (victim === 'house' || victim === 'house+postgres') {
    const postgres = victim === 'house' ? undefined : pidOf(home, 'postgres');
    await house.kill();
    if (postgres !== undefined) process.kill(postgres, 'SIGKILL');
    backMs = await start();
    startMs.push(backMs);
  } else killPart(victim);
  await sleep(500);
  const drainFrom = performance.now();
  await pushers.rest();
  const db = openBooks(home);
  const socket = join(home, 'lake', 'lake.sock').split('/').map(encodeURIComponent).join('/');
  try {
    const waits = await untilQuiet(db);
    const drainMs = performance.now() - drainFrom;
    const lake = await openLake({ url: `unix:${socket}` });
    const wrong = await wrongsOf(db, lake, pushers).finally(() => lake.stop());
    if (waits) wrong.push(waits);
    wrong.push(...statusWrong());
    return { wrong, backMs, drainMs, uploads: pushers.acked.length - before };
  } finally {
    await db.close();
  }
}

/** `fenghuo status --check`, as an operator would ask. */
function statusWrong(): string[] {
  try {
    execFileSync(process.execPath, [MAIN, 'status', '--check'], {
      env: { ...process.env, FENGHUO_HOME: home, DATABASE_URL: '', LAKE_URL: '' },
      stdio: 'pipe',
    });
    return [];
  } catch (fault) {
    return [`status --check: ${String((fault as { stdout?: Buffer }).stdout ?? fault)}`];
  }
}

async function run(): Promise<void> {
  console.log(`one home, ${kills} kills of the house and ${parts} of parts; ${loadNote()}\n`);
  console.log('  n victim           after   back in   drained  uploads  rows in all  wrong');
  let n = 0;
  for (const victim of victims()) {
    const afterMs = 300 + chance() * LONGEST_MS;
    const { wrong, backMs, drainMs, uploads } = await round(victim, afterMs);
    losses += wrong.length;
    const rows = pushers.acked.reduce((sum, it) => sum + it.rows, 0);
    console.log(
      `${String(++n).padStart(3)} ${victim.padEnd(14)}${ms(afterMs).padStart(9)}${(backMs === undefined ? '–' : ms(backMs)).padStart(10)}${ms(drainMs).padStart(10)}${whole(uploads).padStart(9)}${whole(rows).padStart(13)}  ${wrong.length === 0 ? 'nothing' : wrong.length}`,
    );
    for (const sentence of wrong) console.log(`      ${sentence}`);
  }
  const cleanMs: number[] = [];
  for (let i = 0; i < 3; i++) {
    await house.stop();
    cleanMs.push(await start());
  }
  tell(n, cleanMs);
}

function tell(n: number, cleanMs: readonly number[]): void {
  const rows = pushers.acked.reduce((sum, it) => sum + it.rows, 0);
  console.log(
    `\n${whole(rows)} rows in ${whole(pushers.acked.length)} uploads and ${whole(pushers.messages())} MLLP messages acknowledged, ${pushers.alarms.length} alarms; ${loadNote()}`,
  );
  report({
    promise: `crash: ${n} × kill -9 under load`,
    measured: `${losses} lost, doubled or wrong`,
    limit: '0',
    ratio: undefined,
    kept: losses === 0 && process.exitCode !== 1,
  });
  const start5 = (promise: string, times: readonly number[], isPromised: boolean): void =>
    report({
      promise,
      measured: `${ms(median(times))}, worst ${ms(Math.max(...times))}`,
      limit: `≤ ${ms(SECOND_START_MAX_MS)}`,
      ratio: median(times) / SECOND_START_MAX_MS,
      kept: isPromised ? Math.max(...times) <= SECOND_START_MAX_MS : undefined,
    });
  start5('second start, after a clean stop', cleanMs, true);
  if (startMs.length > 0) start5('start after kill -9, recovery included', startMs, false);
}

try {
  await run();
} finally {
  pushers.close();
  await house.stop();
  if (args.keep || losses > 0) console.log(`kept for looking: ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
}
process.exit(losses > 0 ? 1 : (process.exitCode ?? 0));

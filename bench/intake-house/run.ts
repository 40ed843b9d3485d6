/**
 * Sustained intake through the whole house as `npm start` runs it, everything embedded: HTTP → log →
 * verdict → lake, with matching, alerts and tasks on. `run.ts [--seconds 120] [--persons 100000]
 * [--rate 30000] [--lanes 8]`. Beside it stands the lake's own bulk load of the very same rows.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { checkIdentity } from '#intake/records/index.ts';
import { startHouse } from '../../tests/builders/house.ts';
import { loadNote, positive, report, whole } from '../kit.ts';
import { keysOf, prepareLoad, startSender } from '../load/load.ts';
import { endWithBench, houseEnv, openBooks } from '../load/books.ts';
import { PARTS, useByPart } from '../load/use.ts';
import { bulkLoad } from './bulk.ts';
import { progressOf } from './progress.ts';
import { steadySlope } from './slope.ts';

const PROMISE = 20_000;
const UPLOAD_ROWS = 2_000;
const SAMPLE_MS = 2_000;
/** The door may have said «later»: what is due is still sent. */
const GRACE_S = 60;
/** A part that grows by more than this over the second half is not bounded. */
const GROWTH_MIB_A_MINUTE_MAX = 60;

const { values: args } = parseArgs({
  options: {
    seconds: { type: 'string', default: '120' },
    persons: { type: 'string', default: '100000' },
    // Above the promise, so that the house is the limit and not the rows.
    rate: { type: 'string', default: '30000' },
    lanes: { type: 'string', default: '8' },
    keep: { type: 'boolean', default: false },
  },
});
const seconds = positive('seconds', args.seconds);
const persons = positive('persons', args.persons);
const rate = positive('rate', args.rate);
const folder = mkdtempSync(join(tmpdir(), 'fenghuo-bench-'));
console.log(`making ${whole(seconds * rate)} rows of ${whole(persons)} persons…`);
const load = await prepareLoad(folder, {
  persons,
  rows: seconds * rate,
  bodyRows: UPLOAD_ROWS,
});
console.log(`${whole(load.rows)} rows made; the house starts (${loadNote()})`);
const house = await startHouse({
  home: join(folder, 'home'),
  env: houseEnv(persons),
});
endWithBench(() => house);
const db = openBooks(house.home);

try {
  await run();
} finally {
  await db.close();
  await house.stop();
  if (args.keep) console.log(`kept: ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
}

async function run(): Promise<void> {
  const before = await progressOf(db);
  const cpuBefore = useByPart(house.home);
  const began = performance.now();
  const elapsed = (): number => (performance.now() - began) / 1000;
  const sender = startSender(
    load,
    { url: house.url, keys: keysOf(house.home) },
    { seconds: seconds + GRACE_S, perSecond: rate, lanes: positive('lanes', args.lanes) },
  );
  const memory: { at: number; mb: number[] }[] = [];
  let isSending = true;
  const ended = sender.ended.finally(() => {
    isSending = false;
  });
  console.log('\n   s  answered   verdict      lake    server  worker    lake      pg  MiB');
  while (isSending) {
    await Promise.race([sleep(SAMPLE_MS), ended]);
    const now = await progressOf(db);
    const mb = PARTS.map((part) => useByPart(house.home)[part][0]);
    memory.push({ at: elapsed(), mb });
    const rows = [sender.now().rows, now.verdicts - before.verdicts, now.loaded - before.loaded];
    console.log(
      `${elapsed().toFixed(0).padStart(4)}${rows.map((n) => whole(n).padStart(10)).join('')}  ${mb.map((n) => whole(n).padStart(8)).join('')}`,
    );
  }
  const sent = await ended;
  const sentIn = sent.ms / 1000;
  const atEnd = await progressOf(db);
  const reached = async (ready: (it: typeof atEnd) => boolean): Promise<number> => {
    while (!ready(await progressOf(db))) await sleep(100);
    return elapsed();
  };
  const weighedIn = await reached((it) => it.verdicts - before.verdicts >= sent.rows);
  const loadedIn = await reached((it) => it.loaded >= it.admitted);
  const done = await progressOf(db);
  const cpu = useByPart(house.home);
  const wrong = await db.read(checkIdentity);
  for (const sentence of wrong) console.error(`wrong: ${sentence}`);
  console.log(
    `\n${whole(sent.rows)} rows in ${whole(sent.uploads)} uploads, ${sent.busy} told to come back, ${sent.failed} failed; ${loadNote()}`,
  );
  console.log(
    `verdict lag at the end ${whole(sent.rows - (atEnd.verdicts - before.verdicts))} rows; admitted ${whole(done.admitted - before.admitted)}, alerts ${whole(done.alerts - before.alerts)}`,
  );
  console.log(
    `processor seconds: ${PARTS.map((part) => `${part} ${(cpu[part][1] - cpuBefore[part][1]).toFixed(0)}`).join(', ')} in ${loadedIn.toFixed(0)} s`,
  );
  const bulk = await bulkLoad(house.home, folder, before.segment);
  tell(sent.rows, sentIn, weighedIn, loadedIn, bulk, wrong.length === 0);
  tellMemory(memory);
}

function tell(
  rows: number,
  sentIn: number,
  weighedIn: number,
  loadedIn: number,
  bulk: number,
  isRight: boolean,
): void {
  const line = (promise: string, reached: number) =>
    report({
      promise,
      measured: `${whole(reached)} rows/s over ${whole(seconds)} s`,
      limit: `≥ ${whole(PROMISE)} rows/s`,
      ratio: reached / PROMISE,
      kept: isRight && reached >= PROMISE,
    });
  line('intake, rows answered durably', rows / sentIn);
  line('intake, rows with a verdict', rows / weighedIn);
  line('intake, rows in the lake', rows / loadedIn);
  report({
    promise: 'intake beside the bulk load of the same rows',
    measured: `${whole(rows / loadedIn)} rows/s`,
    limit: `lake alone ${whole(bulk)} rows/s`,
    ratio: rows / loadedIn / bulk,
    kept: undefined,
  });
}

function tellMemory(memory: readonly { at: number; mb: number[] }[]): void {
  PARTS.forEach((part, i) => {
    const points = memory.map(({ at, mb }) => [at, mb[i] ?? 0] as const);
    const slope = steadySlope(points);
    const most = Math.max(...points.map(([, mb]) => mb));
    report({
      promise: `intake, memory of ${part} is bounded`,
      measured: `at most ${whole(most)} MiB, ${slope >= 0 ? '+' : ''}${whole(slope)} MiB/min`,
      limit: `≤ ${GROWTH_MIB_A_MINUTE_MAX} MiB/min, second half`,
      ratio: slope / GROWTH_MIB_A_MINUTE_MAX,
      kept: seconds < 60 ? undefined : slope <= GROWTH_MIB_A_MINUTE_MAX,
    });
  });
}

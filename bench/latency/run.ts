/**
 * Record → alert on screen: a steady background over HTTP, and now and then a row that must raise an
 * alert, from the moment its request is sent to the moment the entry `alert.raised` reaches a screen.
 * `run.ts [--alerts 240] [--rate 2000] [--persons 30000] [--gap 250]`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { readConfig } from '../../src/entry/config.ts';
import { sampleCity } from '../../src/entry/sample/city.ts';
import { push, signIn, startHouse } from '../../tests/builders/house.ts';
import { loadNote, median, ms, positive, quantile, report, seeded, whole } from '../kit.ts';
import { keysOf, prepareLoad, startSender } from '../load/load.ts';
import { endWithBench, houseEnv, openBooks } from '../load/books.ts';
import { alarmsOf } from './rows.ts';
import { followScreen } from './screen.ts';
import { stagesOf } from './stages.ts';

const P99_MAX_MS = 1_000;
const SETTLE_S = 5;
const WAIT_S = 30;
const UPLOADS_A_SECOND = 10;

const { values: args } = parseArgs({
  options: {
    alerts: { type: 'string', default: '240' },
    rate: { type: 'string', default: '2000' },
    persons: { type: 'string', default: '30000' },
    gap: { type: 'string', default: '250' },
  },
});
const count = positive('alerts', args.alerts);
const rate = positive('rate', args.rate);
const persons = positive('persons', args.persons);
const gapMs = positive('gap', args.gap);
const seconds = Math.ceil((count * gapMs) / 1000) + SETTLE_S + 2;
const folder = mkdtempSync(join(tmpdir(), 'fenghuo-bench-'));
const load = await prepareLoad(folder, {
  persons,
  rows: rate * (seconds + 5),
  bodyRows: Math.max(1, Math.round(rate / UPLOADS_A_SECOND)),
});
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
  rmSync(folder, { recursive: true, force: true });
}

/** Pushes the alarms at random moments about `gapMs` apart; answers when each was sent, by its `at`. */
async function pushAlarms(): Promise<{ sentAt: Map<number, number>; answerMs: number[] }> {
  const city = sampleCity(readConfig({ FENGHUO_PERSONS: String(persons) }).sample);
  const chance = seeded(7);
  const sentAt = new Map<number, number>();
  const answerMs: number[] = [];
  let at = 0;
  const flying: Promise<void>[] = [];
  for (const alarm of alarmsOf(city, count)) {
    // Not before now: nobody was on a list in the past of this house. Each a millisecond of its own.
    at = Math.max(at + 1, Date.now());
    const body = JSON.stringify([alarm.row(at)]);
    const from = performance.now();
    sentAt.set(at, from);
    flying.push(
      push(house, alarm.source, body, 'application/json').then(async (answer) => {
        if (answer.status !== 202) throw new Error(`${alarm.source}: ${await answer.text()}`);
        await answer.text();
        answerMs.push(performance.now() - from);
      }),
    );
    await sleep(gapMs * (0.5 + chance()));
  }
  await Promise.all(flying);
  return { sentAt, answerMs };
}

/** Alerts by the instant of the record behind them: how the screen's entries find their rows. */
async function alertsByAt(ats: readonly number[]): Promise<Map<number, number>> {
  const rows = await db.read((tx) =>
    tx.rows<{ alert: number; at: number }>(
      `select min(j.alert_id) as alert, s.at from signals.signal s
       join alerts.joined j on j.signal_id = s.id
       where s.at >= $1 and s.at <= $2 and s.rule_id in ('returnee-at-hotel', 'case-cholera')
       group by s.at`,
      [new Date(ats[0] ?? 0), new Date(ats.at(-1) ?? 0)],
    ),
  );
  return new Map(rows.map(({ at, alert }) => [at, alert]));
}

async function run(): Promise<void> {
  const session = await signIn(house, 'epidemiologist');
  const screen = await followScreen(house.url, session.cookie);
  const background = startSender(
    load,
    { url: house.url, keys: keysOf(house.home) },
    { seconds, perSecond: rate, lanes: 4 },
  );
  await sleep(SETTLE_S * 1000);
  const { sentAt, answerMs } = await pushAlarms();
  const ats = [...sentAt.keys()];
  const seenMs: number[] = [];
  for (let waited = 0; waited < WAIT_S * 10; waited++) {
    const alerts = await alertsByAt(ats);
    seenMs.length = 0;
    for (const [at, sent] of sentAt) {
      const came = screen.raised.get(alerts.get(at) ?? -1);
      if (came !== undefined) seenMs.push(came - sent);
    }
    if (seenMs.length >= count) break;
    await sleep(100);
  }
  background.stop();
  const sent = await background.ended;
  screen.close();
  const perSecond = (sent.rows / sent.ms) * 1000;
  const [p50, p95, p99, worst] = [0.5, 0.95, 0.99, 1].map((q) => quantile(seenMs, q)) as [
    number,
    number,
    number,
    number,
  ];
  console.log(
    `${seenMs.length} of ${count} alerts came up; background ${whole(perSecond)} rows/s (${sent.busy} busy, ${sent.failed} failed); ${loadNote()}`,
  );
  console.log(`p50 ${ms(p50)}, p95 ${ms(p95)}, p99 ${ms(p99)}, worst ${ms(worst)}`);
  console.log(
    `the door answered after p50 ${ms(median(answerMs))}, p99 ${ms(quantile(answerMs, 0.99))}`,
  );
  for (const line of await stagesOf(db, ats)) console.log(line);
  const isLoaded = perSecond >= rate * 0.95;
  report({
    promise: `record → alert on screen, p99 at ${whole(rate)} rows/s`,
    measured: `p50 ${ms(p50)}, p99 ${ms(p99)}, worst ${ms(worst)}`,
    limit: `p99 ≤ ${ms(P99_MAX_MS)}, ${count} alerts`,
    ratio: p99 / P99_MAX_MS,
    kept: isLoaded && seenMs.length === count && p99 <= P99_MAX_MS,
  });
}

/**
 * What the second wall costs: every list of bench/lists at a million rows each, asked by turns as the
 * owner, before whom no wall stands, and as a server that sees what the scope may. Through the door,
 * with files of people and the trace besides: bench/trace/door.ts.
 * `node bench/walls/run.ts [--rows 1000000] [--asks 40]`; `--rows 100000 --asks 10` is a quick look.
 * Fails when a list behind the wall takes longer than lists are promised.
 */
import { parseArgs } from 'node:util';
import type { Page } from '../../src/base/paging.ts';
import { type Db, openDb } from '../../src/platform/db/index.ts';
import { freshDatabase } from '../../tests/builders/database.ts';
import { ms, positive, quantile, report } from '../kit.ts';
import { type Ask, listsAt } from '../lists/lists.ts';
import { seedLists, tidyLists } from '../lists/seed.ts';

const LIST_P95_MAX_MS = 300;
const COUNT_P95_MAX_MS = 1_000;
const isCount = (name: string): boolean => /figures|map by|board/.test(name);
const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    asks: { type: 'string', default: '40' },
  },
});
const rows = positive('rows', values.rows);
const asks = positive('asks', values.asks);
const now = Date.now();

const { db, ownerUrl, drop } = await freshDatabase();
const owner = openDb(ownerUrl, { max: 2, name: 'owner' });

/** One ask and the cursor of the page behind it. */
async function timed(on: Db, { ask }: Ask, after: string | undefined) {
  const begun = performance.now();
  const answer = await on.read((tx) => ask(tx, after));
  const took = performance.now() - begun;
  return { took, next: (answer as Partial<Page<unknown>>).next ?? undefined };
}

async function compare(it: Ask): Promise<{ open: number[]; walled: number[] }> {
  const { scope } = it;
  const seen = db.seeing({ areaPrefix: scope.areaPrefix, actorId: scope.actor.id });
  const open: number[] = [];
  const walled: number[] = [];
  let after: string | undefined;
  for (let i = 0; i < asks; i++) {
    // Whoever asks first warms the page for the other: by turns.
    const first = await timed(i % 2 === 0 ? owner : seen, it, after);
    const second = await timed(i % 2 === 0 ? seen : owner, it, after);
    open.push((i % 2 === 0 ? first : second).took);
    walled.push((i % 2 === 0 ? second : first).took);
    after = first.next;
  }
  return { open, walled };
}

try {
  await seedLists(db, rows, now);
  await tidyLists(ownerUrl);
  console.log(`${rows} rows each; ms without and with the wall`);
  console.log(`${'list'.padEnd(32)}     p50 ·  wall       p99 ·  wall   ratio of p50`);
  const worst = { list: 0, count: 0 };
  const ratios: number[] = [];
  for (const [name, it] of Object.entries(listsAt(now))) {
    const { open, walled } = await compare(it);
    const cells = [open, walled].map((times) => [0.5, 0.99].map((q) => quantile(times, q)));
    const [[open50 = 0, open99 = 0] = [], [wall50 = 0, wall99 = 0] = []] = cells;
    const kind = isCount(name) ? 'count' : 'list';
    worst[kind] = Math.max(worst[kind], quantile(walled, 0.95));
    ratios.push(wall50 / open50);
    const text = (n: number) => n.toFixed(1).padStart(7);
    console.log(
      `${name.padEnd(32)} ${text(open50)} ·${text(wall50)}   ${text(open99)} ·${text(wall99)}   ${(wall50 / open50).toFixed(2)}`,
    );
  }
  const tell = (promise: string, p95: number, max: number): void =>
    report({
      promise,
      measured: `p95 ${ms(p95)}, the slowest of them`,
      limit: `≤ ${ms(max)}`,
      ratio: p95 / max,
      kept: p95 <= max,
    });
  tell(`lists behind the wall; ${rows} rows each`, worst.list, LIST_P95_MAX_MS);
  tell('figures and counts behind the wall', worst.count, COUNT_P95_MAX_MS);
  report({
    promise: 'a list behind the wall, beside the same without',
    measured: `${quantile(ratios, 0.5).toFixed(2)} × the median one`,
    limit: `${Math.max(...ratios).toFixed(2)} × the dearest one`,
    ratio: quantile(ratios, 0.5),
    kept: undefined,
  });
  if (worst.list > LIST_P95_MAX_MS || worst.count > COUNT_P95_MAX_MS) process.exitCode = 1;
} finally {
  await owner.close();
  await drop();
}

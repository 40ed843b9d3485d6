/**
 * p95 of the lists at a million rows each, asked through the rooms' own functions on real PostgreSQL.
 * Lists are promised 300 ms; counts that add up every live row (here 300,000 alerts and as many tasks)
 * are promised a second.
 * `node bench/lists/run.ts [--rows 1000000] [--asks 40]`. Fails when a p95 is over.
 */
import { parseArgs } from 'node:util';
import type { Page } from '../../src/base/paging.ts';
import { ms, report } from '../kit.ts';
import { freshDatabase } from '../../tests/builders/database.ts';
import { listsAt } from './lists.ts';
import { seedLists, tidyLists } from './seed.ts';

const P95_MAX_MS = 300;
const COUNT_P95_MAX_MS = 1_000;
const isCount = (name: string): boolean => /figures|map by|board/.test(name);
const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    asks: { type: 'string', default: '40' },
  },
});
const rows = Number(values.rows);
const asks = Number(values.asks);
const now = Date.now();
const { db, ownerUrl, drop } = await freshDatabase();
try {
  const began = performance.now();
  await seedLists(db, rows, now);
  await tidyLists(ownerUrl);
  console.log(`seeded 3 × ${rows} rows in ${Math.round((performance.now() - began) / 1000)} s\n`);
  console.log('list                              p50 ms   p95 ms   max ms');
  const worst = { list: 0, count: 0 };
  for (const [name, { scope, ask }] of Object.entries(listsAt(now))) {
    const seen = db.seeing({ areaPrefix: scope.areaPrefix, actorId: scope.actor.id });
    const times: number[] = [];
    let after: string | undefined;
    for (let i = 0; i < asks; i++) {
      const start = performance.now();
      const answer = await seen.read((tx) => ask(tx, after));
      times.push(performance.now() - start);
      // Each ask is the next page, so that deep pages count as much as the first.
      after = (answer as Partial<Page<unknown>>).next ?? undefined;
    }
    times.sort((a, b) => a - b);
    const at = (q: number) => times[Math.min(times.length - 1, Math.floor(times.length * q))] ?? 0;
    const group = isCount(name) ? 'count' : 'list';
    worst[group] = Math.max(worst[group], at(0.95));
    const cells = [at(0.5), at(0.95), at(1)].map((ms) => ms.toFixed(1).padStart(8));
    console.log(`${name.padEnd(32)}${cells.join(' ')}`);
  }
  console.log(`\nlists: worst p95 ${worst.list.toFixed(1)} ms, promised ${P95_MAX_MS} ms`);
  console.log(`counts: worst p95 ${worst.count.toFixed(1)} ms, promised ${COUNT_P95_MAX_MS} ms`);
  const tell = (promise: string, p95: number, max: number): void =>
    report({
      promise,
      measured: `p95 ${ms(p95)}, the slowest of them`,
      limit: `≤ ${ms(max)}`,
      ratio: p95 / max,
      kept: p95 <= max,
    });
  tell(`lists of alerts, tasks, people; ${rows} rows each`, worst.list, P95_MAX_MS);
  tell('figures and counts over the same rows', worst.count, COUNT_P95_MAX_MS);
  if (worst.list > P95_MAX_MS || worst.count > COUNT_P95_MAX_MS) process.exitCode = 1;
} finally {
  await drop();
}

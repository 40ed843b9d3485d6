/**
 * p95 of the lists at a million rows each, asked through the rooms' own functions on real PostgreSQL.
 * Lists are promised 300 ms; counts that add up every live row (here 300,000 alerts and as many tasks)
 * are promised a second.
 * `node bench/lists/run.ts [--rows 1000000] [--asks 40]`. Fails when a p95 is over.
 */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { Scope } from '../../src/base/access.ts';
import { prefixOf } from '../../src/base/areas.ts';
import type { Page } from '../../src/base/paging.ts';
import type { Tx } from '../../src/platform/db/index.ts';
import { vaultOf } from '../../src/platform/secrets/index.ts';
import { listPersons } from '../../src/registers/people/index.ts';
import {
  boardPage,
  breachesPage,
  loadPage,
  taskFigures,
} from '../../src/response/tasks/reads/board.ts';
import { myTasks, tasksPage } from '../../src/response/tasks/reads/lists.ts';
import {
  alertFigures,
  alertPoints,
  alertsPage,
  countByArea,
} from '../../src/watch/alerts/reads/lists.ts';
import { ms, report } from '../kit.ts';
import { freshDatabase } from '../../tests/builders/database.ts';
import { CITY, COMMUNITY, DISTRICT, seedLists, STREET, tidyLists } from './seed.ts';

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
const limit = 50;
const scopeOf = (areaCode: string): Scope => ({
  actor: { id: 77, login: 'bench', name: 'bench', roles: [], areaCode },
  areaPrefix: prefixOf(areaCode),
  purpose: 'bench',
});
const [city, district, street, community] = [CITY, DISTRICT, STREET, COMMUNITY].map(scopeOf) as [
  Scope,
  Scope,
  Scope,
  Scope,
];
const vault = vaultOf([{ id: 1, key: randomBytes(32) }]);

type Ask = (tx: Tx, after: string | undefined) => Promise<unknown>;
const lists: Record<string, Ask> = {
  'alerts: city, live': (tx, after) => alertsPage(tx, city, { after, limit }),
  'alerts: district, live': (tx, after) => alertsPage(tx, district, { after, limit }),
  'alerts: community, live': (tx, after) => alertsPage(tx, community, { after, limit }),
  'alerts: city, red': (tx, after) => alertsPage(tx, city, { level: 1, after, limit }),
  'alerts: city, assigned to me': (tx, after) =>
    alertsPage(tx, city, { assigned: 'me', after, limit }),
  'alerts: city, one rule': (tx, after) => alertsPage(tx, city, { ruleId: 'rule-7', after, limit }),
  'alerts: street, closed': (tx, after) =>
    alertsPage(tx, street, { status: 'closed', after, limit }),
  'alerts: figures of the city': (tx) => alertFigures(tx, city, undefined, now),
  'alerts: map by street': (tx) => countByArea(tx, city, undefined, 9),
  'alerts: map points': (tx) => alertPoints(tx, city, undefined, 501),
  'tasks: city, live': (tx, after) => tasksPage(tx, city, { after, limit }, now),
  'tasks: street, waiting': (tx, after) =>
    tasksPage(tx, street, { status: 'waiting', after, limit }, now),
  'tasks: community, live': (tx, after) => tasksPage(tx, community, { after, limit }, now),
  'tasks: city, closed': (tx, after) =>
    tasksPage(tx, city, { status: 'closed', after, limit }, now),
  'tasks: city, supervised': (tx, after) =>
    tasksPage(tx, city, { supervised: 'yes', after, limit }, now),
  'tasks: mine': (tx, after) => myTasks(tx, community, { after, limit }),
  'tasks: breaches of the city': (tx, after) => breachesPage(tx, city, { after, limit }),
  'tasks: board by district': (tx) =>
    boardPage(tx, city, { tier: 'district', limit }, codesOf(6), now),
  'tasks: board by street': (tx) =>
    boardPage(tx, district, { tier: 'street', limit }, codesOf(9), now),
  'tasks: load of a street': (tx, after) => loadPage(tx, street, { after, limit }, now),
  'tasks: figures of the city': (tx) => taskFigures(tx, city, undefined, now),
  'people: city': (tx, after) => listPersons(tx, vault, city, { after, limit }),
  'people: community': (tx, after) => listPersons(tx, vault, community, { after, limit }),
};

function codesOf(digits: 6 | 9): string[] {
  const two = (n: number) => String(n + 1).padStart(2, '0');
  const districts = Array.from({ length: 10 }, (_, d) => `4299${two(d)}`);
  const codes =
    digits === 6
      ? districts
      : districts.flatMap((d) => Array.from({ length: 10 }, (_, s) => `${d}0${two(s)}`));
  return codes.map((code) => code.padEnd(12, '0'));
}

const { db, url, drop } = await freshDatabase();
try {
  const began = performance.now();
  await seedLists(db, rows, now);
  await tidyLists(url);
  console.log(`seeded 3 × ${rows} rows in ${Math.round((performance.now() - began) / 1000)} s\n`);
  console.log('list                              p50 ms   p95 ms   max ms');
  const worst = { list: 0, count: 0 };
  for (const [name, ask] of Object.entries(lists)) {
    const times: number[] = [];
    let after: string | undefined;
    for (let i = 0; i < asks; i++) {
      const start = performance.now();
      const answer = await db.read((tx) => ask(tx, after));
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

/**
 * What the second wall and the trace cost who asks: a page of fifty people of one district and one
 * person's file, through the door, with and without row-level security and entries, turn by turn on
 * the same rows. PostgreSQL of its own with fsync on.
 * `node bench/trace/door.ts [persons] [rounds]`
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Actor, Permit } from '#base/access.ts';
import {
  type Db,
  HOUSE_SIGHT,
  migrate,
  openDb,
  prepareRoles,
  rolePasswords,
  startPostgres,
} from '#platform/db/index.ts';
import { buildHttp } from '#platform/http/index.ts';
import { scopeFor } from '#registers/access/index.ts';
import { peopleRoutes } from '#registers/people/index.ts';
import { traceNotes } from '#registers/trace/index.ts';
import { HOUSE } from '../../src/house.ts';
import { vaultOf } from '../../src/platform/secrets/index.ts';
import { rootKey } from '../../src/platform/secrets/keys.ts';
import { ms, quantile, report } from '../kit.ts';

const PERSONS = Number(process.argv[2] ?? 200_000);
const ROUNDS = Number(process.argv[3] ?? 400);
const PROMISE_MS = 300;

const actor: Actor = {
  id: 7,
  login: 'epi',
  name: '流调员',
  roles: ['epidemiologist'],
  areaCode: '429001000000',
};
const home = mkdtempSync(join(tmpdir(), 'fenghuo-bench-door-'));
const server = await startPostgres({ home });
const urls = await prepareRoles(server.url, rolePasswords(home));
const owner = openDb(server.url, { max: 4, name: 'owner' });
await migrate(
  owner,
  HOUSE.map((room) => room.path),
);
const walled = openDb(urls.server, { max: 4, name: 'server' }).seeing(HOUSE_SIGHT);
const vault = vaultOf([rootKey(Buffer.alloc(32, 7))]);

async function door(db: Db, hasTrace: boolean) {
  const { app } = await buildHttp({
    db,
    clock: Date.now,
    onFault: (fault) => {
      throw fault;
    },
    gate: {
      authenticate: async () => actor,
      scopeFor: (who: Actor, permit: Permit, purpose: string, now: number) =>
        scopeFor(who, permit, purpose, now),
      ...(hasTrace ? traceNotes(db) : {}),
    },
    routes: peopleRoutes({ vault }),
  });
  return app;
}

const DOORS = {
  'neither wall nor trace': await door(owner, false),
  'wall only': await door(walled, false),
  'wall and trace': await door(walled, true),
};
const ASKED = {
  'page of 50 people': () => `/api/people?limit=50`,
  'one file': (round: number) => `/api/people/${10 * ((round * 37) % (PERSONS / 10)) + 1}`,
};

async function ask(app: (typeof DOORS)['wall only'], url: string): Promise<number> {
  const begun = performance.now();
  const reply = await app.inject({
    url,
    headers: { authorization: 'Bearer x', 'x-purpose': 'case-investigation' },
  });
  if (reply.statusCode !== 200) throw new Error(`${url}: ${reply.statusCode} ${reply.body}`);
  return performance.now() - begun;
}

try {
  await owner.tx((tx) =>
    tx.run(
      `insert into people.person (id, status, area_code, made_at)
       select i, 'identified', '42900' || (i % 10) || lpad((i % 1000)::text, 6, '0'), now()
       from generate_series(1, $1::int) i`,
      [PERSONS],
    ),
  );
  await owner.tx((tx) => tx.run('analyze people.person'));
  let worst = 0;
  for (const [what, urlOf] of Object.entries(ASKED)) {
    const times = new Map(Object.keys(DOORS).map((name) => [name, [] as number[]]));
    for (let round = 0; round < ROUNDS; round++)
      for (const [name, app] of Object.entries(DOORS))
        times.get(name)?.push(await ask(app, urlOf(round)));
    for (const [name, all] of times) {
      const [p50, p99] = [quantile(all.slice(20), 0.5), quantile(all.slice(20), 0.99)];
      worst = Math.max(worst, p99);
      console.log(`${what.padEnd(20)}${name.padEnd(26)}p50 ${ms(p50)}  p99 ${ms(p99)}`);
    }
  }
  report({
    promise: 'people through wall and trace: page, file',
    measured: `p99 ${ms(worst)}, the slowest of them`,
    limit: `≤ ${ms(PROMISE_MS)}`,
    ratio: worst / PROMISE_MS,
    kept: worst <= PROMISE_MS,
  });
} finally {
  await walled.close();
  await owner.close();
  await server.stop();
  rmSync(home, { recursive: true, force: true });
}

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Actor, HOUSE } from '#base/access.ts';
import { buildHttp } from '#platform/http/index.ts';
import type { Lake } from '#platform/lake/index.ts';
import { openMandateKeys, vaultOf } from '#platform/secrets/index.ts';
import { createActor, scopeFor } from '#registers/access/index.ts';
import { newResolver } from '#registers/people/index.ts';
import { type FreshDatabase, freshDatabase } from '../../../../tests/builders/database.ts';
import { installShippedLists } from '../shipped.ts';
import { OPEN_PERSONS_MAX } from './few.ts';
import { listRoutes } from './routes.ts';

const T = Date.parse('2026-11-22T01:00:00Z');
const CITY = '990100000000';
const home = mkdtempSync(join(tmpdir(), 'fenghuo-list-routes-'));
const vault = vaultOf([{ id: 1, key: Buffer.alloc(32, 7) }]);
let fresh: FreshDatabase;
let http: Awaited<ReturnType<typeof buildHttp>>;

before(async () => {
  fresh = await freshDatabase();
  const { db } = fresh;
  const epi = await db.tx(async (tx) => {
    await installShippedLists(tx, T);
    await tx.run(
      `insert into people.person (id, status, area_code, made_at)
       select n, 'identified', '990102001001', $1 from generate_series(1, 30) n`,
      [new Date(T)],
    );
    const input = { login: 'epi', name: 'epi', areaCode: CITY, password: null };
    const made = await createActor(tx, HOUSE, { ...input, roles: ['epidemiologist'] }, T);
    assert.ok(!('refused' in made));
    return made;
  });
  const { id, login, name, roles, areaCode } = epi;
  const actor: Actor = { id, login, name, roles, areaCode };
  const resolver = newResolver(vault, { places: { byCode: new Map() } });
  http = await buildHttp({
    db,
    clock: () => T,
    gate: { authenticate: async () => actor, scopeFor },
    // The lake is asked by imports only.
    routes: listRoutes({
      ...{ db, vault, resolver, keys: openMandateKeys(home, vault), lake: {} as Lake },
    }),
    onFault: (fault) => assert.fail(fault as Error),
  });
});
after(async () => {
  await http.app.close();
  await fresh.drop();
  rmSync(home, { recursive: true, force: true });
});

const ask = async (method: 'POST' | 'DELETE', url: string, payload?: object) => {
  const headers = { authorization: 'Bearer any' };
  const reply = await http.app.inject({ method, url, headers, ...(payload ? { payload } : {}) });
  return { status: reply.statusCode, code: reply.json().code as string | undefined };
};

test('by the door too nobody lists more than twenty people in a day, one by one', async () => {
  const add = (subjectId: number) =>
    ask('POST', '/api/lists/home-isolation/members', { subjectId, source: '手工' });
  for (let n = 1; n <= OPEN_PERSONS_MAX; n++) assert.equal((await add(n)).status, 200);
  assert.deepEqual(await add(OPEN_PERSONS_MAX + 1), { status: 403, code: 'no-mandate' });
});

test('emptying a list is noticed as filling it is: those taken off are hidden from the rules', async () => {
  const answers: (string | undefined)[] = [];
  for (let n = 1; n <= 101; n++)
    answers.push((await ask('DELETE', `/api/lists/home-isolation/members/${n}`)).code);
  assert.ok(answers.includes('no-incident'), String(answers.at(-1)));
  const alarms = await fresh.db.read((tx) =>
    tx.rows<{ kind: string }>('select kind from misuse.alarm'),
  );
  assert.deepEqual(alarms, [{ kind: 'no-incident' }]);
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Actor } from '#base/access.ts';
import { buildHttp } from '#platform/http/index.ts';
import { vaultOf } from '#platform/secrets/index.ts';
import { scopeFor } from '#registers/access/index.ts';
import { type FreshDatabase, freshDatabase } from '../../../tests/builders/database.ts';
import { rootKey } from '../../platform/secrets/keys.ts';
import { newResolver } from './resolver/resolve.ts';
import { peopleRoutes } from './routes.ts';

const NOW = Date.parse('2026-03-02T01:00:00Z');
const vault = vaultOf([rootKey(Buffer.alloc(32, 1))]);
let fresh: FreshDatabase;
let http: Awaited<ReturnType<typeof buildHttp>>;
let person = 0;

/** A bearer token that is the name of a role: who signs in is not what is tested here. */
const asRole = (role: string): Actor => ({
  id: 3,
  login: role,
  name: role,
  roles: [role],
  areaCode: '429001000000',
});

before(async () => {
  fresh = await freshDatabase();
  const seen = {
    idType: 'citizen' as const,
    idNo: '11010519491231002X',
    name: '张桂兰',
    phone: '13800138000',
    areaCode: '429001002003',
    at: NOW,
    sourceId: 1,
    record: 'r1',
  };
  const resolver = newResolver(vault, { places: { byCode: new Map() } });
  person = (await resolver.resolve(fresh.db, [seen], NOW))[0]?.person ?? 0;
  http = await buildHttp({
    db: fresh.db,
    clock: () => NOW,
    gate: { authenticate: async (token) => asRole(token), scopeFor },
    routes: peopleRoutes({ vault }),
    onFault: (fault) => assert.fail(String(fault)),
  });
});
after(async () => {
  await http.app.close();
  await fresh.drop();
});

const call = (role: string, method: 'GET' | 'POST', url: string, payload?: object, purpose = '') =>
  http.app.inject({
    method,
    url,
    headers: { authorization: `Bearer ${role}`, ...(purpose ? { 'x-purpose': purpose } : {}) },
    ...(payload ? { payload } : {}),
  });

test('a person is searched by what stands in the body, and answered masked', async () => {
  const payload = { idType: 'citizen', idNo: '11010519491231002X' };
  const reply = await call('epidemiologist', 'POST', '/api/people/search', payload);
  assert.equal(reply.statusCode, 200, reply.body);
  assert.deepEqual(
    reply.json().rows.map((row: { id: number; name: string }) => [row.id, row.name]),
    [[person, '张**']],
  );
  assert.ok(!reply.body.includes('13800138000'));
});

test('a commander opens the file only with a purpose, a steward not at all', async () => {
  const url = `/api/people/${person}`;
  assert.equal((await call('commander', 'GET', url)).statusCode, 403);
  const opened = await call('commander', 'GET', url, undefined, 'named-case-review');
  assert.equal(opened.statusCode, 200, opened.body);
  assert.equal(opened.json().phone, '138****8000');
  assert.equal((await call('data_steward', 'GET', url)).statusCode, 403);
});

test('a phone is revealed for a purpose only', async () => {
  const url = `/api/people/${person}/phone`;
  assert.equal((await call('street_officer', 'POST', url, { purpose: '' })).statusCode, 400);
  const reply = await call('street_officer', 'POST', url, { purpose: '电话核实行程' });
  assert.deepEqual(reply.json(), { phone: '13800138000' });
});

test('a list keeps to the own area, whatever area is asked for', async () => {
  const ids = async (area: string) => {
    const reply = await call('street_officer', 'GET', `/api/people?area=${area}`);
    return reply.json().rows.map((row: { id: number }) => row.id);
  };
  assert.deepEqual(await ids('429000000000'), [person]);
  assert.deepEqual(await ids('429001002003'), [person]);
  assert.deepEqual(await ids('429002000000'), []);
});

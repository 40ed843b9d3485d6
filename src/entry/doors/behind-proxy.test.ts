import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { endpoint } from '#base/contract.ts';
import { buildHttp, route } from '#platform/http/index.ts';
import { type FreshDatabase, freshDatabase } from '../../../tests/builders/database.ts';
import { readConfig } from '../config.ts';
import { mountHealth } from './health.ts';

const who = endpoint({
  method: 'GET',
  path: '/api/who',
  summary: { zh: '谁', en: 'Who' },
  permit: 'open',
  answer: z.object({ ip: z.string(), scheme: z.string() }),
});
const elsewhere = { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https' };

/** The doors of a house whose environment says so. */
async function houseOf(house: FreshDatabase, env: NodeJS.ProcessEnv) {
  const config = readConfig(env);
  const { app, metrics } = await buildHttp({
    db: house.db,
    clock: () => 1_000_000,
    gate: { authenticate: async () => undefined, scopeFor: () => assert.fail('nobody asks') },
    routes: [route(who, async ({ request: r }) => ({ ip: r.ip, scheme: r.protocol }))],
    trustProxy: config.trustProxy,
    onFault: (fault) => assert.fail(fault as Error),
  });
  const lake = {} as Parameters<typeof mountHealth>[1]['lake'];
  mountHealth(app, { db: house.db, lake }, metrics, config.metricsToken);
  return app;
}

test('a proxy is believed only where TRUST_PROXY names it', async (t) => {
  const house = await freshDatabase();
  t.after(() => house.drop());
  const ask = async (env: NodeJS.ProcessEnv) => {
    const app = await houseOf(house, env);
    const reply = await app.inject({ url: '/api/who', headers: elsewhere });
    await app.close();
    return reply.json();
  };
  assert.deepEqual(await ask({}), { ip: '127.0.0.1', scheme: 'http' });
  assert.deepEqual(await ask({ TRUST_PROXY: 'loopback' }), { ip: '203.0.113.9', scheme: 'https' });
  assert.deepEqual(await ask({ TRUST_PROXY: '10.0.0.0/8' }), { ip: '127.0.0.1', scheme: 'http' });
});

test('a TRUST_PROXY that is no address stops the start with a sentence', () => {
  assert.throws(() => readConfig({ TRUST_PROXY: 'everybody' }), /TRUST_PROXY=everybody/);
});

test('metrics are for this machine, or for who has the token', async (t) => {
  const house = await freshDatabase();
  t.after(() => house.drop());
  const app = await houseOf(house, { TRUST_PROXY: 'loopback', METRICS_TOKEN: 'sesame' });
  t.after(() => app.close());
  const ask = (headers: Record<string, string>) => app.inject({ url: '/metrics', headers });
  const here = await ask({});
  assert.equal(here.statusCode, 200);
  assert.match(here.body, /fenghuo_rows/);
  assert.equal((await ask(elsewhere)).statusCode, 403);
  assert.equal((await ask({ ...elsewhere, authorization: 'Bearer wrong' })).statusCode, 403);
  const known = await ask({ ...elsewhere, authorization: 'Bearer sesame' });
  assert.equal(known.statusCode, 200);
});

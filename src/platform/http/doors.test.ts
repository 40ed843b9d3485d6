import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { z } from 'zod';
import type { Actor } from '#base/access.ts';
import { endpoint } from '#base/contract.ts';
import { type FreshDatabase, freshDatabase } from '../../../tests/builders/database.ts';
import { buildHttp, giveSession, route, takeSession } from './index.ts';
import { newBuckets } from './rates.ts';

const words = { zh: '试', en: 'Try' };
const answer = z.object({ ok: z.boolean() });
const api = { summary: words, answer } as const;
const write = endpoint({
  ...api,
  method: 'POST',
  path: '/api/notes',
  permit: 'note.add',
  body: z.object({ text: z.unknown().optional() }),
});
const enter = endpoint({ ...api, method: 'POST', path: '/api/enter', permit: 'open' });
const leave = endpoint({ ...api, method: 'DELETE', path: '/api/enter', permit: 'open' });
const read = endpoint({ ...api, method: 'GET', path: '/api/notes', permit: 'session' });
const upload = endpoint({ ...api, method: 'POST', path: '/api/upload', permit: 'source-key' });

const clerk: Actor = { id: 7, login: 'c', name: 'c', roles: ['clerk'], areaCode: '990100000000' };
const elsewhere = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.9' };
const tight = { perSecond: 1, burst: 3 };
let house: FreshDatabase;
let now = 1_000_000;

const appWith = async (rates?: Parameters<typeof buildHttp>[0]['rates']) => {
  const { app } = await buildHttp({
    db: house.db,
    clock: () => now,
    trustProxy: ['loopback'],
    rates,
    gate: {
      authenticate: async (token) => (token === 'good' ? clerk : undefined),
      scopeFor: (actor, _permit, purpose) => ({ actor, areaPrefix: '9901', purpose }),
    },
    onFault: (fault) => assert.fail(fault as Error),
    routes: [
      route(write, async () => ({ ok: ({} as { spoiled?: boolean }).spoiled !== true })),
      route(read, async () => ({ ok: true })),
      route(upload, async ({ request }) => {
        request.raw.resume();
        return { ok: true };
      }),
      route(enter, async ({ request, reply }) => {
        giveSession(request, reply, { token: 'good', endsAt: 2_000_000 });
        return { ok: true };
      }),
      route(leave, async ({ request, reply }) => {
        takeSession(request, reply);
        return { ok: true };
      }),
    ],
  });
  return app;
};
let app: Awaited<ReturnType<typeof appWith>>;
before(async () => {
  house = await freshDatabase({ rooms: ['platform/http'] });
  app = await appWith();
});
after(async () => {
  await app.close();
  await house.drop();
});

test('every answer is marked: of the API, of nothing there, of an address that cannot be read', async () => {
  for (const url of ['/api/notes', '/api/none', '/none', '/%']) {
    const { headers } = await app.inject({ url, headers: { authorization: 'Bearer good' } });
    assert.equal(headers['x-content-type-options'], 'nosniff', url);
    assert.equal(headers['referrer-policy'], 'no-referrer', url);
    assert.equal(headers['cross-origin-resource-policy'], 'same-origin', url);
    assert.match(String(headers['content-security-policy']), /frame-ancestors 'none'/, url);
    assert.equal(headers['cache-control'], url.startsWith('/api/') ? 'no-store' : undefined, url);
    assert.equal(headers['strict-transport-security'], undefined, 'plain http promises no TLS');
    assert.equal(headers['access-control-allow-origin'], undefined, 'no other origin reads us');
  }
});

test('a page may load our own code only, and an answer of the API nothing at all', async () => {
  const csp = async (url: string) =>
    String((await app.inject({ url })).headers['content-security-policy']);
  assert.match(await csp('/'), /script-src 'self';/);
  assert.match(await csp('/'), /style-src 'self';/);
  assert.doesNotMatch(await csp('/'), /unsafe|\*|https:/);
  assert.match(await csp('/api/notes'), /^default-src 'none'/);
});

test('over TLS the browser is told to stay there, and the cookie is bound to this host', async () => {
  const plain = await app.inject({ method: 'POST', url: '/api/enter' });
  assert.match(
    String(plain.headers['set-cookie']),
    /^fenghuo_session=good;.*HttpOnly.*SameSite=Lax$/,
  );
  const safe = await app.inject({ method: 'POST', url: '/api/enter', headers: elsewhere });
  assert.match(
    String(safe.headers['set-cookie']),
    /^__Host-fenghuo_session=good;.*Path=\/;.*HttpOnly; Secure; SameSite=Lax$/,
  );
  assert.match(String(safe.headers['strict-transport-security']), /^max-age=31536000/);
  const ask = async (name: string) =>
    (await app.inject({ url: '/api/notes', headers: elsewhere, cookies: { [name]: 'good' } }))
      .statusCode;
  assert.equal(await ask('__Host-fenghuo_session'), 200);
  assert.equal(await ask('fenghuo_session'), 401, 'a neighbour host can plant a plain one');
  const out = await app.inject({ method: 'DELETE', url: '/api/enter', headers: elsewhere });
  assert.match(String(out.headers['set-cookie']), /^__Host-fenghuo_session=;/);
});

const post = (payload: string, headers: Record<string, string>) =>
  app.inject({ method: 'POST', url: '/api/notes', payload, headers });
const mine = { cookie: 'fenghuo_session=good', 'content-type': 'application/json' };

test('a write that the browser says came from another page is refused, whatever its Origin', async () => {
  for (const site of ['cross-site', 'same-site', 'none'])
    assert.equal((await post('{}', { ...mine, 'sec-fetch-site': site })).json().code, 'cross-site');
  assert.equal((await post('{}', { ...mine, 'sec-fetch-site': 'same-origin' })).statusCode, 200);
});

test('another site’s page loads none of our answers, and its links still lead here', async () => {
  const ask = async (mode: string) => {
    const headers = { ...mine, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': mode };
    return (await app.inject({ url: '/api/notes', headers })).statusCode;
  };
  assert.equal(await ask('no-cors'), 403);
  assert.equal(await ask('cors'), 403);
  assert.equal(await ask('navigate'), 200);
});

test('what a form can send is no body of ours', async () => {
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
    const reply = await post('{}', { ...mine, 'content-type': type });
    assert.equal(reply.statusCode, 400);
    assert.equal(reply.json().code, 'content-type', type);
  }
});

test('a method nobody declared is not there', async () => {
  for (const method of ['TRACE', 'PATCH', 'OPTIONS'] as const) {
    const reply = await app.inject({
      method: method as 'OPTIONS',
      url: '/api/notes',
      headers: mine,
    });
    assert.ok([404, 405, 400].includes(reply.statusCode), `${method} ${reply.statusCode}`);
    assert.ok(!reply.body.includes('good'), 'no request is echoed');
  }
});

test('a pit of brackets, a poisoned prototype and half a character are the sender’s mistakes', async () => {
  const pit = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  assert.equal((await post(`{"text":${pit}}`, mine)).json().code, 'too-deep');
  for (const bad of ['{"__proto__":{"spoiled":true}}', '{"text":{"constructor":{"prototype":{}}}}'])
    assert.equal((await post(bad, mine)).statusCode, 400, bad);
  assert.equal((await post('{"text":"\\ud800"}', mine)).json().errors[0].code, 'nul');
  assert.equal((await post(`{"text":"${'x'.repeat(300_000)}"}`, mine)).statusCode, 413);
});

test('an address, an actor and a key may each ask so often, and are told when to come back', async () => {
  const wide = { perSecond: 1000, burst: 1000 };
  for (const [which, url, headers] of [
    ['address', '/nothing', {}],
    ['actor', '/api/notes', { authorization: 'Bearer good' }],
    ['key', '/api/upload', { authorization: 'Bearer fh_x' }],
  ] as const) {
    const rates = { address: wide, actor: wide, key: wide, [which]: tight };
    const small = await appWith(rates);
    const ask = () =>
      small.inject({
        method: which === 'key' ? 'POST' : 'GET',
        url,
        headers,
        remoteAddress: '10.0.0.9',
      });
    for (let i = 0; i < 3; i++) assert.notEqual((await ask()).statusCode, 429);
    const no = await ask();
    assert.equal(no.statusCode, 429, which);
    assert.equal(no.headers['retry-after'], '1');
    assert.equal(no.headers['x-content-type-options'], 'nosniff');
    now += 1_000;
    assert.notEqual((await ask()).statusCode, 429, 'a second later one more is answered');
    await small.close();
  }
});

test('a flood of addresses makes the buckets forgetful, not full', () => {
  const buckets = newBuckets({ perSecond: 1, burst: 1 }, 10);
  for (let i = 0; i < 1000; i++) buckets.take(`address ${i}`, 0);
  assert.equal(buckets.count(), 10);
  assert.equal(buckets.take('address 999', 0), 1000, 'the latest is remembered');
});

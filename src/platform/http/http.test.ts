import assert from 'node:assert/strict';
import { type AddressInfo, connect } from 'node:net';
import { after, before, test } from 'node:test';
import { z } from 'zod';
import type { Actor } from '#base/access.ts';
import { endpoint } from '#base/contract.ts';
import { refuse } from '#base/refusal.ts';
import { type FreshDatabase, freshDatabase } from '../../../tests/builders/database.ts';
import { buildHttp, openApiOf, pruneAnswers, route } from './index.ts';

const words = { zh: '记数', en: 'Count' };
const answer = z.object({ count: z.number() });
const add = endpoint({
  method: 'POST',
  path: '/api/counts/:id',
  summary: words,
  permit: 'count.add',
  params: z.object({ id: z.coerce.number().int() }),
  body: z.object({ by: z.number().int().max(10), why: z.string().min(3) }),
  answer,
});
const fall = endpoint({ method: 'GET', path: '/api/fall', summary: words, permit: 'open', answer });
const no = endpoint({ method: 'GET', path: '/api/no', summary: words, permit: 'session', answer });

const clerk: Actor = {
  id: 7,
  login: 'clerk',
  name: '职员',
  roles: ['clerk'],
  areaCode: '990100000000',
};
const forbidden = refuse('forbidden', 'no-permit', { zh: '无权限。', en: 'Not yours.' });
let house: FreshDatabase;
let app: Awaited<ReturnType<typeof buildHttp>>['app'];
let count = 0;
const faults: string[] = [];

before(async () => {
  house = await freshDatabase({ rooms: ['platform/http'] });
  const built = await buildHttp({
    db: house.db,
    clock: () => 1_000_000,
    gate: {
      authenticate: async (token) =>
        token === 'good' ? clerk : token === 'other' ? { ...clerk, id: 8 } : undefined,
      scopeFor: (actor, _permit, purpose) =>
        actor.id === 8 ? forbidden : { actor, areaPrefix: '9901', purpose },
    },
    jsonBodyMs: 300,
    onFault: (_fault, where) => faults.push(where),
    routes: [
      route(add, ({ body, once }) => once(async () => ({ count: (count += body.by) }))),
      route(fall, () => Promise.reject(new Error('the secret name of 张三'))),
      route(no, async () => refuse('conflict', 'not-now', { zh: '现在不行。', en: 'Not now.' })),
    ],
  });
  app = built.app;
});
after(async () => {
  await app.close();
  await house.drop();
});

const post = (payload: unknown, headers: Record<string, string> = {}) =>
  app.inject({
    method: 'POST',
    url: '/api/counts/1',
    payload: payload as object,
    headers: { authorization: 'Bearer good', ...headers },
  });

test('without a session the door stays shut', async () => {
  const reply = await post({ by: 1, why: 'because' }, { authorization: '' });
  assert.equal(reply.statusCode, 401);
  assert.match(reply.headers['content-type'] ?? '', /problem\+json/);
  assert.equal(reply.json().code, 'sign-in');
});

test('a role without the permit is refused, in the caller’s language', async () => {
  const reply = await post(
    { by: 1, why: 'because' },
    { authorization: 'Bearer other', 'accept-language': 'en' },
  );
  assert.equal(reply.statusCode, 403);
  assert.equal(reply.json().title, 'Not yours.');
});

test('all errors of path and body come at once, each with its path', async () => {
  const reply = await app.inject({
    method: 'POST',
    url: '/api/counts/x',
    payload: { by: 11, why: '' },
    headers: { authorization: 'Bearer good' },
  });
  assert.equal(reply.statusCode, 400);
  assert.deepEqual(
    reply
      .json()
      .errors.map((e: { path: string }) => e.path)
      .sort(),
    ['body.by', 'body.why', 'params.id'],
  );
});

test('the same key and body are answered once; another body under the key is refused', async () => {
  const key = { 'idempotency-key': 'k1' };
  const first = await post({ by: 2, why: 'because' }, key);
  const again = await post({ by: 2, why: 'because' }, key);
  assert.deepEqual(again.json(), first.json());
  assert.equal((await post({ by: 3, why: 'because' }, key)).statusCode, 409);
  assert.equal(count, first.json().count);
  assert.equal(await house.db.tx((tx) => pruneAnswers(tx, 2_000_000)), 1);
});

test('ten equal writes at once have one effect', async () => {
  const start = count;
  const replies = await Promise.all(
    Array.from({ length: 10 }, () => post({ by: 1, why: 'because' }, { 'idempotency-key': 'k2' })),
  );
  assert.deepEqual(new Set(replies.map((r) => r.statusCode)), new Set([200]));
  assert.equal(count, start + 1);
});

test('a fault is answered with no word of what failed, and is told to the house', async () => {
  const reply = await app.inject({ url: '/api/fall' });
  assert.equal(reply.statusCode, 500);
  assert.ok(!reply.body.includes('张三'));
  assert.deepEqual(faults, ['GET /api/fall']);
});

test('a refusal of a verb becomes its status', async () => {
  const reply = await app.inject({ url: '/api/no', headers: { authorization: 'Bearer good' } });
  assert.equal(reply.statusCode, 409);
  assert.equal(reply.json().type, '/problems/not-now');
});

test('a write from another site’s page is refused even with a session', async () => {
  const reply = await app.inject({
    method: 'POST',
    url: '/api/counts/1',
    payload: { by: 1, why: 'because' },
    headers: { origin: 'https://evil.example', host: '127.0.0.1:7600' },
    cookies: { fenghuo_session: 'good' },
  });
  assert.equal(reply.json().code, 'cross-site');
});

test('broken JSON and a body over the limit are refused, not failed', async () => {
  const headers = { authorization: 'Bearer good', 'content-type': 'application/json' };
  assert.equal(
    (await app.inject({ method: 'POST', url: '/api/counts/1', payload: '{', headers })).statusCode,
    400,
  );
  const huge = JSON.stringify({ why: 'x'.repeat(3 * 2 ** 20) });
  assert.equal(
    (await app.inject({ method: 'POST', url: '/api/counts/1', payload: huge, headers })).statusCode,
    413,
  );
});

test('a NUL character is the sender’s mistake, wherever it stands', async () => {
  for (const payload of [
    { by: 1, why: 'be\u0000cause' },
    { by: 1, why: 'because', 'a\u0000': 1 },
  ])
    assert.equal((await post(payload)).statusCode, 400);
});

test('the OpenAPI document is printed from the endpoints', () => {
  const document = openApiOf([add, fall], '1') as {
    openapi: string;
    paths: Record<string, Record<string, { 'x-permit': string }>>;
  };
  assert.equal(document.openapi, '3.1.0');
  assert.equal(document.paths['/api/counts/{id}']?.post?.['x-permit'], 'count.add');
});

test('an origin must be ours to the letter, not only end like us', async () => {
  const from = (origin: string) =>
    app.inject({
      method: 'POST',
      url: '/api/counts/1',
      payload: { by: 1, why: 'because' },
      headers: { origin, host: '127.0.0.1:7600' },
      cookies: { fenghuo_session: 'good' },
    });
  for (const origin of ['null', 'https://evil//127.0.0.1:7600', 'http://a@b//127.0.0.1:7600'])
    assert.equal((await from(origin)).json().code, 'cross-site', origin);
  assert.equal((await from('http://127.0.0.1:7600')).statusCode, 200);
});

test('a key that is too long is refused, not cut to that of another request', async () => {
  const reply = await post({ by: 1, why: 'because' }, { 'idempotency-key': 'k'.repeat(201) });
  assert.equal(reply.json().code, 'key-too-long');
});

test('a path that cannot be decoded is a problem in the caller’s language', async () => {
  const reply = await app.inject({ url: '/%', headers: { 'accept-language': 'en' } });
  assert.equal(reply.statusCode, 400);
  assert.match(reply.headers['content-type'] ?? '', /problem\+json/);
  assert.match(reply.json().title, /address/);
});

test('who is not signed in is answered before the body is read', async () => {
  const port = Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port);
  const said = await new Promise<string>((done, fail) => {
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(
        'POST /api/counts/1 HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{',
      ),
    );
    socket.once('data', (bytes) => done(bytes.toString()));
    socket.once('error', fail);
  });
  assert.match(said, /^HTTP\/1.1 401 /);
  assert.match(said, /connection: close/i);
});

test('a body that drips is cut off', async () => {
  const closed = await new Promise<boolean>((done) => {
    const { port } = app.server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(
        'POST /api/counts/1 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer good\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{',
      ),
    );
    socket.once('close', () => done(true));
    socket.on('error', () => undefined);
    socket.resume();
  });
  assert.ok(closed);
});

import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { z } from 'zod';
import { endpoint } from '#base/contract.ts';
import { buildHttp, route } from '#platform/http/index.ts';
import { edgesOf } from '../../src/entry/doors/edges.ts';
import { listenOn } from '../../src/entry/doors/listen.ts';
import { freshDatabase } from '../builders/database.ts';
import { Chance } from './chance.ts';

const TIMES = 400;
const hello = endpoint({
  method: 'POST',
  path: '/api/hello',
  summary: { zh: '好', en: 'Hello' },
  permit: 'open',
  body: z.object({ a: z.string().optional() }),
  answer: z.object({ ok: z.boolean() }),
});

/** Lines of a request as a sender would not write them. */
const LINES: readonly string[] = [
  'POST /api/hello HTTP/1.1\r\n',
  'GET / HTTP/1.1\r\n',
  'GET //evil.example/%2e%2e/etc/passwd HTTP/1.1\r\n',
  'GET http://evil.example/ HTTP/1.1\r\n',
  'POST /api/hello HTTP/9.9\r\n',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'TRACE / HTTP/1.1\r\n',
  'CONNECT evil.example:443 HTTP/1.1\r\n',
  'Host: a\r\n',
  'Host: a\r\nHost: b\r\n',
  'Content-Length: 5\r\n',
  'Content-Length: 5\r\nContent-Length: 6\r\n',
  'Content-Length: -1\r\n',
  'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n',
  'Transfer-Encoding: chunked, identity\r\n',
  'Transfer-Encoding: xchunked\r\n',
  'Content-Type: application/json\r\n',
  'Content-Encoding: gzip\r\n',
  'Expect: 100-continue\r\n',
  'Upgrade: websocket\r\nConnection: Upgrade\r\n',
  'X: a\n b\r\n',
  'X: a\r\n\tfolded\r\n',
  'X\u0000: a\r\n',
  ': empty\r\n',
  `X: ${'a'.repeat(20_000)}\r\n`,
  `${'Y: b\r\n'.repeat(300)}`,
  'Cookie: fenghuo_session=a; fenghuo_session=b; =c; ;;;\r\n',
  '\r\n',
  '{"a":"b"}',
  '5\r\n{"a":\r\n0\r\n\r\n',
  'ffffffffffffffff\r\n',
  '\x0bMSH|^~\\&|A\x1c\r',
  '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  '\u0000\u0001\u0002',
];

/** What comes back until the other side ends or is silent for a moment. */
const heard = (port: number, bytes: Buffer): Promise<string> =>
  new Promise((done) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.setTimeout(60, () => socket.destroy());
    socket.on('data', (chunk) => (text += chunk.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => done(text));
  });

test('bytes that are no request of anybody bring no fault and stop nobody', async (t) => {
  const house = await freshDatabase({ rooms: ['platform/http'] });
  const faults: unknown[] = [];
  const { app } = await buildHttp({
    db: house.db,
    clock: () => 1_000_000,
    gate: { authenticate: async () => undefined, scopeFor: () => assert.fail('nobody asks') },
    routes: [route(hello, async () => ({ ok: true }))],
    onFault: (fault) => faults.push(fault),
  });
  await app.ready();
  const where = { host: '127.0.0.1', port: 0, edges: edgesOf({}) };
  const doors = await listenOn(
    where,
    app.server,
    (socket) => void socket.on('data', () => socket.end()),
  );
  t.after(async () => {
    await doors.close();
    await app.close();
    await house.drop();
  });
  const chance = new Chance(20_261_122);
  const drawn = Array.from({ length: TIMES }, () =>
    Array.from({ length: chance.whole(1, 7) }, () => chance.of(LINES)).join(''),
  );
  for (let from = 0; from < drawn.length; from += 40)
    for (const answer of await Promise.all(
      drawn.slice(from, from + 40).map((text) => heard(doors.port, Buffer.from(text, 'latin1'))),
    )) {
      assert.doesNotMatch(answer, /HTTP\/1\.1 5\d\d/);
      assert.doesNotMatch(answer, /node_modules|\.ts:\d|\n\s+at /);
    }
  assert.deepEqual(faults, []);
  const whole = await fetch(`http://127.0.0.1:${doors.port}/api/hello`, {
    method: 'POST',
    body: '{}',
    headers: { 'content-type': 'application/json' },
  });
  assert.equal(whole.status, 200);
});

test('two lengths in one request are refused: nobody hides a second request behind the first', async (t) => {
  const house = await freshDatabase({ rooms: ['platform/http'] });
  const { app } = await buildHttp({
    db: house.db,
    clock: () => 1_000_000,
    gate: { authenticate: async () => undefined, scopeFor: () => assert.fail('nobody asks') },
    routes: [route(hello, async () => ({ ok: true }))],
    onFault: (fault) => assert.fail(fault as Error),
  });
  await app.ready();
  const where = { host: '127.0.0.1', port: 0, edges: edgesOf({}) };
  const doors = await listenOn(where, app.server, () => undefined);
  t.after(async () => {
    await doors.close();
    await app.close();
    await house.drop();
  });
  const smuggled =
    'POST /api/hello HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 6\r\n' +
    'Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /api/hello HTTP/1.1\r\nHost: a\r\n\r\n';
  const answer = await heard(doors.port, Buffer.from(smuggled));
  assert.match(answer, /^HTTP\/1\.1 400 /);
  assert.equal(answer.match(/HTTP\/1\.1 /g)?.length, 1);
});

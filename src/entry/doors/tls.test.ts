import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, get, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect as netConnect } from 'node:net';
import { tmpdir } from 'node:os';
import type { Duplex } from 'node:stream';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { connect as tlsConnect, type TLSSocket } from 'node:tls';
import { selfMadeCertificate } from '../../../tests/builders/certificate.ts';
import { edgesOf, openDoorWarning } from './edges.ts';
import { type Listening, listenOn } from './listen.ts';
import { mllpFromOf } from './mllp-from.ts';
import { openTls } from './tls.ts';

const folder = mkdtempSync(join(tmpdir(), 'fenghuo-tls-'));
const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
const write = (pair: { cert: string; key: string }, to = files): void => {
  writeFileSync(to.cert, pair.cert);
  writeFileSync(to.key, pair.key);
};
const first = selfMadeCertificate('first');
write(first);

const http = createServer((request, reply) => {
  const isSafe = 'encrypted' in request.socket;
  reply.end(`${request.method} ${request.url} ${isSafe ? 'https' : 'http'}`);
});
let doors: Listening;
const open = (env: Record<string, string>) =>
  listenOn(
    { host: '127.0.0.1', port: 0, edges: edgesOf(env) },
    http,
    (socket) => void socket.on('data', () => socket.end('mllp heard')),
  );
const withTls = { TLS_CERT: files.cert, TLS_KEY: files.key };
before(async () => {
  doors = await open(withTls);
});
after(async () => {
  await doors.close();
  http.close();
  rmSync(folder, { recursive: true, force: true });
});

const handshake = (port: number, options: object = {}): Promise<TLSSocket> =>
  new Promise((done, fail) => {
    const socket = tlsConnect({ port, host: '127.0.0.1', ca: first.cert, ...options }, () =>
      done(socket),
    );
    socket.once('error', fail);
  });
const heard = (socket: { on(event: 'data' | 'close', hear: (bytes: Buffer) => void): unknown }) =>
  new Promise<string>((done) => {
    let text = '';
    socket.on('data', (bytes) => (text += String(bytes)));
    socket.on('close', () => done(text));
  });

test('inside TLS the first byte tells HTTP from MLLP again', async () => {
  const page = await new Promise<string>((done, fail) => {
    httpsRequest({ port: doors.port, host: '127.0.0.1', path: '/a', ca: first.cert }, (reply) => {
      reply.on('data', (bytes) => done(String(bytes)));
    })
      .on('error', fail)
      .end();
  });
  assert.equal(page, 'GET /a https');
  const hospital = await handshake(doors.port);
  hospital.write('\x0bMSH|^~\\&|HIS\x1c\r');
  assert.equal(await heard(hospital), 'mllp heard');
});

test('only TLS 1.2 and later, and only the protocol we speak', async () => {
  const modern = await handshake(doors.port, { ALPNProtocols: ['h2', 'http/1.1'] });
  assert.equal(modern.getProtocol(), 'TLSv1.3');
  assert.equal(modern.alpnProtocol, 'http/1.1');
  modern.destroy();
  await assert.rejects(
    handshake(doors.port, {
      minVersion: 'TLSv1.1',
      maxVersion: 'TLSv1.1',
      ciphers: 'ALL:@SECLEVEL=0',
    }),
  );
  await assert.rejects(
    handshake(doors.port, { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA' }),
    'a cipher without authenticated encryption is not spoken',
  );
});

test('without TLS a page is sent to https, a write is refused and a hospital is not heard', async () => {
  const moved = await new Promise<{ status: number; to: string }>((done, fail) => {
    get({ port: doors.port, host: '127.0.0.1', path: '/desk/?a=1' }, (reply) =>
      done({ status: reply.statusCode ?? 0, to: reply.headers.location ?? '' }),
    ).on('error', fail);
  });
  assert.deepEqual(moved, { status: 301, to: `https://127.0.0.1:${doors.port}/desk/?a=1` });
  const refused = (method: string, path: string) =>
    new Promise<number>((done, fail) => {
      httpRequest({ port: doors.port, host: '127.0.0.1', method, path }, (reply) =>
        done(reply.statusCode ?? 0),
      )
        .on('error', fail)
        .end(method === 'POST' ? '{"password":"x"}' : '');
    });
  assert.equal(await refused('POST', '/'), 403);
  assert.equal(await refused('GET', '/api/people'), 403, 'a key sent in the clear is noticed');
  const hospital = netConnect(doors.port, '127.0.0.1');
  hospital.write('\x0bMSH|^~\\&|HIS\x1c\r');
  assert.equal(await heard(hospital), '');
});

test('MLLP_PLAIN=on hears hospitals of a closed network without TLS', async () => {
  const open2 = await open({ ...withTls, MLLP_PLAIN: 'on' });
  const hospital = netConnect(open2.port, '127.0.0.1');
  hospital.write('\x0bMSH|^~\\&|HIS\x1c\r');
  assert.equal(await heard(hospital), 'mllp heard');
  await open2.close();
});

test('with MLLP_FROM only hospitals of those networks are heard, in TLS and without; pages are for all', async () => {
  const said = async (env: Record<string, string>, send: (port: number) => Promise<Duplex>) => {
    const own = await open(env);
    const hospital = await send(own.port);
    hospital.write('\x0bMSH|^~\\&|HIS\x1c\r');
    const answer = await heard(hospital);
    const page = env.TLS_CERT ? '' : await fetch(`http://127.0.0.1:${own.port}/c`);
    if (page !== '') assert.equal(await page.text(), 'GET /c http');
    await own.close();
    return answer;
  };
  const plain = async (port: number) => netConnect(port, '127.0.0.1');
  assert.equal(await said({ MLLP_FROM: '10.0.0.0/8, 2001:db8::/32' }, plain), '');
  assert.equal(await said({ MLLP_FROM: '10.0.0.0/8,127.0.0.1' }, plain), 'mllp heard');
  assert.equal(await said({ ...withTls, MLLP_FROM: '10.0.0.0/8' }, handshake), '');
  assert.equal(await said({ ...withTls, MLLP_FROM: '127.0.0.0/8' }, handshake), 'mllp heard');
  assert.equal(mllpFromOf('10.0.0.0/8')('::ffff:10.1.2.3'), true, 'IPv4 inside IPv6');
  assert.equal(mllpFromOf('10.0.0.0/8')(undefined), false);
});

test('a house without a certificate ends a handshake at once and hears HTTP', async () => {
  const plain = await open({});
  await assert.rejects(handshake(plain.port));
  const reply = await fetch(`http://127.0.0.1:${plain.port}/b`);
  assert.equal(await reply.text(), 'GET /b http');
  await plain.close();
});

test('a renewed certificate is taken while running; a broken one leaves the old', async (t) => {
  const notes: string[] = [];
  const own = { cert: join(folder, 'renewed.pem'), key: join(folder, 'renewed.key') };
  write(first, own);
  const tls = openTls(own, (note) => notes.push(note), 20);
  const { server } = tls;
  t.after(() => {
    tls.stop();
    server.close();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  const subject = async () => {
    const socket = await handshake(port, { rejectUnauthorized: false });
    const raw = socket.getPeerCertificate().raw;
    socket.destroy();
    return new X509Certificate(raw).subject;
  };
  const untilNoted = async (what: RegExp) => {
    const until = performance.now() + 10_000;
    while (!notes.some((it) => what.test(it))) {
      assert.ok(performance.now() < until, `not noted: ${what}`);
      await new Promise((done) => setTimeout(done, 10));
    }
  };
  assert.equal(await subject(), 'CN=first');
  writeFileSync(own.cert, 'no certificate');
  await untilNoted(/old one stays/);
  assert.equal(await subject(), 'CN=first');
  write(selfMadeCertificate('second'), own);
  await untilNoted(/is in use$/);
  assert.equal(await subject(), 'CN=second');
});

test('settings that cannot be meant stop the start with a sentence', () => {
  assert.throws(() => edgesOf({ TLS_CERT: 'a' }), /TLS_CERT and TLS_KEY belong together/);
  assert.throws(() => edgesOf({ MLLP_PLAIN: 'yes' }), /MLLP_PLAIN=yes/);
  assert.throws(
    () => edgesOf({ MLLP_FROM: '10.0.0.0/8,his.local' }),
    /MLLP_FROM names “his.local”/,
  );
  assert.throws(() => edgesOf({ REQUESTS_PER_ACTOR: '-1' }), /REQUESTS_PER_ACTOR=-1/);
});

test('a house that other machines reach in the clear says so at its start', () => {
  const warned = (host: string, env: Record<string, string>, trustProxy?: string[]) =>
    openDoorWarning({ host, port: 1, trustProxy, edges: edgesOf(env) });
  assert.match(warned('0.0.0.0', {}) ?? '', /WARNING[\s\S]*警告/);
  assert.equal(warned('127.0.0.1', {}), undefined);
  assert.equal(warned('0.0.0.0', withTls), undefined);
  assert.equal(warned('0.0.0.0', {}, ['10.0.0.1']), undefined);
});

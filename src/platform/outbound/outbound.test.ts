import assert from 'node:assert/strict';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { allowedOf, OutboundFault, safeFetch } from './index.ts';

const servers: Server[] = [];
after(() => servers.map((it) => it.close()));

/** A server on this machine; answers its port. */
async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return (server.address() as AddressInfo).port;
}
const HERE = allowedOf('127.0.0.1');
const shut = (code: OutboundFault['code']) => (fault: unknown) =>
  fault instanceof OutboundFault && fault.code === code;

for (const url of [
  'http://127.0.0.1/',
  'http://localhost/',
  'http://2130706433/',
  'http://0x7f.1/',
  'http://0177.0.0.1/',
  'http://127.1/',
  'http://0.0.0.0/',
  'http://[::1]/',
  'http://[::]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:a9fe:a9fe]/',
  'http://[::7f00:1]/',
  'http://[64:ff9b::7f00:1]/',
  'http://[2002:7f00:1::]/',
  'http://[fc00::1]/',
  'http://[fe80::1]/',
  'http://[fd00:ec2::254]/',
  'http://169.254.169.254/latest/meta-data/',
  'http://100.100.100.200/',
  'http://10.1.2.3/',
  'http://172.16.0.1/',
  'http://192.168.1.1/',
  'http://192.0.2.1/',
  'http://224.0.0.1/',
  'http://255.255.255.255/',
])
  test(`${url} is not asked`, async () => {
    await assert.rejects(safeFetch(url), shut('address'));
  });

test('only http is spoken, and no password stands in an address', async () => {
  for (const url of ['file:///etc/passwd', 'ftp://example.com/', 'gopher://example.com/'])
    await assert.rejects(safeFetch(url), shut('scheme'));
  await assert.rejects(safeFetch('http://a:b@example.com/'), shut('scheme'));
});

test('a name that leads home is not asked, nor one with one address at home among others', async () => {
  const at = (addresses: string[]) => ({ resolve: async () => addresses });
  await assert.rejects(safeFetch('http://evil.example/', at(['127.0.0.1'])), shut('address'));
  await assert.rejects(
    safeFetch('http://evil.example/', at(['93.184.216.34', '10.0.0.1'])),
    shut('address'),
  );
  await assert.rejects(safeFetch('http://evil.example/', at([])), shut('line'));
});

test('what is listed is asked, by address, range or name', async () => {
  const port = await serve((_request, reply) => reply.end('here'));
  for (const list of ['127.0.0.1', '127.0.0.0/8', '10.0.0.0/8, localhost']) {
    const allowed = allowedOf(list);
    const reply = await safeFetch(`http://localhost:${port}/`, {
      allowed,
      resolve: async () => ['127.0.0.1'],
    });
    assert.equal(await reply.text(), 'here');
  }
  assert.throws(() => allowedOf('not a name!'), /OUTBOUND_ALLOW/);
});

test('the judged address is the one connected to: a name that changes its mind is asked once', async () => {
  const port = await serve((request, reply) => reply.end(request.headers.host));
  let asked = 0;
  const resolve = async () => [['127.0.0.1'], ['169.254.169.254']][asked++] ?? [];
  const reply = await safeFetch(`http://rebinds.example:${port}/`, { allowed: HERE, resolve });
  assert.equal(await reply.text(), `rebinds.example:${port}`, 'the name stays in the request');
  assert.equal(asked, 1);
});

test('a redirect is judged like the first address, and credentials stay at home', async () => {
  const heard: (string | undefined)[] = [];
  const target = await serve((request, reply) => {
    heard.push(request.headers.authorization);
    reply.end('there');
  });
  const to = (location: string) =>
    serve((_request, reply) => reply.writeHead(302, { location }).end());
  const good = await to(`http://127.0.0.1:${target}/`);
  const headers = { authorization: 'Bearer secret' };
  const reply = await safeFetch(`http://127.0.0.1:${good}/`, { allowed: HERE, headers });
  assert.equal(await reply.text(), 'there');
  assert.deepEqual(heard, [undefined]);
  const metadata = await to('http://169.254.169.254/latest/');
  const home = await to(`http://[::1]:${target}/`);
  const file = await to('file:///etc/passwd');
  for (const [port, code] of [
    [metadata, 'address'],
    [home, 'address'],
    [file, 'scheme'],
  ] as const)
    await assert.rejects(safeFetch(`http://127.0.0.1:${port}/`, { allowed: HERE }), shut(code));
  const loop = await serve((_request, reply) => reply.writeHead(302, { location: '/' }).end());
  await assert.rejects(safeFetch(`http://127.0.0.1:${loop}/`, { allowed: HERE }), shut('redirect'));
});

test('an answer that is too long or too slow is cut off, and the fault tells no path', async () => {
  const long = await serve((_request, reply) => reply.end('x'.repeat(5_000)));
  const options = { allowed: HERE, bytesMax: 1_000 };
  await assert.rejects(safeFetch(`http://127.0.0.1:${long}/`, options), shut('too-large'));
  const slow = await serve((_request, reply) => void reply.write('a'));
  await assert.rejects(
    safeFetch(`http://127.0.0.1:${slow}/secret?token=1`, { allowed: HERE, timeoutMs: 100 }),
    (fault: unknown) => shut('timeout')(fault) && !String(fault).includes('secret'),
  );
});

import assert from 'node:assert/strict';
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import {
  addKey,
  beginIndex,
  endOlderIndexes,
  openVault,
  openWrappedVault,
  retireKey,
  rewrapKeys,
  rootSource,
  transitSource,
} from '../index.ts';

const homes: string[] = [];
const newHome = (): string => {
  const home = mkdtempSync(join(tmpdir(), 'fenghuo-ring-'));
  homes.push(home);
  return home;
};
after(() => homes.forEach((home) => rmSync(home, { recursive: true })));
const key = (byte: number): string => Buffer.alloc(32, byte).toString('base64');

test('a key added meanwhile is seen at once by who meets a value of it', async () => {
  const home = newHome();
  const running = openVault({ home });
  const old = running.seal('old');
  await addKey({ home });
  const other = openVault({ home });
  const fresh = other.seal('new');
  assert.notDeepEqual(fresh.subarray(0, 5), old.subarray(0, 5));
  assert.equal(running.open(fresh), 'new');
  assert.deepEqual(running.seal('x').subarray(0, 5), fresh.subarray(0, 5));
  assert.equal(running.open(old), 'old');
});

test('while an index turns, both are accepted; after it, only the new one stands', async () => {
  const home = newHome();
  const running = openVault({ home });
  const sealed = running.seal('x');
  const before = running.blindIndex('name', '张三');
  assert.equal(before.length, 16);
  await addKey({ home });
  await running.refresh();
  assert.deepEqual(running.blindIndexes('name', '张三'), [before]);
  beginIndex(home, running.state());
  await running.refresh();
  const [first, second] = running.blindIndexes('name', '张三');
  assert.deepEqual(first, before);
  assert.deepEqual(second?.subarray(0, 5), running.header());
  const old = running.state().keys[0]?.id ?? 0;
  assert.throws(() => retireKey(home, running.state(), old), /blind indexes still stand/);
  endOlderIndexes(home, running.state());
  await running.refresh();
  assert.deepEqual(running.blindIndex('name', '张三'), second);
  assert.equal(retireKey(home, running.state(), old), '0001.key');
  assert.deepEqual(readdirSync(join(home, 'keys', 'retired')), ['0001.key']);
  await running.refresh();
  assert.throws(() => running.open(sealed), /does not have/);
  await addKey({ home });
  assert.deepEqual(readdirSync(join(home, 'keys')).sort(), [
    '0002.key',
    '0003.key',
    'retired',
    'ring.json',
  ]);
});

test('a root key wraps the data keys: turning it rewraps them and leaves the data', async () => {
  const home = newHome();
  const old = rootSource(key(1));
  const vault = await openWrappedVault({ home, source: old });
  const sealed = vault.seal('kept');
  const text = readFileSync(join(home, 'keys', '0001.wrapped'), 'utf8');
  assert.match(text, /"by":"root [0-9a-f]{8}"/);
  await assert.rejects(openWrappedVault({ home, source: rootSource(key(2)) }), /does not have/);
  assert.equal(await rewrapKeys(home, rootSource(`${key(1)},${key(2)}`)), 1);
  const again = await openWrappedVault({ home, source: rootSource(key(2)) });
  assert.equal(again.open(sealed), 'kept');
  await assert.rejects(openWrappedVault({ home, source: old }), /does not have/);
});

test('plain key files of a house become wrapped ones', async () => {
  const home = newHome();
  const sealed = openVault({ home }).seal('kept');
  const source = rootSource(key(5), 'sm');
  await rewrapKeys(home, source);
  assert.deepEqual(readdirSync(join(home, 'keys')), ['0001.wrapped']);
  assert.equal((await openWrappedVault({ home, source })).open(sealed), 'kept');
});

/** A key service in small: real AES-256-GCM behind Vault's Transit dialect, over real HTTP. */
async function transitServer(token: string) {
  const root = randomBytes(32);
  const server = createServer(async (request, reply) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = JSON.parse(Buffer.concat(parts).toString()) as Record<string, string>;
    const end = (status: number, data: unknown) => {
      reply.writeHead(status, { 'content-type': 'application/json' });
      reply.end(JSON.stringify(data));
    };
    if (request.headers['x-vault-token'] !== token) return end(403, { errors: ['denied'] });
    if (request.url === '/v1/transit/encrypt/fenghuo') {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', root, iv);
      const text = cipher.update(Buffer.from(body.plaintext ?? '', 'base64'));
      cipher.final();
      const all = Buffer.concat([iv, text, cipher.getAuthTag()]).toString('base64');
      return end(200, { data: { ciphertext: `vault:v1:${all}` } });
    }
    if (request.url !== '/v1/transit/decrypt/fenghuo') return end(404, { errors: [] });
    const all = Buffer.from(body.ciphertext?.split(':')[2] ?? '', 'base64');
    const cipher = createDecipheriv('aes-256-gcm', root, all.subarray(0, 12));
    cipher.setAuthTag(all.subarray(-16));
    const plain = cipher.update(all.subarray(12, -16));
    try {
      cipher.final();
    } catch {
      return end(400, { errors: ['cipher: message authentication failed'] });
    }
    return end(200, { data: { plaintext: plain.toString('base64') } });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/v1/transit/fenghuo`, stop: () => server.close() };
}

test('a key service over HTTP wraps the data keys; they are never on disk in the clear', async () => {
  const home = newHome();
  const service = await transitServer('s.token');
  const source = transitSource({ url: service.url, token: 's.token' }, fetch);
  const vault = await openWrappedVault({ home, source });
  const sealed = vault.seal('kept');
  assert.match(readFileSync(join(home, 'keys', '0001.wrapped'), 'utf8'), /vault:v1:/);
  await addKey({ home, source });
  await vault.refresh();
  assert.equal(vault.state().keys.length, 2);
  const again = await openWrappedVault({ home, source });
  assert.equal(again.open(sealed), 'kept');
  assert.equal(again.open(vault.seal('newer')), 'newer');
  const stranger = transitSource({ url: service.url, token: 'wrong' }, fetch);
  await assert.rejects(openWrappedVault({ home, source: stranger }), /answered 403 to decrypt/);
  service.stop();
});

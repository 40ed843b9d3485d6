import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openMandateKeys } from './mandate-keys.ts';
import { vaultOf } from './vault.ts';

const home = mkdtempSync(join(tmpdir(), 'fenghuo-keys-'));
after(() => rmSync(home, { recursive: true, force: true }));
const old = { id: 1, key: Buffer.alloc(32, 1) };
const root = vaultOf([old]);
const folder = join(home, 'keys', 'mandates');

test('each order has a key of its own, wrapped, readable by its owner alone', () => {
  const keys = openMandateKeys(home, root);
  const print = keys.create(1);
  assert.equal(keys.create(1), print, 'made once');
  assert.notEqual(keys.create(2), print);
  const sealed = keys.vaultFor(1).seal('张三');
  assert.equal(openMandateKeys(home, root).vaultFor(1).open(sealed), '张三', 'by another process');
  assert.throws(() => keys.vaultFor(2).open(sealed), /does not have/);
  assert.throws(() => root.open(sealed), /does not have/);
  assert.equal(statSync(join(folder, '1.key')).mode & 0o777, 0o600);
  assert.notDeepEqual(keys.vaultFor(1).blindIndex('a', 'b'), keys.vaultFor(2).blindIndex('a', 'b'));
});

test('a destroyed key opens nothing any more, in no process, and can be destroyed again', () => {
  const [server, worker] = [openMandateKeys(home, root), openMandateKeys(home, root)];
  server.create(3);
  const sealed = server.vaultFor(3).seal('x');
  assert.equal(worker.vaultFor(3).open(sealed), 'x');
  const path = join(folder, '3.key');
  const held = join(home, 'held');
  const before = readFileSync(path);
  copyFileSync(path, held);
  worker.destroy(3);
  worker.destroy(3);
  assert.equal(server.has(3), false);
  assert.throws(() => server.vaultFor(3), /gone/);
  assert.ok(readdirSync(folder).every((name) => !name.startsWith('3.')));
  assert.deepEqual(readFileSync(held), before, 'the copy aside proves that the key was there');
});

test('keys are wrapped anew before an old root key goes', () => {
  const young = { id: 2, key: Buffer.alloc(32, 2) };
  const sealed = openMandateKeys(home, root).vaultFor(1).seal('x');
  assert.equal(openMandateKeys(home, vaultOf([old, young])).rewrap(), 2);
  assert.equal(
    openMandateKeys(home, vaultOf([young]))
      .vaultFor(1)
      .open(sealed),
    'x',
  );
  assert.throws(() => openMandateKeys(home, root).vaultFor(1), /does not have/);
});

test('no path is made of what is no id', () => {
  const keys = openMandateKeys(home, root);
  for (const id of [0, -1, 1.5, Number.NaN]) assert.throws(() => keys.has(id), /no id/);
});

import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openVault } from './index.ts';

const home = mkdtempSync(join(tmpdir(), 'fenghuo-keys-'));
after(() => rmSync(home, { recursive: true }));
const key = (byte: number): string => Buffer.alloc(32, byte).toString('base64');

test('what was sealed opens again, and never looks the same twice', () => {
  const vault = openVault({ home });
  for (const plain of ['', '张三', 'x'.repeat(100_000)]) {
    assert.equal(vault.open(vault.seal(plain)), plain);
    assert.notDeepEqual(vault.seal(plain), vault.seal(plain));
  }
  const bytes = Buffer.from([0, 255, 128]);
  assert.deepEqual(vault.openBytes(vault.sealBytes(bytes)), bytes);
  assert.equal(vault.seal('abc').length, 33 + 3);
});

test('the key is made once, for its owner only, and survives a restart', () => {
  const sealed = openVault({ home }).seal('kept');
  assert.equal(openVault({ home }).open(sealed), 'kept');
  assert.deepEqual(readdirSync(join(home, 'keys')), ['0001.key']);
  assert.equal(statSync(join(home, 'keys', '0001.key')).mode & 0o777, 0o600);
});

test('a key file that others can read is refused', () => {
  const file = join(home, 'keys', '0001.key');
  chmodSync(file, 0o644);
  assert.throws(() => openVault({ home }), /chmod 600/);
  chmodSync(file, 0o600);
});

test('a value changed in any bit does not open', () => {
  const vault = openVault({ home, key: key(1) });
  const sealed = vault.seal('张三');
  for (let i = 0; i < sealed.length; i++) {
    const bent = Buffer.from(sealed);
    bent[i] = (bent[i] ?? 0) ^ 1;
    assert.throws(() => vault.open(bent), /not a sealed value|does not have|was changed/);
  }
  for (let i = 0; i < sealed.length; i++) assert.throws(() => vault.open(sealed.subarray(0, i)));
});

test('after a rotation old values open, new ones need the new key, indexes stay', () => {
  const old = openVault({ home, key: key(1) });
  const rotated = openVault({ home, key: `${key(1)},${key(2)}` });
  assert.equal(rotated.open(old.seal('a')), 'a');
  assert.throws(() => old.open(rotated.seal('a')), /which this vault does not have/);
  assert.deepEqual(rotated.blindIndex('d', 'v'), old.blindIndex('d', 'v'));
  const file = join(home, 'keys', '0002.key');
  const before = openVault({ home });
  writeFileSync(file, key(3), { mode: 0o600 });
  assert.equal(openVault({ home }).open(before.seal('b')), 'b');
});

test('a blind index is the same for the same value of a domain, and only there', () => {
  const vault = openVault({ home, key: key(1) });
  const index = vault.blindIndex('person.idNo', '990101199001011234');
  assert.equal(index.length, 16);
  assert.deepEqual(vault.blindIndex('person.idNo', '990101199001011234'), index);
  assert.notDeepEqual(vault.blindIndex('person.phone', '990101199001011234'), index);
  assert.notDeepEqual(vault.blindIndex('person.idNo', '990101199001011235'), index);
  const other = openVault({ home, key: key(2) });
  assert.notDeepEqual(other.blindIndex('person.idNo', '990101199001011234'), index);
  assert.notDeepEqual(vault.blindIndex('a', 'bc'), vault.blindIndex('ab', 'c'));
});

test('a key of the wrong length is refused with its length, not its content', () => {
  assert.throws(() => openVault({ home, key: 'c2VjcmV0' }), /32 bytes in base64, this one has 6/);
});

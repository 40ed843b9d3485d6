import assert from 'node:assert/strict';
import { createCipheriv, createHash, createHmac } from 'node:crypto';
import { test } from 'node:test';
import { digestOf, suiteNamed, vaultOf } from '../index.ts';
import { rootKey } from '../keys.ts';

const key = (byte: number) => rootKey(Buffer.alloc(32, byte));

test('SM3 answers the examples of GB/T 32905', () => {
  assert.equal(
    digestOf('sm', 'abc').toString('hex'),
    '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0',
  );
  assert.equal(
    digestOf('sm', 'abcd'.repeat(16)).toString('hex'),
    'debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732',
  );
});

test('SM4 answers the example of GB/T 32907: one block of the counter mode is the block', () => {
  const same = Buffer.from('0123456789abcdeffedcba9876543210', 'hex');
  const block = createCipheriv('sm4-ctr', same, same).update(Buffer.alloc(16));
  assert.equal(block.toString('hex'), '681edf34d206965e86b3e94f536e4246');
});

test('HMAC-SM3 is HMAC over SM3', () => {
  const secret = Buffer.alloc(32, 9);
  const pad = (byte: number) => Buffer.from([...secret, ...Buffer.alloc(32)].map((b) => b ^ byte));
  const sm3 = (...parts: Buffer[]) => createHash('sm3').update(Buffer.concat(parts)).digest();
  assert.deepEqual(
    createHmac('sm3', secret).update('烽火').digest(),
    sm3(pad(0x5c), sm3(pad(0x36), Buffer.from('烽火'))),
  );
});

test('what one suite sealed opens in a house of the other that has the key', () => {
  const std = vaultOf([key(1)], { suite: 'std' });
  const sm = vaultOf([key(1)], { suite: 'sm' });
  for (const plain of ['', '张三', 'x'.repeat(70_000)]) {
    assert.equal(std.open(sm.seal(plain)), plain);
    assert.equal(sm.open(std.seal(plain)), plain);
    assert.equal(sm.seal(plain).length, Buffer.byteLength(plain) + 33);
  }
  assert.deepEqual([std.seal('a')[0], sm.seal('a')[0]], [1, 2]);
  assert.notDeepEqual(std.blindIndex('d', 'v'), sm.blindIndex('d', 'v'));
});

test('under SM4 and SM3, too, a value changed in any bit does not open', () => {
  const vault = vaultOf([key(1)], { suite: 'sm' });
  const sealed = vault.seal('张三');
  for (let i = 0; i < sealed.length; i++) {
    const bent = Buffer.from(sealed);
    bent[i] = (bent[i] ?? 0) ^ 1;
    assert.throws(() => vault.open(bent), /not a sealed value|does not have|was changed/);
  }
  for (let i = 0; i < sealed.length; i++) assert.throws(() => vault.open(sealed.subarray(0, i)));
});

test('a suite nobody knows is refused by its name', () => {
  assert.equal(suiteNamed(undefined), 'std');
  assert.equal(suiteNamed('sm'), 'sm');
  assert.throws(() => suiteNamed('rot13'), /FENGHUO_SUITE=rot13/);
});

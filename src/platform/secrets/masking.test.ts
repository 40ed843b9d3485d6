import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  hashPassword,
  hashToken,
  maskAddress,
  maskIdNo,
  maskName,
  maskPhone,
  newToken,
  normaliseIdNo,
  verifyPassword,
} from './index.ts';

test('names keep their first character', () => {
  assert.equal(maskName('张三'), '张*');
  assert.equal(maskName('欧阳娜娜'), '欧***');
  assert.equal(maskName('Maria Elisabeth'), 'M***');
  assert.equal(maskName('𠮷田'), '𠮷*');
  assert.equal(maskName(''), '');
});

test('documents keep where they were issued and their tail', () => {
  assert.equal(maskIdNo('990101199001011234'), '9901**********1234');
  assert.equal(maskIdNo('E12345678'), 'E******78');
  assert.equal(maskIdNo('AB12'), '****');
});

test('phones keep what tells them apart', () => {
  assert.equal(maskPhone('13812345678'), '138****5678');
  assert.equal(maskPhone('+8613812345678'), '+86138****5678');
  assert.equal(maskPhone('87654321'), '8*****21');
  assert.equal(maskPhone('110'), '***');
});

test('addresses end at the community', () => {
  assert.equal(
    maskAddress('江州市东区和平街道幸福社区3号楼2单元501'),
    '江州市东区和平街道幸福社区***',
  );
  assert.equal(maskAddress('江州市东区和平街道88号'), '江州市东区和平街道***');
  assert.equal(maskAddress('江州市东区'), '江州市东区');
  assert.equal(maskAddress('江州市阳光小区3号楼'), '江州市***');
  assert.equal(maskAddress('3号楼501'), '***');
  assert.equal(maskAddress(''), '');
});

test('one document has one spelling', () => {
  assert.equal(normaliseIdNo(' 99010119900101123x '), '99010119900101123X');
  assert.equal(normaliseIdNo('９９０１０１ 19900101-123ｘ'), '99010119900101123X');
});

test('a password is verified against its own hash only, whatever is stored', async () => {
  const stored = await hashPassword('烽火 beacon', Buffer.alloc(16, 7));
  assert.match(stored, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  assert.equal(await verifyPassword('烽火 beacon', stored), true);
  assert.equal(await verifyPassword('烽火 Beacon', stored), false);
  assert.notEqual(await hashPassword('x'), await hashPassword('x'));
  assert.equal(await verifyPassword('x', 'plain'), false);
  assert.equal(await verifyPassword('x', stored.replace('m=19456', 'm=99999999')), false);
});

test('a token is 256 bits of the given chance, and stored as its hash', () => {
  assert.equal(
    newToken((bytes) => Buffer.alloc(bytes, 255)),
    `${'_'.repeat(42)}8`,
  );
  assert.notEqual(newToken(), newToken());
  assert.equal(hashToken('a').length, 32);
});

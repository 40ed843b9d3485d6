import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentFault, normaliseName, normalisePhone, type PersonSeen } from '../model.ts';
import { claimsOf, ROW_HANDLE, readSeen, TRIPLE_HANDLE } from './seen.ts';

const row = (change: Partial<PersonSeen>): PersonSeen => ({
  at: Date.parse('2026-03-02T01:00:00Z'),
  sourceId: 3,
  record: 'r1',
  ...change,
});
const read = (change: Partial<PersonSeen>) => readSeen(row(change), 0);

test('documents are held to their form, citizen cards to date and check digit', () => {
  assert.equal(documentFault('citizen', '11010519491231002X'), undefined);
  assert.equal(documentFault('citizen', '110105194912310021'), 'check-digit');
  assert.equal(documentFault('citizen', '11010519491331002X'), 'birth-date');
  assert.equal(documentFault('citizen', '1101051949'), 'format');
  assert.equal(documentFault('passport', 'E12345678'), undefined);
  assert.equal(documentFault('hkmo', 'H1234567800'), undefined);
  assert.equal(documentFault('hkmo', 'X12345678'), 'format');
  assert.equal(documentFault('taiwan', '12345678'), undefined);
  assert.equal(documentFault('resident', 'USA110075010101'), undefined);
  assert.equal(documentFault('resident', '11010519491231002X'), 'format');
});

test('spellings of one name and one number are one', () => {
  assert.equal(normaliseName(' 买买提·艾力 '), normaliseName('买买提艾力'));
  assert.equal(normaliseName('ｃｈｅｎ wei'), 'CHENWEI');
  assert.equal(normalisePhone('+86 138-0013-8000'), '13800138000');
  assert.equal(normalisePhone('0086１３８００１３８０００'), '13800138000');
  assert.equal(normalisePhone('+4915112345678'), '+4915112345678');
});

test('a valid document is the handle, however it is written, and tells birth and sex', () => {
  const a = read({ idType: 'citizen', idNo: '11010519491231002x' });
  const b = read({ idNo: ' 110105 19491231 002X', name: '李四', bornOn: '2001-01-01', sex: '1' });
  assert.equal(a?.key, b?.key);
  assert.equal(b?.bornOn, '1949-12-31');
  assert.equal(b?.sex, '2');
});

test('the same digits as passport and as citizen card are two persons', () => {
  const a = read({ idType: 'citizen', idNo: '11010519491231002X' });
  const b = read({ idType: 'passport', idNo: '11010519491231002' });
  assert.notEqual(a?.key, b?.key);
});

test('a wrong number falls back to name, birth day and phone, and is kept as unproven', () => {
  const wrong = read({ idNo: '110105194912310021', name: '李四', phone: '13800138000' });
  const without = read({ name: '李四', phone: '138 0013 8000' });
  assert.equal(wrong?.fault, 'check-digit');
  assert.equal(wrong?.kind, TRIPLE_HANDLE);
  assert.equal(wrong?.key, without?.key);
  assert.ok(wrong && claimsOf(wrong).some((c) => c.attribute === 3));
});

test('a name alone is no handle: the row is', () => {
  const a = read({ name: '王伟' });
  const b = read({ name: '王伟', record: 'r2' });
  assert.equal(a?.kind, ROW_HANDLE);
  assert.notEqual(a?.key, b?.key);
  assert.equal(a?.key, read({ name: '王伟' })?.key);
});

test('a row that names nobody is nobody', () => {
  assert.equal(read({ areaCode: '429001002003', sex: '1' }), undefined);
});

test('the print changes with anything new and with nothing else', () => {
  const base = { idNo: '11010519491231002X', name: '李四', phone: '13800138000' };
  const print = read(base)?.print;
  assert.equal(read({ ...base, record: 'r9', sourceId: 4 })?.print, print);
  assert.equal(read({ ...base, phone: '+86 13800138000' })?.print, print);
  assert.notEqual(read({ ...base, phone: '13800138001' })?.print, print);
  assert.notEqual(read({ ...base, address: '某街 1 号' })?.print, print);
});

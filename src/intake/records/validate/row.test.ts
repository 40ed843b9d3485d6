import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { Candidate } from '../model.ts';
import { type RowContext, weighRow } from './row.ts';

const NOW = Date.UTC(2026, 10, 21, 4);
const context: RowContext = {
  sourceId: 10,
  kind: null,
  placeCode: null,
  placeOf: (code) => (code === 'P001' ? { id: 7, areaCode: '340101001001' } : undefined),
  now: NOW,
  salt: 'salt',
  recordName: 'b/0',
};
const sale = {
  kind: 'pharmacy_sale',
  at: '2026-11-21T10:00:00+08:00',
  idNo: '11010519491231002x',
  name: '张三',
  placeCode: 'P001',
  drugClass: 'N02B',
  quantity: '2',
};
const weigh = (fields: Record<string, unknown>, more: Partial<RowContext> = {}) =>
  weighRow(fields, { ...context, ...more });
const codes = (fields: Record<string, unknown>, more: Partial<RowContext> = {}) => {
  const found = weigh(fields, more);
  return Array.isArray(found) ? found.map((it) => `${it.path}:${it.code}`).sort() : [];
};

test('a sound row becomes a candidate with typed values', () => {
  const found = weigh(sale) as Candidate;
  assert.equal(found.placeId, 7);
  assert.deepEqual(found.values, { drugClass: 'N02B', quantity: 2 });
  assert.equal(found.person?.idNo, '11010519491231002X');
  assert.match(found.key, /^[0-9a-f]{32}$/);
});

test('a row that names a kind its key may not send is refused, whatever the batch says', () => {
  const scoped = { kind: 'pharmacy_sale', kinds: ['pharmacy_sale'] } as const;
  assert.deepEqual(codes(sale, scoped), []);
  assert.deepEqual(codes({ ...sale, kind: '' }, scoped), []);
  assert.deepEqual(codes(sale, { kinds: ['lab_result', 'clinic_visit'] }), [
    'kind:not-of-this-key',
  ]);
});

test('every error of a row is told at once', () => {
  const found = codes({
    kind: 'clinic_visit',
    at: '2026-13-01',
    placeCode: 'nowhere',
    temperature: 52,
    cough: 'perhaps',
    onsetOn: '31/12',
    areaCode: '3401',
    sex: 'x',
  });
  assert.deepEqual(found, [
    'areaCode:area-form',
    'at:type',
    'cough:type',
    'department:missing',
    'idNo:missing',
    'onsetOn:type',
    'placeCode:unknown-place',
    'sex:not-in-list',
    'temperature:range',
  ]);
});

test('an unknown kind, a clock ahead and a time long past are errors', () => {
  assert.deepEqual(codes({ ...sale, kind: 'rumour' }), ['kind:unknown-kind']);
  assert.deepEqual(codes({ ...sale, at: NOW + 3_700_000 }), ['at:future']);
  assert.deepEqual(codes({ ...sale, at: NOW + 3_500_000 }), []);
  assert.deepEqual(codes({ ...sale, at: '2020-01-01' }), ['at:too-old']);
});

test('a wrong check digit quarantines a row only when nothing else names the person', () => {
  const wrong = { ...sale, idNo: '110105194912310021' };
  assert.deepEqual(codes(wrong), ['idNo:id-check-digit']);
  assert.deepEqual(codes({ ...wrong, phone: '13800000000' }), []);
});

test('Chinese words for codes, slashes in dates and defaults of the source are understood', () => {
  const row = {
    at: '2026/11/21 9:05',
    idNo: sale.idNo,
    sex: '男',
    department: '发热门诊',
    cough: '是',
    onsetOn: '2026/1/5',
  };
  const found = weigh(row, { kind: 'clinic_visit', placeCode: 'P001' }) as Candidate;
  assert.deepEqual(found.values, { department: 'fever', cough: true, onsetOn: '2026-01-05' });
  assert.equal(found.person?.sex, '1');
  assert.equal(found.at, Date.UTC(2026, 10, 21, 1, 5));
});

test('an error never shows what identifies somebody', () => {
  const found = weigh({ ...sale, name: undefined, idNo: undefined, bornOn: 'secret-1990' });
  assert.ok(!JSON.stringify(found).includes('secret'));
});

test('the key is the content: order of fields and spelling do not matter, one value does', () => {
  const key = (fields: Record<string, unknown>, more = {}) =>
    (weigh(fields, more) as Candidate).key;
  const turned = Object.fromEntries(Object.entries(sale).reverse());
  assert.equal(key(turned), key({ ...sale, quantity: 2, at: Date.UTC(2026, 10, 21, 2) }));
  assert.notEqual(key(sale), key({ ...sale, quantity: 3 }));
  assert.notEqual(key(sale), key(sale, { sourceId: 11 }));
});

test('fuzz: whatever JSON object comes, it is a candidate or a list of errors, never a throw', () => {
  const field = fc.constantFrom(
    'kind',
    'at',
    'idNo',
    'name',
    'temperature',
    'placeCode',
    'onsetOn',
    'quantity',
    'sex',
    'areaCode',
  );
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom('clinic_visit', 'P001', '2026-11-21', 1e308, -0, '9e9'),
  );
  fc.assert(
    fc.property(fc.dictionary(field, value), (fields) => {
      const found = weigh(fields);
      assert.ok(Array.isArray(found) ? found.length > 0 : found.key.length === 32);
    }),
    { numRuns: 3000, seed: 5 },
  );
});

test('what slipped into another column is told by its length, never shown', () => {
  const slipped = { ...sale, at: '张三', placeCode: '13800138000', quantity: '11010519491231002X' };
  const found = weigh({ ...slipped, areaCode: '东湖路8号' });
  assert.ok(Array.isArray(found) && found.length === 4);
  assert.doesNotMatch(JSON.stringify(found), /张三|138001|110105|东湖路/);
  const honest = weigh({ ...sale, at: '2026-13-01', placeCode: 'P0O1' });
  assert.ok(Array.isArray(honest));
  assert.deepEqual(
    honest.map((it) => it.value),
    ['2026-13-01', 'P0O1'],
  );
});

test('numbers that identify are struck out of free words', () => {
  const note = '张某 11010519491231002x 电话138-0013-8000，工单 202611210001，+8613800138000';
  const found = weigh({ ...sale, kind: 'hotline_call', category: 'fever', note }) as Candidate;
  assert.equal(found.values.note, '*** *** 电话***，工单 202611210001，***');
});

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as iconv from 'iconv-lite';
import { isRefusal } from '#base/refusal.ts';
import type { Source } from '../model.ts';
import { mapRow } from './apply.ts';
import { dateIn } from './dates.ts';
import { guessMapping } from './guess.ts';
import type { FieldRule, Mapping } from './model.ts';
import { previewMapping } from './preview.ts';
import { readSample } from './sample.ts';
import { SHARED_DATA } from '../../../../tests/builders/shared.ts';

const mappingOf = (...rules: FieldRule[]): Mapping => ({
  ...{ kind: null, sheet: null, crs: 'wgs-84' },
  rules,
});
const mapped = (mapping: Mapping, fields: Record<string, unknown>) =>
  mapRow(mapping, { fields, raw: '', faults: [] });

test('dates are read in the order that was declared, and never guessed', () => {
  assert.equal(dateIn('2026年3月1日', 'ymd'), '2026-03-01');
  assert.equal(dateIn('2026年3月1日 下午2时5分', 'ymd'), '2026-03-01T14:05:00');
  assert.equal(dateIn('2026/3/1 12:30:05 AM', 'ymd'), '2026-03-01T00:30:05');
  assert.equal(dateIn('20260301083000', 'ymd'), '2026-03-01T08:30:00');
  assert.equal(dateIn('03/04/2026', 'mdy'), '2026-03-04');
  assert.equal(dateIn('03/04/2026', 'dmy'), '2026-04-03');
  assert.equal(dateIn('31/04/2026', 'dmy'), undefined);
  assert.equal(dateIn('26-3-1', 'ymd'), undefined);
  assert.equal(dateIn('46327.5', 'serial'), '2026-11-01T12:00:00');
  assert.equal(dateIn('44865', 'serial-1904'), '2026-11-01');
  assert.equal(dateIn('0', 'unix'), '1970-01-01T00:00:00.000Z');
  assert.equal(dateIn('2026-03-01T08:00:00+08:00', 'ymd'), '2026-03-01T08:00:00+08:00');
});

test('a rule takes columns together, turns units and codes, and stands in with a constant', () => {
  const mapping = mappingOf(
    { field: 'at', from: ['日期', '时间'], date: 'ymd' },
    { field: 'temperature', from: ['体温(F)'], unit: 'fahrenheit' },
    {
      field: 'reason',
      from: ['症状'],
      codes: { 发热: 'fever', 腹泻: 'diarrhoea' },
      match: 'contains',
      otherwise: 'other',
    },
    { field: 'placeCode', from: ['学校'], constant: 'S001' },
    { field: 'className', from: ['班级'] },
  );
  const row = {
    日期: '2026-3-1',
    时间: '8:05',
    '体温(F)': '101.3',
    症状: '咽痛、发热',
    班级: '/',
    学校: '',
  };
  assert.deepEqual(mapped(mapping, row).fields, {
    at: '2026-03-01T08:05:00',
    temperature: '38.5',
    reason: 'fever',
    placeCode: 'S001',
  });
  assert.equal(mapped(mapping, { 症状: '牙痛' }).fields?.reason, 'other');
});

test('what a rule cannot turn is an error that names column and rule, beside all others', () => {
  const mapping = mappingOf(
    { field: 'at', from: ['日期'], date: 'dmy' },
    { field: 'temperature', from: ['体温'], unit: 'fahrenheit' },
    { field: 'name', from: ['姓名'] },
  );
  const { faults, fields } = mapped(mapping, { 日期: '2026-03-01', 体温: '热', 姓名: '#N/A' });
  assert.deepEqual(
    faults.map((it) => [it.path, it.code, it.allowed]),
    [
      ['at', 'mapping-date', '日期: dmy'],
      ['temperature', 'mapping-unit', '体温: fahrenheit'],
      ['name', 'cell-error', '姓名'],
    ],
  );
  assert.deepEqual(fields, {});
});

test('coordinates are kept in WGS-84, whatever system the source declares', () => {
  const rules: FieldRule[] = [
    { field: 'longitude', from: ['经度'] },
    { field: 'latitude', from: ['纬度'] },
  ];
  const gcj = { ...mappingOf(...rules), crs: 'gcj-02' as const };
  const { fields } = mapped(gcj, { 经度: '116.38404722455657', 纬度: '39.91334545536069' });
  assert.ok(Math.abs(Number(fields?.longitude) - 116.377817) < 2e-6);
  assert.ok(Math.abs(Number(fields?.latitude) - 39.911954) < 2e-6);
  assert.equal(mapped(gcj, { 经度: '116.38' }).faults[0]?.code, 'mapping-point');
});

test('columns are guessed by heading, then by what stands in them', () => {
  const headings = [
    '序号',
    '班级',
    '学生姓名',
    '家长联系电话',
    '缺勤日期',
    '缺勤原因',
    '体温(℃)',
    'X1',
    '其他',
  ];
  const row = [
    '1',
    '三(1)班',
    '王小明',
    '13812345678',
    '2026年11月20日',
    '发烧',
    '38.5',
    '男',
    '?',
  ];
  const { mapping, columns } = guessMapping(headings, [row, row]);
  assert.deepEqual(
    columns.map((it) => [it.field, it.why]),
    [
      ['id', 'synonym'],
      ['className', 'name'],
      ['name', 'synonym'],
      ['phone', 'synonym'],
      ['at', 'synonym'],
      ['reason', 'synonym'],
      ['temperature', 'name'],
      ['sex', 'values'],
      [null, 'none'],
    ],
  );
  assert.equal(mapping.kind, 'school_absence');
  assert.equal(mapping.rules.find((it) => it.field === 'at')?.date, 'ymd');
  const fields = mapped(mapping, Object.fromEntries(headings.map((it, i) => [it, row[i]]))).fields;
  assert.equal(fields?.reason, 'fever');
  assert.equal(fields?.at, '2026-11-20');
});

test('English headings, American dates, and a time of day in its own column', () => {
  const headings = ['Patient_last_name', 'Patient_DOB', 'Visit date', 'When', 'Temp'];
  const rows = [
    ['Smith', '12/31/1990', '11/20/2026', '08:30', '101.3'],
    ['Lee', '01/02/1991', '11/21/2026', '09:15', '99.1'],
  ];
  const { mapping } = guessMapping(headings, rows);
  const rule = (field: string) => mapping.rules.find((it) => it.field === field);
  assert.equal(rule('bornOn')?.date, 'mdy');
  assert.deepEqual(rule('at')?.from, ['Visit date', 'When']);
  assert.equal(rule('temperature')?.unit, 'fahrenheit');
});

test('a sample is read in any charset, its titles left out, and previewed row by row', async () => {
  const csv =
    '某校缺勤登记表\n\n学生姓名;缺勤日期;缺勤原因\n王小明;2026-11-20;发热\n李小红;昨天;外伤\n';
  const source = { id: 7, kind: null, placeCode: null } as unknown as Source;
  for (const charset of ['utf-8', 'gb18030', 'utf-16le', 'utf-16be']) {
    const file = iconv.encode(csv, charset, { addBOM: charset !== 'gb18030' });
    const found = await previewMapping(source, file, undefined, (row) => row.faults, 0);
    assert.ok(!isRefusal(found), charset);
    assert.deepEqual(found.headings, ['学生姓名', '缺勤日期', '缺勤原因']);
    assert.deepEqual(
      found.rows.map((it) => [it.fields.name, it.fields.reason, it.errors.map((e) => e.code)]),
      [
        ['王小明', 'fever', []],
        ['李小红', 'injury', ['mapping-date']],
      ],
    );
    assert.equal(found.sound, 1);
  }
  const old = await readSample(Buffer.from('d0cf11e0a1b11ae1', 'hex'));
  assert.ok(isRefusal(old) && old.text.zh.includes('.xlsx'));
});

const PRIME = join(SHARED_DATA, 'messages/csv/prime_csv');
const primeFiles = (() => {
  try {
    return readdirSync(PRIME).filter((it) => it.endsWith('.csv'));
  } catch {
    return []; // the shared samples do not lie beside every checkout
  }
})();

test('real laboratory sheets of another country are guessed in their main columns', {
  skip: primeFiles.length === 0 && 'the shared data is not here',
}, async () => {
  for (const name of primeFiles) {
    const sample = await readSample(readFileSync(join(PRIME, name)));
    assert.ok(!isRefusal(sample), name);
    const { columns } = guessMapping(
      sample.headings,
      sample.rows.map((it) => it.cells),
    );
    const fields = new Set(columns.map((it) => it.field));
    for (const field of ['name', 'phone', 'bornOn', 'sex', 'testCode', 'result'] as const)
      assert.ok(fields.has(field), `${name}: ${field}`);
  }
});

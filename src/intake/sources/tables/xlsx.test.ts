import assert from 'node:assert/strict';
import { test } from 'node:test';
import { xlsxOf, zipOf } from '../../../../tests/builders/xlsx.ts';
import { linesOf } from './lines.ts';
import { TABLE_LIMITS, TableRefused, tableFormatOf } from './model.ts';
import { dateOfSerial, numberAsSeen, sortOfFormat } from './values.ts';
import { readXlsx } from './xlsx.ts';

async function rowsOf(bytes: Buffer, sheet?: string) {
  const rows: (string | number)[][] = [];
  for await (const it of readXlsx(bytes, sheet)) rows.push([it.sheet, it.row, ...it.cells]);
  return rows;
}
async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'taken';
  } catch (cause) {
    assert.ok(cause instanceof TableRefused, String(cause));
    return cause.refusal.code;
  }
}

test('cells of every sort are read as a person sees them', async () => {
  const cells = [
    '张三 & <家>',
    36.6,
    { v: '36.600000000000001' },
    { v: '46327', s: 1 },
    { v: '46327', s: 2 },
    { v: '46327.354166666664', s: 3 },
    { v: '1234.5', s: 4 },
    { t: 'b', v: '1' },
    { t: 'inlineStr', v: '行内' },
    { t: 'e', v: '#N/A' },
    { v: '13812345678' },
    { t: 'str', f: 'A1&"!"', v: '张三!' },
    { v: '3.4010119900101E+17' },
  ];
  const [row] = await rowsOf(xlsxOf([{ name: '表一', rows: [cells] }]));
  assert.deepEqual(row, [
    '表一',
    1,
    '张三 & <家>',
    '36.6',
    '36.6',
    '2026-11-01',
    '2026-11-01',
    '2026-11-01T08:30:00',
    '1234.5',
    'true',
    '行内',
    '#N/A',
    '13812345678',
    '张三!',
    '3.4010119900101E+17',
  ]);
});

test('days count from 1900 with its wrong leap day, or from 1904', async () => {
  assert.equal(dateOfSerial(1, false), '1900-01-01');
  assert.equal(dateOfSerial(59, false), '1900-02-28');
  assert.equal(dateOfSerial(60, false), undefined);
  assert.equal(dateOfSerial(61, false), '1900-03-01');
  assert.equal(dateOfSerial(0, true), '1904-01-01');
  assert.equal(dateOfSerial(0.5, false), '12:00:00');
  const serial = [{ v: '44865', s: 1 }];
  const old = xlsxOf([{ name: 'a', rows: [serial] }], { date1904: true });
  assert.deepEqual(await rowsOf(old), [['a', 1, '2026-11-01']]);
});

test('formats that show a date are told from those that show a number', () => {
  const dates = ['yyyy-mm-dd', 'yyyy"年"m"月"d"日"', '[$-804]yyyy/m/d;@', 'h:mm:ss.0', '[h]:mm'];
  for (const it of dates) assert.equal(sortOfFormat(170, it), 'date', it);
  const numbers = [
    '0.00',
    '#,##0',
    'General',
    '[Red]0.0',
    '0"天"',
    '0.0"days"',
    '@',
    '0%',
    '[$¥-804]0',
  ];
  for (const it of numbers) assert.equal(sortOfFormat(170, it), 'number', it);
  assert.equal(numberAsSeen('0.1'), '0.1');
  assert.equal(numberAsSeen('1.0000000000000001E-1'), '0.1');
});

test('titles above the heading are no rows, hidden sheets are not read, each row keeps its place', async () => {
  const file = xlsxOf([
    {
      name: '三年级',
      merges: ['A1:F1'],
      rows: [
        ['市实验小学因病缺勤登记表'],
        ['填报日期：2026-11-20', null, null, null, '填报人：李老师'],
        [],
        ['序号', '班级', '学生姓名', '缺勤原因', '体温'],
        [1, '三(1)班', '王小明', '发热', 38.5],
        [null, null, null, null],
        [2, '三(2)班', '李小红', '腹泻'],
      ],
    },
    { name: '字典', state: 'hidden', rows: [['编码', '名称']] },
    {
      name: '四年级',
      rows: [
        ['学生姓名', '缺勤原因'],
        ['赵一', '外伤'],
      ],
    },
  ]);
  const lines = [];
  for await (const it of linesOf('xlsx', file, (heading) => heading === '学生姓名')) lines.push(it);
  assert.deepEqual(lines, [
    {
      heading: ['序号', '班级', '学生姓名', '缺勤原因', '体温'],
      sheet: '三年级',
      isKnown: true,
    },
    { cells: ['1', '三(1)班', '王小明', '发热', '38.5'], at: '三年级!5' },
    { cells: ['2', '三(2)班', '李小红', '腹泻', ''], at: '三年级!7' },
    { heading: ['学生姓名', '缺勤原因'], sheet: '四年级', isKnown: true },
    { cells: ['赵一', '外伤'], at: '四年级!2' },
  ]);
  assert.deepEqual(await rowsOf(file, '字典'), [['字典', 1, '编码', '名称']]);
  assert.equal(await codeOf(rowsOf(file, '没有')), 'no-sheet');
});

test('a class merged over its pupils is the class of each; a merged title fills nothing', async () => {
  const rows = [
    ['一年级登记表'],
    ['班级', '姓名'],
    ['1班', '甲'],
    [null, '乙'],
    [null, '丙'],
    [null, '丁'],
  ];
  const merges = ['A1:B1', 'A3:A5'];
  assert.deepEqual(await rowsOf(xlsxOf([{ name: 'a', rows, merges }])), [
    ['a', 1, '一年级登记表'],
    ['a', 2, '班级', '姓名'],
    ['a', 3, '1班', '甲'],
    ['a', 4, '1班', '乙'],
    ['a', 5, '1班', '丙'],
    ['a', 6, '', '丁'],
  ]);
});

test('bombs, DTDs, old and damaged files are refused, each in its own words', async () => {
  const bomb = zipOf({ 'xl/workbook.xml': Buffer.alloc(64 * 2 ** 20) }, { deflate: true });
  assert.ok(bomb.length < 100_000);
  assert.equal(await codeOf(rowsOf(bomb)), 'unfolds-too-far');
  const many = Object.fromEntries(
    Array.from({ length: TABLE_LIMITS.zipEntriesMax + 1 }, (_, i) => [`p${i}`, '']),
  );
  assert.equal(await codeOf(rowsOf(zipOf(many))), 'unfolds-too-far');
  const liar = zipOf(
    { 'xl/workbook.xml': Buffer.alloc(2 ** 22) },
    { deflate: true, declared: 100 },
  );
  assert.equal(await codeOf(rowsOf(liar)), 'not-xlsx');
  const dtd = '<!DOCTYPE x [<!ENTITY a "aaaa">]><sst><si><t>&a;</t></si></sst>';
  const sheet = { name: 'a', rows: [['x']] };
  const withDtd = xlsxOf([sheet], { extra: { 'xl/sharedStrings.xml': dtd } });
  assert.equal(await codeOf(rowsOf(withDtd)), 'not-xlsx');
  const wide = { name: 'a', rows: [Array.from({ length: 513 }, () => 1)] };
  assert.equal(await codeOf(rowsOf(xlsxOf([wide]))), 'too-many-cells');
  const whole = xlsxOf([sheet]);
  assert.equal(await codeOf(rowsOf(whole.subarray(0, whole.length - 30))), 'not-xlsx');
  assert.equal(tableFormatOf(Buffer.from('d0cf11e0a1b11ae10000', 'hex')), 'old-excel');
  assert.equal(tableFormatOf(whole), 'xlsx');
});

/** mulberry32: the same mutations at every run. */
function chanceOf(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

test('fuzz: a thousand damaged workbooks are read or refused, and nothing else', async () => {
  const rows = Array.from({ length: 20 }, (_, i) => ['张三', i, { v: String(46_000 + i), s: 1 }]);
  const files = [true, false].map((deflate) => xlsxOf([{ name: 'a', rows }], { deflate }));
  const chance = chanceOf(20261122);
  const seen = new Map<string, number>();
  for (let i = 0; i < 1_000; i++) {
    const bytes = Buffer.from(files[i % 2] ?? '');
    const hurts = 1 + Math.floor(chance() * 8);
    for (let k = 0; k < hurts; k++)
      bytes[Math.floor(chance() * bytes.length)] = Math.floor(chance() * 256);
    const cut = chance() < 0.1 ? Math.floor(chance() * bytes.length) : bytes.length;
    const code = await codeOf(rowsOf(bytes.subarray(0, cut)));
    seen.set(code, (seen.get(code) ?? 0) + 1);
  }
  assert.ok((seen.get('taken') ?? 0) > 10 && (seen.get('not-xlsx') ?? 0) > 100, String([...seen]));
});

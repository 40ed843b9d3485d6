import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as iconv from 'iconv-lite';
import { HOUSE } from '#base/access.ts';
import { isRefusal } from '#base/refusal.ts';
import { type Mapping, saveMapping } from '#intake/sources/index.ts';
import { anIntake, sale } from '../../../../tests/builders/intake.ts';
import { parquetOf } from '../../../../tests/builders/parquet.ts';
import { type Cell, xlsxOf, zipOf } from '../../../../tests/builders/xlsx.ts';
import { accountOf, checkIdentity } from '../account.ts';
import { openQuarantined, quarantinePage } from '../quarantine.ts';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
type House = Awaited<ReturnType<typeof anIntake>>;

async function cityOf(house: House) {
  const { city, holds } = await house.db.read((tx) => accountOf(tx, 0));
  assert.ok(holds);
  assert.deepEqual(await house.db.read(checkIdentity), []);
  return [city.received, city.admitted, city.quarantined, city.duplicate, city.pending];
}

const inHouse = (work: (house: House) => Promise<void>) => async (): Promise<void> => {
  const house = await anIntake();
  try {
    await work(house);
    assert.deepEqual(house.faults, []);
  } finally {
    await house.close();
  }
};

const save = async (house: House, mapping: Mapping, after: number) => {
  const ask = { sourceId: house.source.id, mapping, after };
  return house.db.tx((tx) => saveMapping(tx, HOUSE, ask, Date.now()));
};

const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
const serial = Math.floor(Date.parse(today) / 86_400_000) + 25_569;
const SCHOOL: Mapping = {
  ...{ kind: 'school_absence', sheet: null, crs: 'wgs-84' },
  rules: [
    { field: 'name', from: ['学生姓名'] },
    { field: 'phone', from: ['家长电话'] },
    { field: 'at', from: ['缺勤日期'], date: 'ymd' },
    { field: 'className', from: ['班级'] },
    {
      ...{ field: 'reason', from: ['缺勤原因'], match: 'contains', otherwise: 'other' },
      codes: { 发热: 'fever', 拉肚子: 'diarrhoea' },
    },
    { field: 'temperature', from: ['体温'] },
    { field: 'placeCode', from: [], constant: 'P001' },
  ],
};
const school = (rows: readonly (readonly Cell[])[]): Buffer =>
  xlsxOf([
    {
      name: '缺勤表',
      merges: ['A1:F1'],
      rows: [
        ['市实验小学学生因病缺勤登记表'],
        ['班级', '学生姓名', '家长电话', '缺勤日期', '缺勤原因', '体温'],
        ...rows,
      ],
    },
  ]);

test(
  'an absence sheet under its mapping: counted, admitted, its errors with column, sheet and row',
  inHouse(async (house) => {
    assert.ok(!isRefusal(await save(house, SCHOOL, 0)));
    const file = school([
      ['三(1)班', '王小明', '13800000001', { v: String(serial), s: 1 }, '发热、咳嗽', 38.5],
      ['三(1)班', '李小红', '13800000002', { v: String(serial), s: 2 }, '拉肚子', 36.5],
      ['三(2)班', '赵一', '13800000003', '昨天', '发热', 99],
    ]);
    const { status, body } = await house.push(file, XLSX);
    assert.deepEqual([status, body.received, body.status], [202, 3, 'complete']);
    assert.deepEqual(await cityOf(house), [3, 0, 0, 0, 3]);
    await house.drain();
    assert.deepEqual(await cityOf(house), [3, 2, 1, 0, 0]);
    const page = await house.db.read((tx) => quarantinePage(tx, { limit: 5 }));
    const [bad] = page.rows;
    assert.deepEqual(bad?.errors.map((it) => `${it.path}:${it.code}`).sort(), [
      'at:mapping-date',
      'temperature:range',
    ]);
    const opened = await house.db.read((tx) => openQuarantined(tx, house.vault, bad?.id ?? 0));
    assert.ok(opened?.raw.startsWith('缺勤表!5,三(2)班,赵一,'), opened?.raw);
    // The file itself lies in the log as it was sent, and the same file again doubles nothing.
    const kept: Buffer[] = [];
    for await (const block of house.log.readFrom(0))
      if (block.format.startsWith('xlsx')) kept.push(block.bytes);
    assert.ok(Buffer.concat(kept).equals(file));
    await house.push(file, XLSX);
    await house.drain();
    assert.deepEqual(await cityOf(house), [6, 2, 2, 2, 0]);
  }),
);

test(
  'rows keep the version they were received under; a stale author is told of the newer one',
  inHouse(async (house) => {
    await save(house, SCHOOL, 0);
    const row: Cell[] = ['三(1)班', '王小明', '13800000001', today, '发热', '38.5'];
    const first = await house.push(school([row]), XLSX);
    const hot = SCHOOL.rules.map((it) =>
      it.field === 'temperature' ? { ...it, unit: 'fahrenheit' as const } : it,
    );
    const second = await save(house, { ...SCHOOL, rules: hot }, 1);
    assert.ok(!isRefusal(second) && second.version === 2);
    const stale = await save(house, SCHOOL, 1);
    assert.ok(isRefusal(stale) && stale.code === 'newer-mapping');
    const later = await house.push(school([[...row.slice(0, 5), '101.3']]), XLSX);
    await house.drain();
    assert.deepEqual(await cityOf(house), [2, 1, 0, 1, 0], '38.5 °C and 101.3 °F are one row');
    const versions = await house.db.read((tx) =>
      tx.rows<{ id: string; version: number }>(
        `select b.id, m.version from sources.batch b join sources.mapping m on m.id = b.mapping_id
         order by b.id`,
      ),
    );
    assert.deepEqual(
      versions.map((it) => [it.id, it.version]),
      [
        [first.body.batch, 1],
        [later.body.batch, 2],
      ],
    );
  }),
);

const HEAD = ['类型', '姓名', '电话', '时间', '药店编码', '药品类别', '数量'];
const cellsOf = (n: number): string[] => {
  const it = sale(n);
  return ['pharmacy_sale', it.name, it.phone, it.at, 'P001', 'N02B', '1'];
};

test(
  'the same rows as TSV in UTF-16, as CSV with semicolons, as XLSX and as Parquet are one another’s duplicates',
  inHouse(async (house) => {
    const lines = [HEAD, ...[1, 2, 3].map(cellsOf)];
    const joined = (mark: string): string => lines.map((it) => it.join(mark)).join('\r\n');
    const wide = iconv.encode(joined('\t'), 'utf-16le', { addBOM: true });
    assert.equal((await house.push(wide, 'text/tab-separated-values')).body.received, 3);
    const big = iconv.encode(joined('\t'), 'utf-16be', { addBOM: false });
    assert.equal((await house.push(big, 'text/csv; charset=utf-16be')).body.received, 3);
    const gb = iconv.encode(joined(';'), 'gb18030');
    assert.equal((await house.push(gb, 'text/csv; charset=gbk')).body.received, 3);
    const book = xlsxOf([{ name: 'a', rows: lines }]);
    assert.equal((await house.push(book, XLSX)).body.received, 3);
    const columns = HEAD.map((name, i) => {
      const values = lines.slice(1).map((it) => it[i] ?? '');
      return { name, type: 'text' as const, values };
    });
    const parquet = await house.push(parquetOf(columns), 'application/vnd.apache.parquet');
    assert.deepEqual([parquet.status, parquet.body.received], [202, 3]);
    await house.drain();
    assert.deepEqual(await cityOf(house), [15, 3, 0, 12, 0]);
  }),
);

test(
  'what cannot be read is refused in its own words, and the account still holds',
  inHouse(async (house) => {
    const ole = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)]);
    const old = await house.push(ole, 'application/vnd.ms-excel');
    assert.deepEqual([old.status, old.body.code], [400, 'old-excel']);
    assert.match(JSON.stringify(old.body), /另存为/);
    const bomb = zipOf({ 'xl/workbook.xml': Buffer.alloc(2 ** 25) }, { deflate: true });
    assert.deepEqual((await house.push(bomb, XLSX)).body.code, 'unfolds-too-far');
    const stranger = xlsxOf([
      {
        name: 'a',
        rows: [
          ['foo', 'bar'],
          ['1', '2'],
        ],
      },
    ]);
    assert.equal((await house.push(stranger, XLSX)).body.code, 'headings');
    assert.equal((await house.push(Buffer.from('x'), XLSX)).body.code, 'not-xlsx');
    const half = iconv.encode(`${HEAD.join('\t')}\n${cellsOf(1).join('\t')}\ud800\n`, 'utf-16le', {
      addBOM: true,
    });
    assert.equal((await house.push(half, 'text/csv')).body.received, 1);
    const page = async () => house.db.read((tx) => quarantinePage(tx, { limit: 5 }));
    await house.drain();
    assert.deepEqual(
      (await page()).rows.map((it) => it.errors[0]?.code),
      ['bad-bytes'],
    );
    assert.deepEqual(await cityOf(house), [1, 0, 1, 0, 0]);
  }),
);

test(
  'titles above the heading of a CSV are kept and are no rows; a line of data there is refused',
  inHouse(async (house) => {
    const csv = `某某药店销售登记\n填报人：张三\n${HEAD.join(',')}\n${cellsOf(4).join(',')}\n`;
    assert.equal((await house.push(csv, 'text/csv')).body.received, 1);
    const { body } = await house.push(`1,2,3\n${csv}`, 'text/csv');
    assert.equal(body.code, 'headings');
    await house.drain();
    assert.deepEqual(await cityOf(house), [1, 1, 0, 0, 0]);
  }),
);

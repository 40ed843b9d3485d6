import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HOUSE } from '#base/access.ts';
import { isRefusal } from '#base/refusal.ts';
import { type FreshDatabase, freshDatabase } from '../../../tests/builders/database.ts';
import type { AreaRow } from './contract.ts';
import { areaDirectory } from './directory.ts';
import { importAreas } from './import.ts';
import { pathOf } from './model.ts';
import { areaDetail, areaOf, childrenOf, listAreas } from './store.ts';

let fresh: FreshDatabase;
before(async () => {
  fresh = await freshDatabase();
});
after(() => fresh.drop());

const row = (code: string, zh: string, change: Partial<AreaRow> = {}): AreaRow => ({
  code,
  name: { zh, en: `Area ${code}` },
  lat: 30.5,
  lon: 114.3,
  population: 1000,
  ...change,
});
const CITY: AreaRow[] = [
  row('42900100200301', '第一网格'),
  row('429001002003', '柳园社区'),
  row('429001002000', '长堤街道'),
  row('429001000000', '滨江区'),
  row('429000000000', '江州市'),
];
const put = (rows: AreaRow[]) => fresh.db.tx((tx) => importAreas(tx, HOUSE, rows, 0));

test('an import in any order gives tier and parent, and the same again changes nothing', async () => {
  assert.deepEqual(await put(CITY), { written: 5 });
  assert.deepEqual(await put(CITY), { written: 5 });
  const grid = await fresh.db.read((tx) => areaDetail(tx, '42900100200301'));
  assert.equal(grid?.tier, 'grid');
  assert.equal(grid?.parent, '429001002003');
  assert.deepEqual(
    grid?.path.map((a) => a.name.zh),
    ['江州市', '滨江区', '长堤街道', '柳园社区'],
  );
});

test('a wrong import is refused whole, with every error of every row', async () => {
  const wrong = [
    row('429001009000', '新街道'),
    row('429009001000', '孤儿街道'),
    row('4290', '短码'),
    row('429001009000', '重复', { lat: 99 }),
  ];
  const refused = await put(wrong);
  assert.ok(isRefusal(refused));
  assert.deepEqual(
    refused.errors?.map((e) => e.path),
    ['1.code', '2.code', '3.lat', '3.code'],
  );
  assert.equal(await fresh.db.read((tx) => areaOf(tx, '429001009000')), undefined);
});

test('a second import without a boundary keeps the first one', async () => {
  const square = [
    [
      [0, 0],
      [0, 1],
      [1, 1],
      [0, 0],
    ],
  ]; // prettier-ignore
  await put([
    row('429001002003', '柳园社区', { boundary: { type: 'Polygon', coordinates: square } }),
  ]);
  await put([row('429001002003', '柳园新社区')]);
  const area = await fresh.db.read((tx) => areaDetail(tx, '429001002003'));
  assert.equal(area?.name.zh, '柳园新社区');
  assert.deepEqual(area?.boundary?.coordinates, square);
});

test('areas are listed by parent, tier and piece of a name, page by page', async () => {
  await put(
    Array.from({ length: 5 }, (_, i) => row(`42900100201${i}`, `测试社区${i}`)).map((r) => r),
  );
  const page = (filter: object) => fresh.db.read((tx) => listAreas(tx, { limit: 3, ...filter }));
  const first = await page({ parent: '429001002000', search: '测试' });
  assert.equal(first.rows.length, 3);
  const rest = await page({ parent: '429001002000', search: '测试', after: first.next });
  assert.deepEqual([rest.rows.length, rest.next], [2, null]);
  assert.equal((await page({ tier: 'district' })).rows[0]?.code, '429001000000');
  assert.equal((await fresh.db.read((tx) => childrenOf(tx, ''))).length, 1);
});

test('the directory holds every area and learns of an import when asked', async () => {
  const directory = await areaDirectory(fresh.db);
  assert.equal(directory.byCode.get('429000000000')?.name.zh, '江州市');
  await put([row('429002000000', '山前区')]);
  assert.equal(directory.byCode.has('429002000000'), false);
  await directory.refresh();
  assert.equal(directory.byCode.has('429002000000'), true);
});

test('thousands of areas go in at once', async () => {
  const streets = Array.from({ length: 900 }, (_, i) =>
    row(`429002${String(i + 1).padStart(3, '0')}000`, '街'),
  );
  const communities = streets.flatMap((s) =>
    Array.from({ length: 4 }, (_, i) => row(`${s.code.slice(0, 9)}00${i + 1}`, '社')),
  );
  const all = [...streets, ...communities];
  assert.deepEqual(await put(all), { written: all.length });
});

test('the path of a code is what stands above it', () => {
  assert.deepEqual(pathOf('429001002003'), ['429000000000', '429001000000', '429001002000']);
  assert.deepEqual(pathOf('429000000000'), []);
});

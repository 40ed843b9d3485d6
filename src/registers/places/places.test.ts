import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HOUSE } from '#base/access.ts';
import { isRefusal } from '#base/refusal.ts';
import { importAreas } from '#registers/areas/index.ts';
import { type FreshDatabase, freshDatabase } from '../../../tests/builders/database.ts';
import type { PlaceRow } from './contract.ts';
import { placeDirectory } from './directory.ts';
import { importPlaces } from './import.ts';
import { loadPlaceKinds, placeKinds, shippedKinds } from './kinds.ts';
import { listPlaces, placeDetail } from './store.ts';

let fresh: FreshDatabase;
const area = (code: string) => ({ code, name: { zh: '区', en: 'a' }, lat: 30, lon: 114 });
before(async () => {
  fresh = await freshDatabase();
  await fresh.db.tx((tx) => loadPlaceKinds(tx, HOUSE, shippedKinds(), 0));
  const codes = ['429000000000', '429001000000', '429001002000', '429001002003', '429001002004'];
  await fresh.db.tx((tx) => importAreas(tx, HOUSE, codes.map(area), 0));
});
after(() => fresh.drop());

const row = (code: string, change: Partial<PlaceRow> = {}): PlaceRow => ({
  code,
  kind: 'pharmacy',
  name: { zh: `药店${code}`, en: `Pharmacy ${code}` },
  areaCode: '429001002003',
  lat: 30.5,
  lon: 114.3,
  ...change,
});
const put = (rows: PlaceRow[]) => fresh.db.tx((tx) => importPlaces(tx, HOUSE, rows, 0));

test('at least sixty categories are shipped, each in a family with a source', async () => {
  const kinds = await fresh.db.read((tx) => placeKinds(tx, '2026-03-01'));
  assert.ok(kinds.length >= 60, `${kinds.length}`);
  assert.ok(kinds.every((k) => k.words.zh && k.words.en && k.familyWords.zh && k.source));
  assert.equal((await fresh.db.read((tx) => placeKinds(tx, '2024-01-01'))).length, 0);
});

test('a newer pack ends the categories it does not name, from its day on', async () => {
  const { db, drop } = await freshDatabase();
  try {
    const old = shippedKinds();
    const newer = { ...old, validFrom: '2027-01-01', kinds: old.kinds.slice(1) };
    for (const pack of [old, newer, newer]) {
      await db.tx((tx) => loadPlaceKinds(tx, HOUSE, pack, 0));
    }
    const on = async (day: string) => (await db.read((tx) => placeKinds(tx, day))).length;
    assert.equal(await on('2026-12-31'), old.kinds.length);
    assert.equal(await on('2027-01-01'), newer.kinds.length);
  } finally {
    await drop();
  }
});

test('an import replaces by code and keeps the id', async () => {
  await put([row('P-1')]);
  const before_ = (await placeDirectory(fresh.db)).byCode.get('P-1');
  await put([row('P-1', { kind: 'hotel', areaCode: '429001002004' })]);
  const directory = await placeDirectory(fresh.db);
  const now = directory.byCode.get('P-1');
  assert.equal(now?.id, before_?.id);
  assert.equal(now?.kind, 'hotel');
  assert.equal(directory.byId.get(now?.id ?? 0), now);
});

test('a wrong import is refused whole, with every error of every row', async () => {
  const refused = await put([
    row('P-9', { kind: 'moon_base' }),
    row('P 10', { areaCode: '429001002000', lat: 91 }),
    row('P-9', { areaCode: '429009009009' }),
  ]);
  assert.ok(isRefusal(refused));
  assert.deepEqual(
    refused.errors?.map((e) => e.path),
    ['0.kind', '1.code', '1.areaCode', '1.lat', '2.code', '2.areaCode'],
  );
  assert.equal((await placeDirectory(fresh.db)).byCode.has('P-9'), false);
});

test('a credit code that fails its check is kept with a warning', async () => {
  const done = await put([
    row('U-1', { uscc: '91350100M000100Y43' }),
    row('U-2', { uscc: '91350100M000100Y44' }),
  ]);
  assert.ok(!isRefusal(done));
  assert.deepEqual(
    done.warnings.map((w) => w.path),
    ['1.uscc'],
  );
  const id = (await placeDirectory(fresh.db)).byCode.get('U-2')?.id ?? 0;
  const detail = await fresh.db.read((tx) => placeDetail(tx, id));
  assert.equal(detail?.usccHolds, false);
  assert.equal(detail?.kindWords.zh, '零售药店');
});

test('places are listed by kind, area and piece of a name, page by page', async () => {
  const hotels = Array.from({ length: 5 }, (_, i) => row(`H-${i}`, { kind: 'homestay' }));
  await put(hotels);
  const page = (filter: object) => fresh.db.read((tx) => listPlaces(tx, { limit: 3, ...filter }));
  const first = await page({ kind: 'homestay', area: '429001000000' });
  const rest = await page({ kind: 'homestay', area: '429001000000', after: first.next });
  assert.deepEqual([first.rows.length, rest.rows.length, rest.next], [3, 2, null]);
  assert.equal((await page({ kind: 'homestay', area: '429001002004' })).rows.length, 0);
  assert.equal((await page({ search: 'pharmacy h-3' })).rows[0]?.code, 'H-3');
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HOUSE } from '#base/access.ts';
import { isRefusal } from '#base/refusal.ts';
import { type FreshDatabase, freshDatabase } from '../../../tests/builders/database.ts';
import { loadDiseases, loadThresholds, shippedDiseases } from './load.ts';
import { diseasesOfIcd10, holdsIcd10, reportHours } from './model.ts';
import { diseasesOn, profiles, thresholdsOn } from './store.ts';

const shipped = shippedDiseases();
let fresh: FreshDatabase;
before(async () => {
  fresh = await freshDatabase();
  for (const pack of [...shipped.packs, ...shipped.packs])
    await fresh.db.tx((tx) => loadDiseases(tx, HOUSE, pack, 0));
  for (let i = 0; i < 2; i++)
    await fresh.db.tx((tx) => loadThresholds(tx, HOUSE, shipped.thresholds, 0));
});
after(() => fresh.drop());

const on = (day: string, profile?: string) => fresh.db.read((tx) => diseasesOn(tx, day, profile));
const classes = (list: { class: string }[]) =>
  ['A', 'B', 'C'].map((c) => list.filter((d) => d.class === c).length);

test('the law of 2025 lists 40 diseases: 2 A, 27 B, 11 C', async () => {
  const list = await on('2026-03-01');
  assert.equal(list.length, 40);
  assert.deepEqual(classes(list), [2, 27, 11]);
  assert.equal(list[0]?.words.zh, '鼠疫');
});

test('the list of 2020 to 2022 has 40 too, with COVID-19 managed as class A and no mpox', async () => {
  const list = await on('2021-06-01');
  assert.equal(list.length, 40);
  assert.deepEqual(classes(list), [2, 27, 11]);
  const covid = list.find((d) => d.code === 'covid19');
  assert.deepEqual([covid?.managedAs, covid?.reportHours], ['A', 2]);
  assert.ok(!list.some((d) => d.code === 'mpox'));
});

test('a day between two lists has none, and a profile is silent outside its days', async () => {
  assert.deepEqual(await on('2024-01-01'), []);
  assert.deepEqual(await on('2026-03-01', 'list-2020-2022'), []);
  assert.equal((await on('2025-09-01', 'law-2025')).length, 40);
  assert.equal((await on('2025-08-31')).length, 0);
  assert.deepEqual(
    (await fresh.db.read(profiles)).map((p) => p.code),
    ['list-2020-2022', 'law-2025'],
  );
});

test('a diagnosis finds its disease through stems and ranges', async () => {
  const list = await on('2026-03-01');
  const codes = (icd10: string) => diseasesOfIcd10(list, icd10).map((d) => d.code);
  assert.deepEqual(codes('B16.9'), ['viral_hepatitis']);
  assert.deepEqual(codes('u07.1'), ['covid19']);
  assert.deepEqual(codes('A08.1'), ['infectious_diarrhoea']);
  assert.deepEqual(codes('A75.2'), ['typhus']);
  assert.deepEqual(codes('A75.3'), []);
  assert.deepEqual(codes('J11'), ['influenza']);
  assert.deepEqual(codes('nonsense'), []);
  assert.equal(holdsIcd10({ from: 'B15', until: 'B19' }, 'B20'), false);
});

test('pulmonary anthrax has the clock of class A, other anthrax its own', async () => {
  const anthrax = (await on('2026-03-01')).find((d) => d.code === 'anthrax');
  assert.ok(anthrax);
  assert.equal(reportHours(anthrax, 'A22.1'), 2);
  assert.equal(reportHours(anthrax, 'A22.0'), 24);
  assert.equal(reportHours(anthrax), 24);
});

test('all 50 thresholds stand with their source, and name diseases that exist', async () => {
  const all = shipped.thresholds.thresholds;
  assert.equal(all.length, 50);
  assert.ok(all.every((t) => t.source));
  const known = new Set(shipped.packs.flatMap((p) => p.diseases.map((d) => d.code)));
  assert.deepEqual(
    all.flatMap((t) => t.diseases).filter((code) => !known.has(code)),
    [],
  );
  const now = await fresh.db.read((tx) => thresholdsOn(tx, '2026-03-01'));
  assert.equal(now.length, 49, 'the COVID-19 rule of 2022 is over');
  const measles = await fresh.db.read((tx) => thresholdsOn(tx, '2026-03-01', 'measles'));
  assert.deepEqual(
    measles.map((t) => [t.code, t.minCount, t.windowHours]),
    [
      ['measles', 10, 168],
      ['school_measles_cluster', 2, 240],
    ],
  );
});

test('a pack that names a disease twice or ends before it begins is refused', async () => {
  const [pack] = shipped.packs;
  assert.ok(pack);
  const load = (p: typeof pack) => fresh.db.tx((tx) => loadDiseases(tx, HOUSE, p, 0));
  const twice = await load({ ...pack, diseases: [...pack.diseases, ...pack.diseases.slice(0, 1)] });
  assert.ok(isRefusal(twice) && twice.code === 'doubled-disease');
  const profile = { ...pack.profile, validUntil: '2020-01-01' };
  const backward = await load({ ...pack, profile });
  assert.ok(isRefusal(backward) && backward.code === 'ends-before-begin');
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { idCheckChar } from '#base/checksums.ts';
import type { Lake } from '#platform/lake/index.ts';
import { recordDecisions } from '#registers/decisions/index.ts';
import { guardBulk } from '#registers/misuse/index.ts';
import { anIntake, ndjson, sale } from '../../../../tests/builders/intake.ts';
import { sampleOf } from './sample.ts';

const NOW = Date.now();
let house: Awaited<ReturnType<typeof anIntake>>;
let lake: Lake;

const idNo = (origin: number, year: number, n: number): string => {
  const day = `${year}${String(1 + (n % 12)).padStart(2, '0')}${String(1 + (n % 28)).padStart(2, '0')}`;
  const body = `${origin}${day}${String(n % 1000).padStart(3, '0')}`;
  return body + idCheckChar(body);
};
const resident = (n: number) => ({
  idType: 'citizen' as const,
  idNo: idNo(340_101 + (n % 90), 1940 + ((n * 7) % 80), n),
  areaCode: '340101001001',
});
/** Children of one year of one school: the unit is place 7. */
const pupil = (n: number) => ({ ...resident(n), idNo: idNo(340_101 + (n % 3), 2016, n) });
const PUPILS = Array.from({ length: 40 }, (_, i) => 5_000 + i);

before(async () => {
  house = await anIntake({ withLake: true });
  assert.ok(house.lake && house.loader);
  lake = house.lake;
  await house.loader.recover();
  const bought = (n: number, who: object) => ({ ...sale(n), phone: undefined, ...who });
  const rows = [
    ...Array.from({ length: 600 }, (_, n) => bought(n, resident(n))),
    ...PUPILS.map((n) => bought(n, { ...pupil(n), unitCode: 'P001' })),
  ];
  await house.push(ndjson(rows), 'application/x-ndjson');
  await house.drain();
  await house.loader.loadAll();
});
after(() => house.close());

const actor = {
  ...{ id: 9, login: 'clerk', name: 'clerk', roles: ['data_steward'] },
  areaCode: '340100000000',
};
async function ask(rows: Parameters<typeof sampleOf>[1]) {
  const deps = { db: house.db, lake, vault: house.vault };
  const drawn = await sampleOf(deps, rows, actor, NOW);
  const bulk = { kind: 'list.import' as const, persons: rows.length, incident: 'topic:1' };
  return { drawn, refusal: await guardBulk(house.db, actor, { ...bulk, ...drawn }, NOW) };
}

test('depositors of a bank, most of whom the city never heard of, are stopped', async () => {
  const strangers = Array.from({ length: 1_317 }, (_, n) => ({
    idType: 'citizen' as const,
    idNo: idNo(410_102 + ((n * 31) % 500), 1945 + ((n * 3) % 60), n),
    areaCode: n < 871 ? '' : '340101001001',
  }));
  const { refusal } = await ask(strangers);
  assert.equal(refusal?.code, 'list-concentrated');
  assert.match(refusal?.text.zh ?? '', /仅由同一来源知悉.*监督员/);
  const people = await house.db.read((tx) =>
    tx.row<{ n: number }>('select count(*) as n from people.person'),
  );
  assert.equal(people?.n, 640, 'and nobody of them got a file by being asked about');
});

test('pupils of one school are stopped while no epidemic explains them, and pass when one does', async () => {
  const before = await ask(PUPILS.map(pupil));
  assert.equal(before.refusal?.code, 'list-concentrated');
  assert.ok(before.drawn.sample.every((it) => it.unit === 7 && !it.hasSupport));
  const positive = {
    ...sale(1, pupil(PUPILS[0] ?? 0)),
    ...{ kind: 'lab_result', testCode: '94500-6', pathogen: 'measles', result: 'positive' },
    ...{ drugClass: undefined, quantity: undefined, phone: undefined, unitCode: 'P001' },
  };
  await house.push(ndjson([positive]), 'application/x-ndjson');
  await house.drain();
  await house.loader?.loadAll();
  const { drawn, refusal } = await ask(PUPILS.map(pupil));
  assert.equal(refusal, undefined);
  assert.ok(
    drawn.sample.every((it) => it.unit === null && it.hasSupport),
    'a case in their school',
  );
});

test('residents of every age and place pass', async () => {
  const { refusal } = await ask(Array.from({ length: 120 }, (_, n) => resident(n * 5)));
  assert.equal(refusal, undefined);
});

test('a list cut into pieces is held against the city as one', async () => {
  const piece = (from: number) =>
    Array.from({ length: 15 }, (_, n) => ({
      idType: 'passport' as const,
      idNo: `E${70_000_000 + from + n}`,
      areaCode: '',
    }));
  assert.equal((await ask(piece(0))).refusal, undefined, 'fifteen are too few to say anything');
  const words = { zh: '列入', en: 'Listed' };
  const known = await house.db.tx(async (tx) => {
    const ids = Array.from({ length: 15 }, (_, n) => 9_000_001 + n);
    for (const id of ids) {
      await tx.run(
        `insert into people.person (id, status, made_at) values ($1, 'provisional', $2)`,
        [id, new Date(NOW)],
      );
      await tx.run(
        `insert into people.statement (person, source_id, mark, attributes, trust, sealed, record,
            first_at, last_at) values ($1, 0, 'm', 2, 1, $2, 'list', $3, $3)`,
        [id, house.vault.seal('[[1,"x"]]'), new Date(NOW)],
      );
    }
    const head = { kind: 'list' as const, ref: 'list:abroad', inputs: {}, tree: null, words };
    const all = ids.map((personId) => ({ ...head, personId, deciderId: actor.id, at: NOW }));
    await recordDecisions(tx, all);
    return ids.length;
  });
  assert.equal(known, 15);
  assert.equal((await ask(piece(100))).refusal?.code, 'list-concentrated');
});

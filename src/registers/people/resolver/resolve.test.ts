import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { idCheckChar } from '#base/checksums.ts';
import { DAY } from '#base/time.ts';
import { vaultOf } from '#platform/secrets/index.ts';
import { type FreshDatabase, freshDatabase } from '../../../../tests/builders/database.ts';
import { rootKey } from '../../../platform/secrets/keys.ts';
import type { PersonSeen } from '../model.ts';
import { newResolver } from './resolve.ts';

const NOW = Date.parse('2026-03-02T01:00:00Z');
const vault = vaultOf([rootKey(Buffer.alloc(32, 1))]);
const school = { id: 12, code: 'S-1', kind: 'primary_school', name: { zh: '一小', en: 'No. 1' } };
const places = {
  byCode: new Map([['S-1', { ...school, areaCode: '429001002003', lat: 30, lon: 114 }]]),
};
let fresh: FreshDatabase;
before(async () => {
  fresh = await freshDatabase();
});
after(() => fresh.drop());

const resolver = (trust: Record<number, number> = {}) =>
  newResolver(vault, { places, trustOf: (source) => trust[source] ?? 0 });

let serial = 0;
/** A person of the test's own, valid by default. */
function someone(change: Partial<PersonSeen> = {}): PersonSeen {
  const n = ++serial;
  const body = `42900119900101${String(n % 1000).padStart(3, '0')}`;
  return {
    idType: 'citizen',
    idNo: body + idCheckChar(body),
    name: `王${String.fromCharCode(0x4e00 + n)}`,
    phone: `1390000${String(n).padStart(4, '0')}`,
    areaCode: '429001002003',
    at: NOW,
    sourceId: 1,
    record: `r${n}`,
    ...change,
  };
}
const withoutCard = (p: PersonSeen, change: Partial<PersonSeen> = {}): PersonSeen => ({
  ...p,
  idType: undefined,
  idNo: undefined,
  bornOn: '1990-01-01',
  record: `${p.record}-x`,
  ...change,
});

async function one(r: ReturnType<typeof resolver>, seen: PersonSeen, now = NOW) {
  const [resolved] = await r.resolve(fresh.db, [seen], now);
  assert.ok(resolved);
  return resolved;
}
const count = async (sql: string, params: unknown[] = []): Promise<number> =>
  (await fresh.db.read((tx) => tx.row<{ n: number }>(`select count(*) as n from ${sql}`, params)))
    ?.n ?? -1;
const claims = (person: number, attribute: number) =>
  count('people.statement where person = $1 and attributes & (1 << $2::int) <> 0', [
    person,
    attribute,
  ]);

test('one document is one person, whatever else the row says', async () => {
  const r = resolver();
  const p = someone();
  const first = await one(r, p);
  const again = await one(resolver(), { ...p, name: '另名', record: 'other', sourceId: 2 });
  assert.equal(again.person, first.person);
  assert.equal(first.areaCode, '429001002003');
  assert.equal(first.birthYear, 1990);
  assert.equal(await claims(first.person, 1), 2);
});

test('the same rows again change nothing, warm or cold', async () => {
  const r = resolver();
  const rows = [someone(), withoutCard(someone()), someone({ idNo: '110105194912310021' })];
  const first = await r.resolve(fresh.db, rows, NOW);
  const dump = () =>
    fresh.db.read((tx) =>
      tx.rows(
        `select p.*, c.* from people.person p join people.statement c on c.person = p.id
               where p.id = any($1) order by p.id, mark`,
        [first.map((f) => f.person)],
      ),
    );
  const before = await dump();
  assert.deepEqual(await r.resolve(fresh.db, rows, NOW), first);
  assert.deepEqual(await resolver().resolve(fresh.db, rows, NOW), first);
  assert.deepEqual(await dump(), before);
});

test('an unchanged person costs no SQL', async () => {
  const r = resolver();
  const rows = [someone(), withoutCard(someone())];
  const first = await r.resolve(fresh.db, rows, NOW);
  const gone = { ...fresh.db, tx: () => Promise.reject(new Error('no SQL expected')) };
  assert.deepEqual(await r.resolve(gone, rows, NOW), first);
});

test('null rows and rows that name nobody are person 0', async () => {
  const rows = [null, { at: NOW, sourceId: 1, record: 'x', unitCode: 'S-1' }];
  const [nobody, unit] = await resolver().resolve(fresh.db, rows, NOW);
  assert.equal(nobody?.person, 0);
  assert.equal(unit?.person, 0);
  assert.equal(unit?.unitId, 12);
});

test('a number with a wrong check digit is a fault and never a document', async () => {
  const p = someone();
  const right = await one(resolver(), p);
  const wrong = `${p.idNo?.slice(0, 17)}${p.idNo?.endsWith('1') ? '2' : '1'}`;
  const got = await one(resolver(), { ...p, idNo: wrong, bornOn: '1990-01-01', record: 'bad' });
  assert.equal(got.fault, 'check-digit');
  assert.notEqual(got.person, right.person);
  assert.equal(await claims(got.person, 3), 1);
  assert.equal(await count('people.handle where person = $1 and kind < 10', [got.person]), 0);
});

test('a document that comes later takes the provisional file in', async () => {
  const r = resolver();
  const p = someone();
  const provisional = await one(r, withoutCard(p));
  const identified = await one(r, p);
  assert.notEqual(identified.person, provisional.person);
  assert.equal((await one(r, withoutCard(p, { record: 'next' }))).person, identified.person);
  assert.equal(await count('people.person where id = $1', [provisional.person]), 1);
});

test('a provisional row of a person already identified is that person', async () => {
  const p = someone();
  const identified = await one(resolver(), p);
  const [provisional] = await resolver().resolve(fresh.db, [withoutCard(p)], NOW);
  assert.equal(provisional?.person, identified.person);
});

test('document and provisional row in one batch end in one file', async () => {
  const p = someone();
  const [a, b] = await resolver().resolve(fresh.db, [withoutCard(p), p], NOW);
  assert.equal(a?.person, b?.person);
  assert.equal(await count('people.link where into_person = $1', [b?.person]), 1);
});

test('a shared phone and name without the birth day links nobody', async () => {
  const p = someone();
  const identified = await one(resolver(), p);
  const other = await one(resolver(), withoutCard(p, { bornOn: '1961-05-05' }));
  const unknown = await one(resolver(), withoutCard(p, { bornOn: undefined }));
  assert.equal(new Set([identified.person, other.person, unknown.person]).size, 3);
});

test('where a person lives follows the latest word of the most trusted source', async () => {
  const r = resolver({ 9: 50 });
  const p = someone();
  const at = (areaCode: string, day: number, sourceId = 1) =>
    one(r, { ...p, areaCode, at: NOW + day * DAY, sourceId, record: `d${day}` });
  assert.equal((await at('429001002003', 0)).areaCode, '429001002003');
  assert.equal((await at('429001002004', 2)).areaCode, '429001002004');
  assert.equal((await at('429001002005', 1)).areaCode, '429001002004', 'older word');
  assert.equal((await at('429001002006', 1, 9)).areaCode, '429001002006', 'trusted source');
  assert.equal((await at('429001002007', 9)).areaCode, '429001002006', 'less trusted');
  assert.equal((await one(resolver({ 9: 50 }), p)).areaCode, '429001002006', 'from the database');
});

test('a known unit is kept, an unknown one is not a place', async () => {
  assert.equal((await one(resolver(), someone({ unitCode: 'S-1' }))).unitId, 12);
  assert.equal((await one(resolver(), someone({ unitCode: 'S-9' }))).unitId, 0);
});

test('two workers that meet the same new people agree', async () => {
  const rows = Array.from({ length: 400 }, () => someone());
  const many = rows.flatMap((p) => [p, withoutCard(p)]);
  const answers = await Promise.all(
    [many, [...many].reverse(), many].map((list) => resolver().resolve(fresh.db, list, NOW)),
  );
  const [a, b, c] = answers;
  assert.ok(a && b && c);
  const persons = (list: typeof a) => list.filter((_, i) => i % 2 === 0).map((x) => x.person);
  assert.deepEqual(persons(a), persons(c));
  assert.deepEqual(persons(a), persons([...b].reverse()));
  assert.equal(new Set(persons(a)).size, 400);
});

test('what identifies is nowhere in the clear', async () => {
  const p = someone({ address: '滨江区长堤街道7号' });
  await one(resolver(), p);
  const dump = await fresh.db.read((tx) =>
    tx.rows<{ t: string }>(`select person::text || statement::text as t from people.person
      join people.statement on statement.person = person.id
      union all select search::text from people.search
      union all select handle::text from people.handle`),
  );
  const text = dump.map((row) => row.t).join('\n');
  for (const secret of [p.idNo, p.phone, p.name, p.address, '19900101'])
    assert.ok(
      secret && !text.includes(secret) && !text.includes(Buffer.from(secret).toString('hex')),
    );
});

test('a failed transaction leaves nothing behind, in the database or in memory', async () => {
  const r = resolver();
  const p = someone();
  const broken: object = {
    ...fresh.db,
    seeing: () => broken,
    tx: <T>(work: (tx: never) => Promise<T>) =>
      fresh.db.tx(async (tx) => {
        await work(tx as never);
        throw new Error('the line was cut');
      }),
  };
  await assert.rejects(r.resolve(broken as never, [p], NOW), /cut/);
  assert.equal(r.cached, 0);
  assert.ok((await one(r, p)).person > 0);
});

test('more rows than the limit is a bug of the caller', async () => {
  await assert.rejects(resolver().resolve(fresh.db, Array(20_001).fill(null), NOW), /20001 rows/);
});

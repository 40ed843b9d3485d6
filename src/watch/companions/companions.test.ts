import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Actor, HOUSE, type Scope } from '#base/access.ts';
import { prefixOf } from '#base/areas.ts';
import { isRefusal, type Refusal } from '#base/refusal.ts';
import { DAY, HOUR, MINUTE } from '#base/time.ts';
import { LAKE_STEPS, LAKE_TABLE } from '#intake/records/index.ts';
import { type Lake, openLake } from '#platform/lake/index.ts';
import { openMandateKeys, vaultOf } from '#platform/secrets/index.ts';
import { importAreas } from '#registers/areas/index.ts';
import {
  decideMandate,
  type MandateFunction,
  proposeMandate,
  revokeMandate,
} from '#registers/mandates/index.ts';
import { syntheticDb } from '#registers/people/index.ts';
import { freshDatabase, type FreshDatabase } from '../../../tests/builders/database.ts';
import { type Ask, askCompanions, inquiriesAbout, readInquiry } from './ask.ts';

const CITY = '990100000000';
const NEAR = '990102000000';
const FAR = '990103000000';
const now = Date.now();
const met = now - 5 * HOUR;
const home = mkdtempSync(join(tmpdir(), 'fenghuo-companions-'));
const vault = vaultOf([{ id: 1, key: Buffer.alloc(32, 7) }]);
const keys = openMandateKeys(home, vault);
const places = { byId: new Map() };
let fresh: FreshDatabase;
let lake: Lake;

before(async () => {
  fresh = await freshDatabase();
  lake = await openLake({ home });
  await lake.migrate(LAKE_STEPS);
  await fresh.db.tx(async (tx) => {
    const area = (code: string) => ({ code, name: { zh: code, en: code }, lat: 30, lon: 114 });
    await importAreas(tx, HOUSE, [CITY, NEAR, FAR].map(area), now);
    for (const [id, areaCode] of [
      [1, NEAR],
      [2, NEAR],
      [3, FAR],
      [4, NEAR],
      [5, NEAR],
    ] as const) {
      await tx.run(
        `insert into people.person (id, status, area_code, made_at)
         values ($1, 'identified', $2, now())`,
        [id, areaCode],
      );
    }
  });
  // 1 and 2 and 3 meet at place 7 of the near district; 1 and 4 at place 8 of the far one; 5 is late.
  const seen = [
    [1, 7, NEAR, 0],
    [2, 7, NEAR, 5],
    [2, 7, NEAR, -9],
    [3, 7, NEAR, 10],
    [5, 7, NEAR, 11],
    [1, 8, FAR, 60],
    [4, 8, FAR, 61],
  ] as const;
  const rows = seen.map(
    ([person, place, area, minute], i) => `(${i + 1}, 'checkpoint_scan',
      fromUnixTimestamp64Milli(${met + minute * MINUTE}), ${person}, '${NEAR}', ${place}, '${area}')`,
  );
  await lake.run(
    `insert into ${LAKE_TABLE} (id, kind, at, person, personArea, place, placeArea) values ${rows}`,
  );
  // Present by its place only: an absence says that the child was not there.
  await lake.run(
    `insert into ${LAKE_TABLE} (id, kind, at, person, personArea, place, placeArea) values
     (50, 'school_absence', fromUnixTimestamp64Milli(${met}), 4, '${NEAR}', 7, '${NEAR}')`,
  );
});
after(async () => {
  await lake.stop();
  await fresh.drop();
  rmSync(home, { recursive: true, force: true });
});

const actor = (id: number, unit: string, areaCode: string): Actor => ({
  ...HOUSE,
  ...{ id, login: unit, name: unit, roles: ['epidemiologist'], unit, areaCode },
});
const EPI = actor(31, 'cdc', CITY);
const CLERK = actor(32, 'district', NEAR);
const scopeOf = (who: Actor): Scope => ({
  actor: who,
  areaPrefix: prefixOf(who.areaCode),
  purpose: 'test',
});
const ASK: Ask = { id: 1, from: met - HOUR, until: now, minutes: 10, purpose: '密接排查' };
const deps = () => ({ lake, vault, keys, places });
const sightOf = (who: Actor) =>
  fresh.db.seeing({ areaPrefix: prefixOf(who.areaCode), actorId: who.id });
const ask = (who: Actor, more: Partial<Ask> = {}) =>
  sightOf(who).tx((tx) => askCompanions(tx, deps(), scopeOf(who), { ...ASK, ...more }, now));

function sure<R>(result: R | Refusal): R {
  if (isRefusal(result)) assert.fail(result.code);
  return result;
}
let n = 0;
async function ordered(areas: string[], more: { functions?: MandateFunction[] } = {}) {
  const wanted = {
    ...{ functions: ['companions' as const], authority: '指挥部', documentNo: `令${++n}`, areas },
    ...{ articles: ['pipl-28'], disease: null, population: '密接', reason: '疫情', retention: {} },
    ...{ startsAt: now - HOUR, endsAt: now + DAY, reviewAt: now + HOUR },
    ...more,
  };
  const { id } = sure(await fresh.db.tx((tx) => proposeMandate(tx, EPI, wanted, now)));
  const approval = { id, approve: true, note: '' };
  sure(await fresh.db.tx((tx) => decideMandate(tx, keys, actor(33, 'hq', CITY), approval, now)));
  return id;
}

test('who was there too is asked under an order only, and named inside the own area only', async () => {
  const off = await ask(EPI);
  assert.ok(isRefusal(off) && off.code === 'no-mandate');
  const order = await ordered([CITY]);
  const whole = sure(await ask(EPI));
  assert.deepEqual(
    whole.rows.map((it) => [it.personId, it.times, it.gapMinutes]),
    [
      [2, 2, 5],
      [4, 1, 1],
      [3, 1, 10],
    ],
    'most often first, then the nearest; ten minutes are in, eleven out, an absence is no presence',
  );
  const near = sure(await ask(CLERK));
  assert.deepEqual([near.rows.map((it) => it.personId), near.elsewhere], [[2, 4], 1]);
  const stranger = await ask(actor(34, 'far', FAR));
  assert.ok(isRefusal(stranger) && stranger.code === 'no-such-person');

  const about = await sightOf(CLERK).tx((tx) =>
    inquiriesAbout(tx, deps(), scopeOf(CLERK), { id: 1 }, now),
  );
  assert.deepEqual([sure(about).rows.length, sure(about).order?.id], [2, order]);
  const far = actor(34, 'far', FAR);
  const kept = await sightOf(far).tx((tx) => readInquiry(tx, deps(), scopeOf(far), whole.id, now));
  assert.ok(isRefusal(kept), 'the answer is not there for another district');

  await fresh.db.tx((tx) => revokeMandate(tx, EPI, { id: order, reason: '结束' }, now));
  const late = await sightOf(EPI).tx((tx) =>
    readInquiry(tx, deps(), scopeOf(EPI), whole.id, now + 1),
  );
  assert.ok(isRefusal(late) && late.code === 'no-such-inquiry');
});

test('an order of one district shows no meeting of another, and reaches nobody who lives there', async () => {
  const order = await ordered([NEAR]);
  const found = sure(await ask(EPI));
  assert.deepEqual(
    found.rows.map((it) => it.personId),
    [2, 3],
    'the meeting at the far place stays unseen',
  );
  const other = await ask(EPI, { id: 3 });
  assert.ok(isRefusal(other) && other.code === 'no-mandate');
  await fresh.db.tx((tx) => revokeMandate(tx, EPI, { id: order, reason: '结束' }, now));
});

test('under an exercise nobody real is asked about, and nobody real is answered', async () => {
  const order = await ordered([CITY], { functions: ['exercise', 'companions'] });
  const real = await ask(EPI);
  assert.ok(isRefusal(real) && real.code === 'synthetic-only');
  await syntheticDb(fresh.db).tx((tx) =>
    tx.run(
      `insert into people.person (id, status, area_code, made_at)
       values (101, 'identified', $1, now()), (102, 'identified', $1, now())`,
      [NEAR],
    ),
  );
  const rows = [101, 102, 2].map(
    (person, i) => `(${60 + i}, 'checkpoint_scan', fromUnixTimestamp64Milli(${met}), ${person},
      '${NEAR}', 9, '${NEAR}')`,
  );
  await lake.run(
    `insert into ${LAKE_TABLE} (id, kind, at, person, personArea, place, placeArea) values ${rows}`,
  );
  const found = sure(await ask(EPI, { id: 101 }));
  assert.deepEqual(
    found.rows.map((it) => it.personId),
    [102],
  );
  assert.equal(found.order.isExercise, true);
  await fresh.db.tx((tx) => revokeMandate(tx, EPI, { id: order, reason: '结束' }, now));
});

test('a question for the police or against petitioners is refused by name', async () => {
  await ordered([CITY]);
  for (const purpose of ['信访维稳需要', 'for the police']) {
    const refused = await ask(EPI, { purpose });
    assert.ok(isRefusal(refused) && refused.code === 'purpose-refused', purpose);
  }
});

test('a span ends after it begins, is two weeks at most, and lies where records are kept', async () => {
  await ordered([CITY]);
  for (const more of [
    { until: ASK.from },
    { from: now - 15 * DAY },
    { from: now - 500 * DAY, until: now - 499 * DAY },
    { from: 8e15, until: 8e15 + 1 },
  ]) {
    const refused = await ask(EPI, more);
    assert.ok(isRefusal(refused) && refused.code === 'span');
  }
});

test('nothing of question or answer stands in the tables in the open', async () => {
  const row = await fresh.db.read((tx) =>
    tx.row<{ all: number; open: number; kept: number }>(
      `select count(*) as all, count(subject_id) as kept,
         count(*) filter (where position(convert_to('"found"', 'utf8') in sealed) > 0) as open
       from companions.inquiry`,
    ),
  );
  assert.deepEqual(row, { all: row?.all, kept: 0, open: 0 });
  assert.ok(Number(row?.all) > 0);
  const byHand = fresh.db.tx((tx) =>
    tx.run(
      `insert into companions.inquiry (mandate_id, mark, sealed, area_code, asked_by, at)
       values (1, 'm', 's', '', 1, now())`,
    ),
  );
  await assert.rejects(byHand, (fault: Error) => /no live mandate/.test(String(fault.cause)));
});

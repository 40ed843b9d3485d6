import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HOUR } from '#base/time.ts';
import { type Db, openDb } from '#platform/db/index.ts';
import { freshDatabase } from '../../../tests/builders/database.ts';
import { forgetDecisions, personsInLedger } from './keeping.ts';
import type { NewDecision } from './model.ts';
import { recordDecision, recordDecisions } from './record.ts';
import { decisionsPage, liveDecisions } from './store.ts';

const T = 1_790_000_000_000;
let db: Db;
let ownerUrl: string;
let drop: () => Promise<void>;
before(async () => {
  ({ db, drop, ownerUrl } = await freshDatabase());
  await db.tx((tx) =>
    tx.run(`insert into people.person (id, status, area_code, made_at) values
      (1, 'identified', '990102001001', now()), (2, 'identified', '990103001001', now())`),
  );
});
after(() => drop());

const decision = (over: Partial<NewDecision> = {}): NewDecision => ({
  personId: 1,
  kind: 'alert',
  ref: 'alert:17',
  ruleId: 'fever',
  ruleVersion: 3,
  inputs: { records: [{ id: 9, kind: 'clinic_visit', at: T, columns: { temperature: 38.6 } }] },
  tree: { text: 'temperature >= 38', result: 'true', value: 38.6 },
  deciderId: 0,
  words: { zh: '产生预警', en: 'Alert raised' },
  at: T,
  ...over,
});

test('nobody changes or takes back a decision, not even the owner of the table', async () => {
  await db.tx((tx) => recordDecision(tx, decision()));
  const owner = openDb(ownerUrl, { max: 1, name: 'owner' });
  for (const sql of [
    `update decisions.decision set words = '{}'`,
    'delete from decisions.decision',
    'truncate decisions.decision',
  ]) {
    await assert.rejects(() => owner.tx((tx) => tx.run(sql)), /never changed|decisions/, sql);
  }
  await owner.close();
  const { rows } = await db.read((tx) => decisionsPage(tx, [1], { limit: 10 }));
  assert.deepEqual([rows[0]?.ruleId, rows[0]?.ruleVersion, rows[0]?.move], ['fever', 3, 'begin']);
});

test('what ended or ran out holds no more; what goes on keeps its beginning', async () => {
  await db.tx((tx) =>
    recordDecisions(tx, [
      decision({ ref: 'list:abroad', kind: 'list', at: T + 1, until: T + HOUR }),
      decision({ ref: 'list:contacts', kind: 'list', at: T + 2 }),
      decision({ ref: 'list:contacts', kind: 'list', at: T + 3, move: 'end' }),
      decision({ at: T + 4, move: 'change' }),
    ]),
  );
  const live = (now: number) => db.read((tx) => liveDecisions(tx, [1], now));
  assert.deepEqual(
    (await live(T + 10)).map((it) => [it.ref, it.since]),
    [
      ['alert:17', T],
      ['list:abroad', T + 1],
    ],
  );
  assert.deepEqual(
    (await live(T + 2 * HOUR)).map((it) => it.ref),
    ['alert:17'],
  );
});

test('the ledger of a person is paged newest first, and seen only by who sees the person', async () => {
  const page = (on: Db, after?: string) =>
    on.read((tx) => decisionsPage(tx, [1, 2], { limit: 3, after }));
  await db.tx((tx) => recordDecision(tx, decision({ personId: 2, ref: 'alert:18' })));
  const first = await page(db);
  const second = await page(db, first.next ?? '');
  assert.deepEqual([first.rows.length, second.rows.length, second.next], [3, 3, null]);
  const clerk = db.seeing({ areaPrefix: '990103', actorId: 5 });
  assert.deepEqual(
    (await page(clerk)).rows.map((it) => it.ref),
    ['alert:18'],
  );
});

test('a sealed person needs an order and a mark', async () => {
  const sealed = { personId: null, sealed: Buffer.from('s'), mark: Buffer.from('m') };
  await db.tx((tx) => recordDecision(tx, decision({ ...sealed, mandateId: 4 })));
  await assert.rejects(() => db.tx((tx) => recordDecision(tx, decision({ personId: null }))));
});

test('decisions go with the file of their person, and by no other hand', async () => {
  await db.tx((tx) => recordDecision(tx, decision({ personId: 77 })));
  const gone = await db.read((tx) => personsInLedger(tx, 2, 10));
  assert.deepEqual(gone, [77]);
  assert.equal(await db.tx((tx) => forgetDecisions(tx, gone)), 1);
  assert.deepEqual(await db.read((tx) => personsInLedger(tx, 2, 10)), []);
});

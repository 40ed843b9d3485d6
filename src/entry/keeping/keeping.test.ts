import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { HOUSE } from '#base/access.ts';
import { DAY } from '#base/time.ts';
import { HOUSE_SIGHT, openDb } from '#platform/db/index.ts';
import { checkIdentity, accountOf } from '#intake/records/index.ts';
import { newSigner, publicKeysIn, type Signed, verifyDocument } from '#platform/secrets/index.ts';
import {
  askRun,
  dailyRun,
  dueNow,
  runById,
  shippedFields,
  workRun,
} from '#registers/retention/index.ts';
import { freshDatabase } from '../../../tests/builders/database.ts';
import { anIntake, ndjson, sale } from '../../../tests/builders/intake.ts';
import { ALL_SEALED, allPurgers } from './lists.ts';

type House = Awaited<ReturnType<typeof anIntake>>;
let house: House;
const now = Date.now();
const signer = newSigner();
before(async () => {
  house = await anIntake({ withLake: true });
});
after(() => house.close());

const depsAt = (clock: number) => {
  if (!house.lake) throw new Error('this test has a lake');
  const purgers = allPurgers({
    db: house.db,
    lake: house.lake,
    logFolder: join(house.home, 'log'),
    reactions: {},
    clock: () => clock,
  });
  return { db: house.db, fields: shippedFields(), purgers, signer };
};

const trip = (n: number, daysAgo: number) => {
  const { drugClass: _, quantity: __, placeCode: ___, ...person } = sale(n);
  return {
    ...person,
    kind: 'rail_trip',
    at: new Date(now - daysAgo * DAY).toISOString(),
    fromCity: '429000',
    transportNo: 'G1',
  };
};
const inLake = async (): Promise<number[]> =>
  Promise.all(
    ['records_by_person', 'records_by_place'].map(async (table) => {
      const [row] =
        (await house.lake?.query<{ n: number }>(`select count() n from ${table}`)) ?? [];
      return Number(row?.n);
    }),
  );
const dueOf = async (clock: number) =>
  Object.fromEntries(
    (await dueNow(depsAt(clock), clock)).map((it) => [it.field.code, it.due.rows]),
  );

test('a dry run tells what would go and changes nothing; the run takes exactly that and signs it', async () => {
  const rows = [
    ...Array.from({ length: 40 }, (_, n) => sale(n)),
    ...Array.from({ length: 30 }, (_, n) => trip(100 + n, 70 + n)),
    ...Array.from({ length: 5 }, (_, n) => trip(200 + n, 2)),
    { kind: 'pharmacy_sale', at: 'never' },
  ];
  await house.push(ndjson(rows), 'application/x-ndjson');
  await house.push(ndjson(rows.slice(0, 10)), 'application/x-ndjson');
  await house.drain();
  await house.loader?.recover();
  await house.loader?.loadAll();
  assert.deepEqual(await inLake(), [75, 75]);
  const first = await dueOf(now);
  assert.deepEqual([first['records.trips'], first['records.observed']], [30, 0]);
  assert.deepEqual(await dueOf(now), first);
  assert.deepEqual(await inLake(), [75, 75]);

  const asked = await house.db.tx((tx) => askRun(tx, HOUSE, now));
  const twice = await house.db.tx((tx) => askRun(tx, HOUSE, now));
  assert.equal(twice.id, asked.id);
  await workRun(depsAt(now), now);
  assert.deepEqual(await inLake(), [45, 45]);
  assert.equal((await dueOf(now))['records.trips'], 0);
  const run = await house.db.read((tx) => runById(tx, asked.id));
  assert.equal(run?.state, 'done');
  const signed = run?.certificate as unknown as Signed<{
    classes: { code: string; rows: number; digest: string }[];
  }>;
  const keys = publicKeysIn(signer.publicPem);
  assert.equal(verifyDocument(keys, signed), 'right');
  const trips = signed.document.classes.find((it) => it.code === 'records.trips');
  assert.equal(trips?.rows, 30);
  assert.match(trips?.digest ?? '', /^[0-9a-f]{64}$/);
  if (trips) trips.rows = 29;
  assert.equal(verifyDocument(keys, signed), 'wrong-signature');
  assert.ok(createPublicKey(signer.publicPem));
});

test('the account of every row still adds up when the rows are gone', async () => {
  const later = now + 402 * DAY;
  const due = await dueOf(later);
  assert.deepEqual(
    [due['records.quarantine'], due['records.duplicate'], due['records.dedupe']],
    [1, 10, 75],
  );
  // Weeks go whole: the youngest may hold a day that is not past.
  assert.ok((due['records.observed'] ?? 0) > 0);
  await dailyRun(depsAt(later), later);
  await dailyRun(depsAt(later), later);
  const runs = await house.db.read((tx) =>
    tx.row<{ n: number }>('select count(*) as n from retention.run'),
  );
  assert.equal(runs?.n, 2, 'one run a day');
  assert.deepEqual(await house.db.read(checkIdentity), []);
  const { city } = await house.db.read((tx) => accountOf(tx, later));
  assert.deepEqual(
    [city.received, city.admitted, city.quarantined, city.duplicate, city.pending],
    [86, 75, 1, 10, 0],
  );
  const after_ = await dueOf(later);
  assert.deepEqual([after_['records.quarantine'], after_['records.dedupe']], [0, 0]);
});

test('a run that fell in the middle goes on, and its certificate counts every row once', async () => {
  const at = now + 500 * DAY;
  const fields = shippedFields().filter((it) => it.code === 'http.answers');
  const taken: number[] = [];
  let falls = true;
  const purger = {
    field: 'http.answers',
    due: async () => ({ rows: 30, oldestAt: null, days: [] }),
    async purge() {
      if (taken.length === 2 && falls) throw new Error('the machine fell');
      taken.push(10);
      return { rows: 10, more: taken.length < 3, hash: `${taken.length}` };
    },
  };
  const deps = { db: house.db, fields, purgers: [purger], signer };
  const asked = await house.db.tx((tx) => askRun(tx, HOUSE, at));
  await assert.rejects(workRun(deps, at), /removing what is due/);
  falls = false;
  await workRun(deps, at);
  const run = await house.db.read((tx) => runById(tx, asked.id));
  assert.equal(run?.state, 'done');
  const signed = run?.certificate as unknown as Signed<{ classes: { rows: number }[] }>;
  assert.deepEqual(
    signed.document.classes.map((it) => it.rows),
    [30],
  );
});

test('nobody goes whom a hold, an alert, a task or a tie still needs', async () => {
  const later = now + 1_200 * DAY;
  const { db } = house;
  const ids = (
    await db.read((tx) =>
      tx.rows<{ id: number }>('select id from people.person order by id limit 4'),
    )
  ).map((row) => row.id);
  const [held = 0, alerted = 0, tied = 0, free = 0] = ids;
  await db.tx(async (tx) => {
    await tx.run(
      `insert into retention.hold (person_id, reason, from_at, until_at, by_id, by_name)
       values ($1, '\\x00', $2, $3, 1, 'x')`,
      [held, new Date(later - DAY), new Date(later + DAY)],
    );
    await tx.run(
      `insert into alerts.alert (level, status, rule_level, group_key, subject_key, rule_id,
         rule_version, title, subject, person_id, area_code, task, first_signal_at, last_signal_at,
         raised_at, rank, suppress_hours, moved_at)
       values (3, 'open', 3, 'g', 's', 'r', 1, '{}', 'person', $1, '', 'call', $2, $2, $2, 1, 1, $2)`,
      [alerted, new Date(now)],
    );
    await tx.run(
      `insert into people.tie (person, relation, area_code, since, state, proposed_by, proposed_at,
         source) values ($1, 'lives', '340101001001', $2, 'proposed', 1, $2, 'hand')`,
      [tied, new Date(now)],
    );
  });
  const purger = depsAt(later).purgers.find((it) => it.field === 'people.files');
  const gone = await purger?.purge(now + 100 * DAY, later);
  assert.ok((gone?.rows ?? 0) > 10);
  const left = await db.read((tx) =>
    tx.rows<{ id: number }>('select id from people.person order by id'),
  );
  assert.deepEqual(
    left.map((row) => row.id),
    [held, alerted, tied],
  );
  const parts = await db.read((tx) =>
    tx.row<{ n: number }>(
      `select (select count(*) from people.handle where person = $1)
        + (select count(*) from people.search where person = $1)
        + (select count(*) from people.statement where person = $1) as n`,
      [free],
    ),
  );
  assert.equal(parts?.n, 0);
});

/** Sealed with an order's key, which goes with the order: never sealed anew. */
const UNDER_ORDERS = ['companions.inquiry', 'decisions.decision', 'rules.sealed_member'];
/** Bytes that are no sealed value: digests, marks, public keys, states by number. */
const NO_SEAL = /hash$|mark$|^blind$|^gist$|^digest$|^signature$|^public_key$|^state$/;

test('every column of sealed bytes is brought under a new key', async () => {
  const columns = await house.db.read((tx) =>
    tx.rows<{ table: string; column: string }>(
      `select table_schema || '.' || table_name as table, column_name as column
       from information_schema.columns where data_type = 'bytea'
         and table_schema not in ('pg_catalog', 'information_schema')`,
    ),
  );
  const named = new Set(ALL_SEALED.map((it) => `${it.table}.${it.column}`));
  const sealed = columns
    .filter((it) => !NO_SEAL.test(it.column) && !UNDER_ORDERS.includes(it.table))
    .map((it) => `${it.table}.${it.column}`);
  assert.deepEqual(sealed.sort(), [...named].sort());
});

test('the worker may count and remove every class, the server may count it', async () => {
  const fresh = await freshDatabase();
  const worker = openDb(fresh.workerUrl, { max: 2, name: 'worker' });
  const server = openDb(fresh.serverUrl, { max: 2, name: 'server' }).seeing(HOUSE_SIGHT);
  try {
    if (!house.lake) throw new Error('this test has a lake');
    const rest = {
      lake: house.lake,
      logFolder: join(house.home, 'log'),
      reactions: {},
      clock: () => now,
    };
    const classes = shippedFields().filter((field) => field.action !== 'keep');
    const [mine, theirs] = [
      allPurgers({ db: worker, ...rest }),
      allPurgers({ db: server, ...rest }),
    ];
    assert.deepEqual(
      mine.map((it) => it.field).sort(),
      classes.map((it) => it.code).sort(),
      'each class that ends has one who removes it',
    );
    for (const purger of theirs) await purger.due(now);
    for (const purger of mine) {
      await purger.due(now);
      await purger.purge(now - 2_000 * DAY, now);
    }
  } finally {
    await worker.close();
    await server.close();
    await fresh.drop();
  }
});

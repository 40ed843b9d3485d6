import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { freshDatabase, type FreshDatabase } from '../../../tests/builders/database.ts';
import { type MigrationStep, migrate, openDb } from './index.ts';

let fresh: FreshDatabase;
before(async () => {
  fresh = await freshDatabase({ rooms: [] });
});
after(() => fresh.drop());

const step = (name: string, sql: string): MigrationStep => ({
  room: 'made/up',
  name,
  sql,
  checksum: `sum of ${sql}`,
});
const run = (...steps: MigrationStep[]): Promise<number> =>
  migrate(fresh.db, ['made/up'], undefined, steps);

const FIRST = step('1_first.sql', 'create table made (n int); insert into made values (1)');

test('each migration runs once, also when several processes try at once', async () => {
  const others = [openDb(fresh.url, { max: 1 }), openDb(fresh.url, { max: 1 })];
  const ran = await Promise.all(
    [fresh.db, ...others].map((db) => migrate(db, ['made/up'], undefined, [FIRST])),
  );
  assert.equal(
    ran.reduce((a, b) => a + b),
    1,
  );
  assert.deepEqual(await fresh.db.read((tx) => tx.rows('select n from made')), [{ n: 1 }]);
  await Promise.all(others.map((db) => db.close()));
});

test('a migration that fails leaves nothing and names its file', async () => {
  const bad = step('2_bad.sql', 'create table half (n int); select nonsense');
  await assert.rejects(run(FIRST, bad), /src\/made\/up\/migrations\/2_bad\.sql failed: .*nonsense/);
  const row = await fresh.db.read((tx) => tx.row<{ at: null }>(`select to_regclass('half') as at`));
  assert.equal(row?.at, null);
});

test('a changed or missing old migration is refused', async () => {
  await assert.rejects(run(step(FIRST.name, 'select 1')), /1_first\.sql was changed after/);
  await assert.rejects(run(), /1_first\.sql was applied .* not in this version/);
});

test('steps are told as they begin', async () => {
  const told: string[] = [];
  const steps = [FIRST, step('3_next.sql', 'select 1'), step('4_last.sql', 'select 1')];
  await migrate(fresh.db, ['made/up'], (s, i, n) => told.push(`${s.name} ${i + 1}/${n}`), steps);
  assert.deepEqual(told, ['3_next.sql 1/2', '4_last.sql 2/2']);
});

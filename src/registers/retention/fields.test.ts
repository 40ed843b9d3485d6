import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type FreshDatabase, freshDatabase } from '../../../tests/builders/database.ts';
import { fieldsAt, shippedFields, shippedNone } from './fields.ts';

let fresh: FreshDatabase;
before(async () => {
  fresh = await freshDatabase();
});
after(() => fresh.drop());

const tables = async (): Promise<string[]> =>
  (
    await fresh.db.read((tx) =>
      tx.rows<{ name: string }>(
        `select table_schema || '.' || table_name as name from information_schema.tables
         where table_type = 'BASE TABLE'
           and table_schema not in ('pg_catalog', 'information_schema', 'public', 'house')
         order by 1`,
      ),
    )
  ).map((row) => `pg:${row.name}`);

test('every table has a class of retention, or a reason why it holds nothing about a person', async () => {
  const classed = new Set(shippedFields().flatMap((field) => field.stores));
  const none = new Set(shippedNone().map((it) => it.store));
  const all = await tables();
  assert.deepEqual(
    all.filter((name) => !classed.has(name) && !none.has(name)),
    [],
    'name the table in data/retention/fields.csv, or in none.csv with the reason',
  );
  assert.deepEqual(
    all.filter((name) => classed.has(name) && none.has(name)),
    [],
  );
  const known = new Set(all);
  const gone = [...classed, ...none].filter((it) => it.startsWith('pg:') && !known.has(it));
  assert.deepEqual(gone, [], 'these tables do not exist');
  for (const it of shippedNone()) assert.ok(it.reason.length > 3, it.store);
});

test('a column that holds sealed bytes stands in no table without a class', async () => {
  const none = new Set(shippedNone().map((it) => it.store));
  const rows = await fresh.db.read((tx) =>
    tx.rows<{ name: string }>(
      `select 'pg:' || table_schema || '.' || table_name as name
       from information_schema.columns where data_type = 'bytea' and column_name ~ 'sealed|said|note'`,
    ),
  );
  assert.ok(rows.length > 10);
  assert.deepEqual(
    rows.filter((row) => none.has(row.name)),
    [],
  );
});

test('a class is dated, has one clock on a day, and an end unless its words say why not', () => {
  const fields = shippedFields();
  for (const field of fields) {
    const same = fields.filter((it) => it.code === field.code);
    for (const other of same)
      if (other !== field)
        assert.ok(
          (field.validUntil ?? '9') <= other.validFrom ||
            (other.validUntil ?? '9') <= field.validFrom,
          `${field.code} has two clocks on one day`,
        );
    assert.equal(field.action === 'keep', field.days === null, field.code);
    if (field.days === null) assert.equal(field.isOn, false, field.code);
  }
  assert.deepEqual(fieldsAt(fields, Date.UTC(2025, 0, 1)), []);
  assert.ok(fieldsAt(fields, Date.UTC(2026, 10, 22)).length > 20);
});

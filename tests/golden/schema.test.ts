import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { LAKE_STEPS } from '#intake/records/index.ts';
import type { Tx } from '#platform/db/index.ts';
import { freshDatabase } from '../builders/database.ts';

const GOLDEN = join(import.meta.dirname, 'schema.txt');

type Column = {
  table: string;
  column: string;
  type: string;
  must: boolean;
  otherwise: string | null;
};
type Rule = { table: string; definition: string };

const columnsOf = (tx: Tx): Promise<Column[]> =>
  tx.rows<Column>(
    `select n.nspname || '.' || c.relname as "table", a.attname as "column",
            format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as must,
            pg_get_expr(d.adbin, d.adrelid) as otherwise
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
     where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
     order by 1, a.attnum`,
  );

const rulesOf = (tx: Tx): Promise<Rule[]> =>
  tx.rows<Rule>(
    `select conrelid::regclass::text as "table",
            regexp_replace(pg_get_constraintdef(oid), '\\s+', ' ', 'g') as definition
     from pg_constraint where connamespace::regnamespace::text !~ '^(pg_|information_schema)'
       and contype in ('p', 'u', 'f', 'c')
     union all
     select schemaname || '.' || tablename, regexp_replace(indexdef, '^.* ON ', 'index on ')
     from pg_indexes where schemaname !~ '^(pg_|information_schema)'
       and not exists (select from pg_constraint where conname = indexname)
     union all
     select schemaname || '.' || tablename,
       policyname || ': ' || regexp_replace(qual, '\\s+', ' ', 'g') || case
         when with_check <> qual then '; written: ' || regexp_replace(with_check, '\\s+', ' ', 'g')
         else '' end
     from pg_policies where policyname <> 'house'
     order by 1, 2`,
  );

/** Every table with its columns, constraints, indexes and what of it a sight is shown: one page a reviewer can read. */
async function printSchema(tx: Tx): Promise<string> {
  const lines: string[] = ['PostgreSQL, as the migrations of all rooms leave it', ''];
  const rules = await rulesOf(tx);
  let table = '';
  const close = () =>
    lines.push(...rules.filter((it) => it.table === table).map((it) => `  ${it.definition}`), '');
  for (const it of await columnsOf(tx)) {
    if (it.table !== table) {
      if (table) close();
      table = it.table;
      lines.push(table);
    }
    const rest = `${it.must ? ' not null' : ''}${it.otherwise ? ` default ${it.otherwise}` : ''}`;
    lines.push(`  ${it.column} ${it.type}${rest}`);
  }
  close();
  lines.push('The lake', '', ...LAKE_STEPS.map((step) => `${step.sql.trim()}\n`));
  return `${lines.join('\n').trim()}\n`;
}

test('the tables are as the reviewed page says; after a reviewed change: UPDATE_GOLDEN=1', async () => {
  const house = await freshDatabase();
  try {
    const printed = await house.db.read(printSchema);
    if (process.env['UPDATE_GOLDEN']) writeFileSync(GOLDEN, printed);
    assert.equal(printed, readFileSync(GOLDEN, 'utf8'));
  } finally {
    await house.drop();
  }
});

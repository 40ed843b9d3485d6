import type { Tx } from '#platform/db/index.ts';
import { COMMUNITY, smallCity, T0 } from '../builders/loop.ts';

/** Ids of the side that must stay unseen begin here; nothing of the near side reaches so far. */
export const FAR_ID = 900_000;
const NEAR_ID = 700_001;
const FAR_COMMUNITY = '429902001001';
/** What no row may hold that a district of 429901 is shown. */
export const FOREIGN = /\b9\d{5}\b|429902/;
/** Who asks; `actor_id` of the near side, for rows that are their author's alone. */
export const ASKER = 77;

export type Guarded = { readonly table: string; readonly sight: string };

/** Every table behind the wall, and what of it a sight is shown; those shown to all are about nobody. */
export const guardedTables = (tx: Tx): Promise<Guarded[]> =>
  tx.rows<Guarded>(
    `select format('%I.%I', schemaname, tablename) as "table", qual as sight
     from pg_policies where policyname = 'sight' and qual <> 'true' order by 1`,
  );

type Column = { name: string; type: string };

const columnsOf = (tx: Tx, table: string): Promise<Column[]> =>
  tx.rows<Column>(
    `select attname as name, format_type(atttypid, null) as type from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
    [table],
  );

/** A value that says by name and type which side it is of. */
function valueFor({ name, type }: Column, side: { id: number; area: string }): unknown {
  const isNear = side.id === NEAR_ID;
  if (/area/.test(name) && type === 'text') return side.area;
  if (name === 'actor_id' || name === 'holder_id') return isNear ? ASKER : side.id;
  if (type === 'bigint') return side.id;
  if (type === 'bigint[]') return [side.id];
  if (/^(integer|smallint|real|double precision|numeric)$/.test(type)) return isNear ? 7 : 9;
  if (type.startsWith('timestamp')) return new Date(T0 + side.id);
  if (type === 'date') return '2026-03-02';
  if (type === 'boolean') return isNear;
  if (type === 'jsonb') return '{}';
  if (type === 'bytea') return Buffer.from(String(side.id));
  if (type.endsWith('[]')) return [];
  if (type === 'uuid') return `00000000-0000-0000-0000-000000${side.id}`;
  if (name === 'state') return 'accepted';
  return type === 'text' ? `${name} ${side.id}` : undefined;
}

/** One row more on either side of every guarded table, whatever its room demands of rows. */
async function oneEach(tx: Tx, table: string): Promise<void> {
  const columns = await columnsOf(tx, table);
  for (const side of [
    { id: NEAR_ID, area: COMMUNITY },
    { id: FAR_ID + 1, area: FAR_COMMUNITY },
  ]) {
    const filled = columns
      .map((column) => ({ ...column, value: valueFor(column, side) }))
      .filter(({ value }) => value !== undefined);
    const names = filled.map(({ name }) => `"${name}"`).join(', ');
    const slots = filled.map(({ type }, i) => `$${i + 1}::${type}`).join(', ');
    await tx.run(
      `insert into ${table} (${names}) overriding system value values (${slots})`,
      filled.map(({ value }) => value),
    );
  }
}

/** The rules of the rooms are their own tests; here every table must hold a row of either side. */
async function withoutRules(tx: Tx): Promise<void> {
  await tx.run(`set local session_replication_role = replica; set local trace.migrates = 'on'`);
  const checks = await tx.rows<{ table: string; name: string }>(
    `select conrelid::regclass::text as "table", conname as name from pg_constraint
     where contype in ('c', 'f') and connamespace::regnamespace::text !~ '^(pg_|information_)'`,
  );
  for (const { table, name } of checks)
    await tx.run(`alter table ${table} drop constraint ${name}`);
}

/** Two districts with the real loop run through both, and every guarded table filled besides. */
export async function twoDistricts() {
  const city = await smallCity();
  await city.signal([{ personId: 1 }]);
  await city.hear();
  await city.asOwner(async (tx) => {
    const counters = await tx.rows<{ name: string }>(
      `select format('%I.%I', schemaname, sequencename) as name from pg_sequences
       where data_type = 'bigint'::regtype`,
    );
    for (const { name } of counters) await tx.run(`alter sequence ${name} restart with 900100`);
    await tx.run(
      `insert into people.person (id, status, area_code, made_at) values ($1, 'identified', $2, $3)`,
      [FAR_ID + 50, FAR_COMMUNITY, new Date(T0)],
    );
  });
  await city.signal([{ personId: FAR_ID + 50, areaCode: FAR_COMMUNITY }]);
  await city.hear();
  const guarded = await city.asOwner(async (tx) => {
    await withoutRules(tx);
    const tables = await guardedTables(tx);
    for (const { table } of tables) await oneEach(tx, table);
    return tables;
  });
  return { ...city, guarded };
}

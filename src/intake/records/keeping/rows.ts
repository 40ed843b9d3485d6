import type { Purged, Purger } from '#base/keeping.ts';
import { HOUR } from '#base/time.ts';
import { type Db, dueOfTable, hashOf, type Tx } from '#platform/db/index.ts';

const STEP_ROWS = 5_000;

type Kept = { readonly field: string; readonly table: 'quarantine' | 'duplicate'; key: string };

/** Takes rows of a batch away and notes how many of each batch went: the account still adds up. */
async function takeOfBatches(tx: Tx, { table, key }: Kept, before: number): Promise<Purged> {
  const gone = await tx.rows<{ batch: string; name: string }>(
    `delete from records.${table} where ctid = any(array(
       select ctid from records.${table} where at < $1 limit ${STEP_ROWS} for update skip locked))
     returning batch_id as batch, ${key}::text as name`,
    [new Date(before)],
  );
  const counted = new Map<string, number>();
  for (const { batch } of gone) counted.set(batch, (counted.get(batch) ?? 0) + 1);
  const column = table === 'quarantine' ? 'quarantined_gone' : 'duplicate_gone';
  const batches = [...counted.keys()].sort();
  await tx.run(
    `update records.batch_count c set ${column} = c.${column} + x.n
     from unnest($1::text[], $2::int8[]) as x (batch, n) where c.batch_id = x.batch`,
    [batches, batches.map((batch) => counted.get(batch) ?? 0)],
  );
  const hash = hashOf(gone.map((it) => `${it.batch}/${it.name}`));
  return { rows: gone.length, more: gone.length === STEP_ROWS, hash };
}

const ofBatches = (db: Db, kept: Kept): Purger => ({
  field: kept.field,
  due: (before) =>
    dueOfTable(db, { ...kept, table: `records.${kept.table}`, at: 'at', key: [] }, before),
  purge: (before) => db.tx((tx) => takeOfBatches(tx, kept, before)),
});

/** The key of a dedupe row begins with the hour of its observation. */
const keyBefore = (at: number): string =>
  `${Math.floor(at / HOUR)
    .toString(16)
    .padStart(8, '0')}-0000-0000-0000-000000000000`;
const HOUR_OF_KEY = `('x' || left(key::text, 8))::bit(32)::int8`;

/**
 * Dedupe keys of observations older than any that would still be admitted (`LIMITS.ageMaxMs`):
 * a row that comes again is refused as too old, so nothing is counted twice.
 */
const seenPurger = (db: Db): Purger => ({
  field: 'records.dedupe',
  due: (before) =>
    db.read(async (tx) => {
      const first = await tx.row<{ hour: number }>(
        `select ${HOUR_OF_KEY} as hour from records.seen order by key limit 1`,
      );
      const days = await tx.rows<{ day: string; rows: number }>(
        `select to_char(to_timestamp(${HOUR_OF_KEY} * 3600) at time zone 'Asia/Shanghai',
           'YYYY-MM-DD') as day, count(*) as rows
         from records.seen where key < $1 group by 1 order by 1 limit 800`,
        [keyBefore(before)],
      );
      const rows = days.reduce((sum, it) => sum + it.rows, 0);
      return { rows, oldestAt: first ? first.hour * HOUR : null, days };
    }),
  purge: (before) =>
    db.tx(async (tx) => {
      const gone = await tx.rows<{ name: string }>(
        `delete from records.seen where key in (
           select key from records.seen where key < $1 order by key limit ${STEP_ROWS})
         returning key::text as name`,
        [keyBefore(before)],
      );
      await tx.run('update records.gone set seen = seen + $1', [gone.length]);
      const hash = hashOf(gone.map((it) => it.name));
      return { rows: gone.length, more: gone.length === STEP_ROWS, hash };
    }),
});

/** Rows of PostgreSQL this room keeps for a time. */
export const rowPurgers = (db: Db): Purger[] => [
  ofBatches(db, { field: 'records.quarantine', table: 'quarantine', key: 'row_no' }),
  ofBatches(db, { field: 'records.duplicate', table: 'duplicate', key: 'row_no' }),
  seenPurger(db),
];

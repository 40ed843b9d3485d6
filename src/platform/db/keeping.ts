import { createHash } from 'node:crypto';
import { DUE_DAYS_MAX, type Due, type Purged, type Purger } from '#base/keeping.ts';
import type { Db, Tx } from './database.ts';

/** Rows of one step: a delete of so many holds its locks for some ten milliseconds. */
const STEP_ROWS = 5_000;

export type TablePurge = {
  readonly field: string;
  readonly table: `${string}.${string}`;
  /** Expression of the time the clock counts from. */
  readonly at: string;
  /** Further condition on a row, e.g. `closed_at is not null`; parameters are not taken. */
  readonly where?: string;
  /** Columns that name a row for the certificate. */
  readonly key: readonly string[];
  /** Assignments instead of a delete, e.g. `said = null`: `where` must then exclude what is done. */
  readonly anonymise?: string;
};

const conditionOf = (it: TablePurge): string =>
  `${it.at} < $1${it.where ? ` and ${it.where}` : ''}`;

/** What of a table is due, by day of the city. */
export const dueOfTable = (db: Db, it: TablePurge, before: number): Promise<Due> =>
  db.read(async (tx) => {
    const all = await tx.row<{ oldestAt: number | null }>(
      `select min(${it.at}) as "oldestAt" from ${it.table} ${it.where ? `where ${it.where}` : ''}`,
    );
    const days = await tx.rows<{ day: string; rows: number }>(
      `select to_char(${it.at} at time zone 'Asia/Shanghai', 'YYYY-MM-DD') as day, count(*) as rows
       from ${it.table} where ${conditionOf(it)} group by 1 order by 1 limit ${DUE_DAYS_MAX}`,
      [new Date(before)],
    );
    return {
      rows: days.reduce((sum, day) => sum + day.rows, 0),
      oldestAt: all?.oldestAt ?? null,
      days,
    };
  });

async function stepOf(tx: Tx, it: TablePurge, before: number): Promise<Purged> {
  const name = it.key.map((column) => `t.${column}::text`).join(` || '/' || `);
  const old = `select ctid from ${it.table} where ${conditionOf(it)} limit ${STEP_ROWS}
    for update skip locked`;
  const change = it.anonymise
    ? `update ${it.table} t set ${it.anonymise}`
    : `delete from ${it.table} t`;
  const rows = await tx.rows<{ name: string }>(
    `${change} where t.ctid = any(array(${old})) returning ${name} as name`,
    [new Date(before)],
  );
  return {
    rows: rows.length,
    more: rows.length === STEP_ROWS,
    hash: hashOf(rows.map((row) => row.name)),
  };
}

/** A digest of the names of what was taken, in order: two who took the same agree. */
export const hashOf = (names: readonly string[]): string =>
  createHash('sha256')
    .update([...names].sort().join('\n'))
    .digest('hex');

/** The purger of a class that is rows of one table. */
export const tablePurger = (db: Db, it: TablePurge): Purger => ({
  field: it.field,
  due: (before) => dueOfTable(db, it, before),
  purge: (before) => db.tx((tx) => stepOf(tx, it, before)),
});

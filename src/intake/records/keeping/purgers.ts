import type { Purger, SealedColumn } from '#base/keeping.ts';
import { type Db, tablePurger } from '#platform/db/index.ts';
import type { Lake } from '#platform/lake/index.ts';
import { logPurger } from './files.ts';
import { lakePurgers } from './lake.ts';
import { rowPurgers } from './rows.ts';

/** What this room keeps for a time: in tables, in the lake, in the log of raw rows. */
export const recordPurgers = (deps: {
  readonly db: Db;
  readonly lake: Lake;
  readonly logFolder: string;
}): Purger[] => [
  logPurger(deps.db, deps.logFolder),
  ...lakePurgers(deps.lake),
  ...rowPurgers(deps.db),
  tablePurger(deps.db, {
    field: 'records.lineage',
    table: 'records.lineage',
    at: 'at',
    key: ['id'],
  }),
];

/** Columns of this room that are sealed. */
export const recordsSealed: readonly SealedColumn[] = [
  { table: 'records.quarantine', key: ['id'], column: 'sealed' },
  { table: 'records.salt', key: ['one'], column: 'sealed' },
];

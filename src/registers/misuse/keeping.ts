import type { Purger, SealedColumn } from '#base/keeping.ts';
import { type Db, tablePurger } from '#platform/db/index.ts';

/** Judged alarms, and the tallies they are measured by. */
export const misusePurgers = (db: Db): Purger[] => [
  tablePurger(db, {
    field: 'misuse.alarms',
    table: 'misuse.alarm',
    at: 'judged_at',
    where: `state <> 'open'`,
    key: ['id'],
  }),
  tablePurger(db, { field: 'misuse.deeds', table: 'misuse.deed', at: 'at', key: ['id'] }),
];

export const misuseSealed: readonly SealedColumn[] = [
  { table: 'misuse.alarm', key: ['id'], column: 'note' },
];

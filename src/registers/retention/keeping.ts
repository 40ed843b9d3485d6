import type { Purger, SealedColumn } from '#base/keeping.ts';
import { type Db, tablePurger } from '#platform/db/index.ts';

/** Holds that ended. Runs and their certificates are kept: they are the proof. */
export const holdPurgers = (db: Db): Purger[] => [
  tablePurger(db, {
    field: 'retention.holds',
    table: 'retention.hold',
    at: 'coalesce(ended_at, until_at)',
    key: ['id'],
  }),
];

export const retentionSealed: readonly SealedColumn[] = [
  { table: 'retention.hold', key: ['id'], column: 'reason' },
];

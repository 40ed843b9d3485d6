import type { Purger, SealedColumn } from '#base/keeping.ts';
import { type Db, tablePurger } from '#platform/db/index.ts';

/** Sessions that ended; who did what in them stands in the trace. */
export const sessionPurgers = (db: Db): Purger[] => [
  tablePurger(db, {
    field: 'access.sessions',
    table: 'access.session',
    at: 'coalesce(ended_at, ends_at)',
    key: ['actor_id', 'begun_at'],
  }),
  tablePurger(db, {
    field: 'access.glass',
    table: 'access.glass_grant',
    at: 'reviewed_at',
    key: ['id'],
  }),
];

/** Reasons and verdicts of broken glass. */
export const accessSealed: readonly SealedColumn[] = [
  { table: 'access.glass_grant', key: ['id'], column: 'reason' },
  { table: 'access.glass_grant', key: ['id'], column: 'note' },
];

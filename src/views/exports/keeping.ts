import type { Purger } from '#base/keeping.ts';
import { type Db, tablePurger } from '#platform/db/index.ts';

/** Asks for exports, long after they expired; the trace keeps who fetched what. */
export const exportPurgers = (db: Db): Purger[] => [
  tablePurger(db, {
    field: 'exports.asks',
    table: 'exports.ask',
    at: 'coalesce(expires_at, asked_at)',
    key: ['id'],
  }),
];

import type { Purger } from '#base/keeping.ts';
import { type Db, tablePurger } from '#platform/db/index.ts';

/** The records a rule matched, by number and code: the signal stays, what it saw goes. */
export const signalPurgers = (db: Db): Purger[] => [
  tablePurger(db, {
    field: 'signals.evidence',
    table: 'signals.signal',
    at: 'at',
    where: `evidence -> 'records' <> '[]'::jsonb`,
    key: ['id'],
    anonymise: `evidence = '{"records": [], "why": []}', person_id = null, record_id = null`,
  }),
];

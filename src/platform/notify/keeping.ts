import type { Purger, SealedColumn } from '#base/keeping.ts';
import { type Db, tablePurger } from '#platform/db/index.ts';

/** Messages that were sent or given up; number and words are gone from them with the sending. */
export const notifyPurgers = (db: Db): Purger[] => [
  tablePurger(db, {
    field: 'notify.messages',
    table: 'notify.message',
    at: 'ended_at',
    where: `state <> 'waiting'`,
    key: ['id'],
  }),
];

export const notifySealed: readonly SealedColumn[] = [
  { table: 'notify.message', key: ['id'], column: 'sealed_to' },
  { table: 'notify.message', key: ['id'], column: 'sealed_params' },
];

import type { Purger, SealedColumn } from '#base/keeping.ts';
import { type Db, tablePurger } from '#platform/db/index.ts';

/** First answers by Idempotency-Key: a retried write is promised the same answer for a week. */
export const answerPurgers = (db: Db): Purger[] => [
  tablePurger(db, {
    field: 'http.answers',
    table: 'http.answers',
    at: 'at',
    key: ['actor_id', 'at'],
  }),
];

/** Answers may hold what an actor was shown: sealed. */
export const answersSealed: readonly SealedColumn[] = [
  { table: 'http.answers', key: ['actor_id', 'key'], column: 'sealed' },
];

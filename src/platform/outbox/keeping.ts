import type { Purger } from '#base/keeping.ts';
import { type Db, dueOfTable, hashOf } from '#platform/db/index.ts';
import { pruneFacts } from './horizon.ts';
import type { Reactions } from './reactions.ts';

/** Facts that every reaction heard long ago. Parked ones stay until somebody has dealt with them. */
export const factPurgers = (db: Db, reactions: Reactions): Purger[] => [
  {
    field: 'outbox.facts',
    due: (before) =>
      dueOfTable(
        db,
        { field: '', table: 'outbox.facts', at: 'told_at', where: HEARD, key: [] },
        before,
      ),
    async purge(before) {
      const rows = await db.tx((tx) => pruneFacts(tx, reactions, before));
      return { rows, more: rows > 0, hash: hashOf([`${rows}`]) };
    },
  },
];

const HEARD = `id <= (select least(min(c.low), (select settled from outbox.horizon))
    from outbox.cursors c)
  and not exists (select 1 from outbox.parked p where p.fact = facts.id)`;

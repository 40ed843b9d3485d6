import type { Db, Tx } from '#platform/db/index.ts';
import type { Hearer, Reactions } from './reactions.ts';
import { hearersOf } from './reactions.ts';

/** Facts removed per statement, so that pruning never holds locks for long. */
const PRUNE_MAX = 10_000;

/**
 * Moves the horizon: the id below which no further fact can appear. Ids are drawn before commit,
 * so a lower one may become visible after a higher one, and a cursor that trusted ids alone would
 * skip it.
 *
 * The argument: `next_id` is the highest id of a snapshot, `next_xid` the number of a transaction
 * that began to write after that snapshot. Who drew a lower id had its number before drawing
 * (column order in `facts`), hence a smaller one than `next_xid`. When the oldest running
 * transaction is not older than `next_xid`, all of those have ended: every id up to `next_id` is
 * visible or will never be. It must be the only statement of its transaction: an xid from earlier
 * would be too small.
 */
export const settle = (db: Db): Promise<number> =>
  db.tx((tx) =>
    tx.run(
      `update outbox.horizon h
       set settled = h.next_id, next_id = top.id, next_xid = pg_current_xact_id()
       from (select coalesce(max(id), 0) as id from outbox.facts) top
       where h.settled < top.id and pg_snapshot_xmin(pg_current_snapshot()) >= h.next_xid`,
    ),
  );

/** Names of the reactions whose cursor is not at the horizon. */
export async function reactionsBehind(tx: Tx): Promise<string[]> {
  const rows = await tx.rows<{ reaction: string }>(
    'select reaction from outbox.cursors where low < (select settled from outbox.horizon)',
  );
  return rows.map((row) => row.reaction);
}

/**
 * Moves a reaction's cursor up to the horizon or to the first fact it has not dealt with, and drops
 * the marks below, which the cursor now stands for. Parked facts stay in their own table.
 */
export async function advance(tx: Tx, hearer: Hearer): Promise<void> {
  const kinds = [...hearer.reactTo.keys()];
  await tx.rows('select low from outbox.cursors where reaction = $1 for update', [hearer.name]);
  await tx.run(
    `update outbox.cursors c set low = greatest(c.low, coalesce(
       (select min(f.id) - 1 from outbox.facts f
        where f.id > c.low and f.id <= h.settled and f.kind = any($2)
          and not exists (select from outbox.heard m where m.reaction = $1 and m.fact = f.id)
          and not exists (select from outbox.parked p where p.reaction = $1 and p.fact = f.id)),
       h.settled))
     from outbox.horizon h where c.reaction = $1 and c.low < h.settled`,
    [hearer.name, kinds],
  );
  await tx.run(
    `delete from outbox.heard h using outbox.cursors c
     where c.reaction = $1 and h.reaction = $1 and h.fact <= c.low`,
    [hearer.name],
  );
}

/**
 * Removes facts told before `before` that every one of these reactions has passed and none has
 * parked. Answers how many; at most 10,000, so call again until it is 0.
 */
export const pruneFacts = (tx: Tx, reactions: Reactions, before: number): Promise<number> =>
  tx.run(
    `delete from outbox.facts where id in (
       select f.id from outbox.facts f
       where f.told_at < $2 and not exists (select from outbox.parked p where p.fact = f.id)
         and f.id <= (select least(min(coalesce(c.low, 0)), (select settled from outbox.horizon))
                      from unnest($1::text[]) as known (name)
                      left join outbox.cursors c on c.reaction = known.name)
       order by f.id limit $3)`,
    [hearersOf(reactions).map((hearer) => hearer.name), new Date(before), PRUNE_MAX],
  );

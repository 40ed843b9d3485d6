import type { Heard } from '#facts/index.ts';
import type { Tx } from '#platform/db/index.ts';

/** A fact on its way to one reaction. */
export type Due = Heard & { readonly stream: string };

const FACT = `f.id, f.kind, f.key, f.body, f.told_at as "toldAt", f.stream`;

/** Makes sure the reactions have cursors. A new one begins with the oldest fact that is kept. */
export const ensureCursors = (tx: Tx, names: readonly string[]): Promise<number> =>
  tx.run(`insert into outbox.cursors (reaction) select unnest($1::text[]) on conflict do nothing`, [
    names,
  ]);

/**
 * Facts the reaction has not dealt with, in order of id, which is the order of telling within a
 * stream.
 * Everything visible counts: a long transaction elsewhere delays nobody, see `settle`.
 */
export const newFacts = (
  tx: Tx,
  reaction: string,
  kinds: readonly string[],
  max: number,
): Promise<Due[]> =>
  tx.rows<Due>(
    `select ${FACT}
     from outbox.facts f
     where f.id > (select low from outbox.cursors where reaction = $1) and f.kind = any($2)
       and not exists (select from outbox.heard h where h.reaction = $1 and h.fact = f.id)
       and not exists (select from outbox.parked p where p.reaction = $1 and p.fact = f.id)
     order by f.id limit $3`,
    [reaction, kinds, max],
  );

/** Every fact that was not pruned, in order: for tests, which tell few. */
export const keptFacts = (tx: Tx): Promise<Heard[]> =>
  tx.rows<Heard>(
    'select id, kind, key, body, told_at as "toldAt" from outbox.facts order by id limit 200000',
  );

/** The first fact of each stream that failed before and whose time has come. */
export const dueAgain = (tx: Tx, reaction: string, now: number, max: number): Promise<Due[]> =>
  tx.rows<Due>(
    `select ${FACT} from outbox.parked p join outbox.facts f on f.id = p.fact
     where p.reaction = $1 and (p.state = 'waiting' or (p.state = 'retrying' and p.next_at <= $2))
       and not exists (select from outbox.parked q
             where q.reaction = $1 and q.stream = p.stream and q.fact < p.fact)
     order by f.id limit $3`,
    [reaction, new Date(now), max],
  );

/** When the next retry of the reaction is due, or undefined. */
export async function nextRetryAt(tx: Tx, reaction: string): Promise<number | undefined> {
  const row = await tx.row<{ at: number | null }>(
    `select min(next_at) as at from outbox.parked where reaction = $1 and state = 'retrying'`,
    [reaction],
  );
  return row?.at ?? undefined;
}

/**
 * Makes this transaction the only one that hears for the reaction, in all processes, and says where
 * its cursor stands. What follows decides on what is true now, not when the facts were read.
 */
export async function lockCursor(tx: Tx, reaction: string): Promise<number> {
  const row = await tx.row<{ low: number }>(
    'select low from outbox.cursors where reaction = $1 for update',
    [reaction],
  );
  return row?.low ?? 0;
}

/**
 * 'mine': it is marked as heard, now hear it. 'behind': an earlier fact of its stream has not got
 * through. 'done': somebody heard it, or it stands among the parked.
 */
export async function claim(
  tx: Tx,
  reaction: string,
  due: Due,
): Promise<'mine' | 'behind' | 'done'> {
  const row = await tx.row<{ outcome: 'mine' | 'behind' | 'done' }>(
    `with stuck as (
       select coalesce(bool_or(fact = $2), false) as itself, count(*) > 0 as stream
       from outbox.parked where reaction = $1 and stream = $3 and fact <= $2),
     mark as (
       insert into outbox.heard (reaction, fact)
       select $1, $2 from stuck where not stream on conflict do nothing returning fact)
     select case when exists (select from mark) then 'mine'
       when stream and not itself then 'behind' else 'done' end as outcome from stuck`,
    [reaction, due.id, due.stream],
  );
  return row?.outcome ?? 'done';
}

export const markHeard = (tx: Tx, reaction: string, fact: number): Promise<number> =>
  tx.run('insert into outbox.heard (reaction, fact) values ($1, $2) on conflict do nothing', [
    reaction,
    fact,
  ]);

/** False when it does not stand there: somebody else got it through. */
export const unpark = async (tx: Tx, reaction: string, fact: number): Promise<boolean> =>
  (await tx.run('delete from outbox.parked where reaction = $1 and fact = $2', [
    reaction,
    fact,
  ])) === 1;

export const holdBack = (tx: Tx, reaction: string, due: Due, now: number): Promise<number> =>
  tx.run(
    `insert into outbox.parked (reaction, fact, stream, state, since)
     values ($1, $2, $3, 'waiting', $4) on conflict do nothing`,
    [reaction, due.id, due.stream, new Date(now)],
  );

/**
 * Counts a failure; answers how many there were, or 0 when another process got the fact through
 * meanwhile. Its next try is set by `setRetry`.
 */
export async function countFailure(
  tx: Tx,
  reaction: string,
  due: Due,
  error: string,
  now: number,
): Promise<number> {
  const low = await lockCursor(tx, reaction);
  const row = await tx.row<{ attempts: number }>(
    `insert into outbox.parked as p (reaction, fact, stream, state, attempts, error, since)
     select $1, $2, $3, 'retrying', 1, $4, $5
     where exists (select from outbox.parked q where q.reaction = $1 and q.fact = $2)
       or ($6 and not exists (select from outbox.heard h where h.reaction = $1 and h.fact = $2))
     on conflict (reaction, fact) do update
       set attempts = p.attempts + 1, error = excluded.error
     returning attempts`,
    [reaction, due.id, due.stream, error, new Date(now), due.id > low],
  );
  return row?.attempts ?? 0;
}

/** Parks the fact when `nextAt` is undefined. */
export const setRetry = (
  tx: Tx,
  reaction: string,
  fact: number,
  nextAt: number | undefined,
): Promise<number> =>
  tx.run(`update outbox.parked set state = $3, next_at = $4 where reaction = $1 and fact = $2`, [
    reaction,
    fact,
    nextAt === undefined ? 'parked' : 'retrying',
    nextAt === undefined ? null : new Date(nextAt),
  ]);

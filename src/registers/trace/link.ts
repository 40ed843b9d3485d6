import { SECOND } from '#base/time.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import { type Algorithm, CHAINED, type ChainedEntry, GENESIS, linkHash } from './model.ts';

/** Entries linked in one transaction, and transactions of one turn, at most. */
export const LINKS_PER_BATCH_MAX = 5_000;
const BATCHES_PER_TURN_MAX = 100;
/** Any number, the linkers' alone. */
const LOCK = 7_260_201;
/** While a transaction is open for long, so many linked entries above `low` are looked at again. */
const REVIEWED_MAX = 100_000;

export type LinkOptions = {
  readonly algorithm: Algorithm;
  /** LINKS_PER_BATCH_MAX without. */
  readonly batchMax?: number;
};

/**
 * Appends to the chain every committed entry that is not in it, and says how many. Several workers
 * may call it: one links, the others answer 0. Writers are never waited for: who commits late is
 * linked late. Answers after everything visible is linked, or half a million entries.
 */
export async function linkEntries(db: Db, options: LinkOptions, now: number): Promise<number> {
  const max = options.batchMax ?? LINKS_PER_BATCH_MAX;
  await settle(db);
  let all = 0;
  for (let turn = 0; turn < BATCHES_PER_TURN_MAX; turn++) {
    const linked = await db.tx((tx) => linkBatch(tx, options.algorithm, max, now));
    all += linked;
    if (linked < max) break;
  }
  return all;
}

/**
 * Moves the mark below which no further entry can appear, as `platform/outbox` does for facts (the
 * argument stands in its horizon.ts). The only statement of its transaction.
 */
const settle = (db: Db): Promise<number> =>
  db.tx((tx) =>
    tx.run(
      `update trace.state h
       set settled = h.next_id, next_id = top.id, next_xid = pg_current_xact_id()
       from (select coalesce(max(id), 0) as id from trace.entry) top
       where h.settled < top.id and pg_snapshot_xmin(pg_current_snapshot()) >= h.next_xid`,
    ),
  );

type State = { low: number; top: number; settled: number };
type Head = { seq: number; hash: Uint8Array };

async function linkBatch(tx: Tx, algorithm: Algorithm, max: number, now: number): Promise<number> {
  const lock = await tx.row<{ mine: boolean }>('select pg_try_advisory_xact_lock($1) as mine', [
    LOCK,
  ]);
  const state = await tx.row<State>('select low, top, settled from trace.state');
  if (!lock?.mine || !state) return 0;
  const entries = await unlinked(tx, reviewFrom(state, now), max);
  if (entries.length > 0) await append(tx, algorithm, await headOf(tx), entries);
  const last = entries.at(-1)?.id ?? 0;
  const low = entries.length === max ? Math.min(state.settled, last) : state.settled;
  if (low > state.low || last > state.top)
    await tx.run('update trace.state set low = greatest(low, $1), top = greatest(top, $2)', [
      low,
      last,
    ]);
  return entries.length;
}

/** Behind a transaction that stays open for long, the wide look is taken every ten seconds only. */
const reviewFrom = ({ low, top }: State, now: number): number =>
  top - low < REVIEWED_MAX || now % (10 * SECOND) < 400 ? low : top;

const unlinked = (tx: Tx, from: number, max: number): Promise<ChainedEntry[]> =>
  tx.rows<ChainedEntry>(
    `select ${CHAINED} from trace.entry e
     where e.id > $1 and not exists (select from trace.link l where l.entry_id = e.id)
     order by e.id limit $2`,
    [from, max],
  );

export const headOf = async (tx: Tx): Promise<Head> =>
  (await tx.row<Head>('select seq, hash from trace.link order by seq desc limit 1')) ?? {
    seq: 0,
    hash: GENESIS,
  };

async function append(
  tx: Tx,
  algorithm: Algorithm,
  head: Head,
  entries: readonly ChainedEntry[],
): Promise<void> {
  let { seq, hash } = head;
  const hashes = entries.map((entry) => {
    seq += 1;
    hash = linkHash(algorithm, hash, seq, entry);
    return hash;
  });
  const ids = entries.map((entry) => entry.id);
  await tx.run(
    `insert into trace.link (seq, entry_id, algorithm, hash)
     select $1 + place, entry_id, $2, hash
     from unnest($3::bigint[], $4::bytea[]) with ordinality as x (entry_id, hash, place)`,
    [head.seq, algorithm, ids, hashes],
  );
  await tx.run(
    `insert into trace.about (person, at, entry_id, area_code)
     select distinct person, e.at, e.id, e.area_code
     from trace.entry e cross join unnest(e.persons) as person
     where e.id = any($1::bigint[]) on conflict do nothing`,
    [ids],
  );
}

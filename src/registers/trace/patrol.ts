import type { Db, Tx } from '#platform/db/index.ts';
import type { PublicKeys, Signed } from '#platform/secrets/index.ts';
import { checkpointsAfter } from './checkpoint.ts';
import type { Checkpoint, TraceFault } from './model.ts';
import { faultsOf, verifyTrace } from './verify.ts';

/** New links looked at per turn, and old ones of the round that goes over the whole chain again. */
const NEW_PER_TURN_MAX = 100_000;
const OLD_PER_TURN_MAX = 10_000;
/** Faults remembered for the desk; the command names all. */
const REMEMBERED_MAX = 100;

const MARKS_PER_TURN_MAX = 1_000;

export type PatrolDeps = {
  readonly keys: PublicKeys;
  /** The newest checkpoints kept outside the database: they tell when it was replaced whole. */
  readonly kept?: readonly Signed<Checkpoint>[];
};

type Round = { verifiedSeq: number; patrolSeq: number; faults: TraceFault[] };

/**
 * Verifies what was linked since the last turn and a further piece of the old, round and round, so
 * that the desk can say how far the chain is known to be right. Remembers what it found.
 */
export async function patrolChain(
  db: Db,
  { keys, kept = [] }: PatrolDeps,
  now: number,
): Promise<TraceFault[]> {
  const round = await db.read(roundOf);
  const from = round.verifiedSeq + 1;
  const fresh = await verifyTrace(db, { keys, from, linksMax: NEW_PER_TURN_MAX }, now);
  const start = round.patrolSeq >= round.verifiedSeq ? 0 : round.patrolSeq;
  const asked = { keys, from: start + 1, linksMax: OLD_PER_TURN_MAX };
  const old = await verifyTrace(db, asked, now);
  const marks = await db.read((tx) => checkpointsAfter(tx, round.verifiedSeq, MARKS_PER_TURN_MAX));
  const found = [
    ...fresh.faults,
    ...old.faults,
    ...(await faultsOf(db, keys, [...marks, ...kept])),
  ];
  const all = [...new Map([...round.faults, ...found].map((it) => [nameOf(it), it])).values()];
  await db.tx((tx) =>
    tx.run(
      `update trace.state set verified_seq = greatest(verified_seq, $1), patrol_seq = $2,
         verified_at = $3, faults = $4`,
      [fresh.until, old.until, new Date(now), JSON.stringify(all.slice(0, REMEMBERED_MAX))],
    ),
  );
  return found;
}

const nameOf = ({ kind, seq, entryId }: TraceFault): string => `${kind} ${seq} ${entryId}`;

const roundOf = async (tx: Tx): Promise<Round> => {
  const row = await tx.row<Round>(
    'select verified_seq as "verifiedSeq", patrol_seq as "patrolSeq", faults from trace.state',
  );
  return row ?? { verifiedSeq: 0, patrolSeq: 0, faults: [] };
};

export type ChainStatus = {
  readonly links: number;
  readonly waiting: number;
  readonly verifiedSeq: number;
  readonly verifiedAt: number | null;
  readonly faults: TraceFault[];
};
type Marked = { seq: number; at: number; keyId: string; signAlg: string };

/** How the chain stands, for the desk: ten thousand waiting entries are not counted further. */
export async function chainStatus(tx: Tx): Promise<ChainStatus & { checkpoint: Marked | null }> {
  const row = await tx.row<ChainStatus>(
    `select coalesce((select max(seq) from trace.link), 0) as links,
       (select count(*) from (select from trace.entry e where e.id > s.low
          and not exists (select from trace.link l where l.entry_id = e.id) limit 10000) w)
         as waiting,
       verified_seq as "verifiedSeq", verified_at as "verifiedAt", faults
     from trace.state s`,
  );
  const checkpoint = await tx.row<Marked>(
    `select seq, at, key_id as "keyId", sign_alg as "signAlg"
     from trace.checkpoint order by seq desc limit 1`,
  );
  const none = { links: 0, waiting: 0, verifiedSeq: 0, verifiedAt: null, faults: [] };
  return { ...(row ?? none), checkpoint: checkpoint ?? null };
}

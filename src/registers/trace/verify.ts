import { MINUTE } from '#base/time.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import { type PublicKeys, type Signed, verifyDocument } from '#platform/secrets/index.ts';
import { checkpointsAfter } from './checkpoint.ts';
import {
  ALGORITHMS,
  CHAINED,
  type ChainedEntry,
  type Checkpoint,
  GENESIS,
  isAlgorithm,
  linkHash,
  type TraceFault,
} from './model.ts';

/** Links read at once: bounds memory however long the chain is. */
const READ_MAX = 5_000;
const CHECKPOINTS_READ_MAX = 1_000;
/** Faults that are named; more are only counted. */
export const FAULTS_MAX = 1_000;
/** An entry older than this stands in the chain, or something is wrong. */
const UNLINKED_AFTER_MS = 10 * MINUTE;

export type VerifyOptions = {
  readonly keys: PublicKeys;
  /** Begin at this link; what stands before it is taken for right. 1 without. */
  readonly from?: number | undefined;
  /** End after so many links. */
  readonly linksMax?: number | undefined;
  /** Checkpoints kept outside the database, one parsed line each; undefined for a line that is none. */
  readonly kept?: AsyncIterable<Signed<Checkpoint> | undefined> | undefined;
  readonly onProgress?: ((seq: number) => void) | undefined;
};

export type Verified = {
  readonly ok: boolean;
  /** The first FAULTS_MAX of `faultCount`. */
  readonly faults: TraceFault[];
  readonly faultCount: number;
  /** The last link that was looked at, and how many. */
  readonly until: number;
  readonly links: number;
  readonly checkpoints: number;
};

type Found = { readonly faults: TraceFault[]; count: number };
const find = (found: Found, kind: TraceFault['kind'], seq: number, entryId: number | null) => {
  const isKnown = (it: TraceFault) => it.kind === kind && it.seq === seq && it.entryId === entryId;
  if (found.faults.some(isKnown)) return;
  found.count += 1;
  if (found.faults.length < FAULTS_MAX) found.faults.push({ kind, seq, entryId });
};

/**
 * Walks entries, links and checkpoints and names everything that is not as it was written. Believes
 * no trigger and no grant; only the public keys. Streams: memory does not grow with the chain.
 */
export async function verifyTrace(db: Db, options: VerifyOptions, now: number): Promise<Verified> {
  const found: Found = { faults: [], count: 0 };
  const walked = await walkLinks(db, options, found);
  let checkpoints = 0;
  if (options.linksMax === undefined) {
    checkpoints = await walkCheckpoints(db, options, found);
    if (options.kept) await walkKept(db, options.keys, options.kept, found);
    await findUnlinked(db, found, now);
  }
  const { faults, count } = found;
  return { ok: count === 0, faults, faultCount: count, ...walked, checkpoints };
}

type LinkRow = Partial<ChainedEntry> & {
  readonly seq: number;
  readonly entryId: number;
  readonly algorithm: string;
  readonly hash: Uint8Array;
  readonly here: boolean;
};

const linksAfter = (tx: Tx, seq: number, max: number): Promise<LinkRow[]> =>
  tx.rows<LinkRow>(
    `select l.seq, l.entry_id as "entryId", l.algorithm, l.hash, e.id is not null as here, ${CHAINED}
     from trace.link l left join trace.entry e on e.id = l.entry_id
     where l.seq > $1 order by l.seq limit $2`,
    [seq, max],
  );

/** The hash a link should have on a hash before it; undefined when its entry is gone. */
const hashOn = (before: Uint8Array, row: LinkRow): Buffer | undefined =>
  row.here && isAlgorithm(row.algorithm)
    ? linkHash(row.algorithm, before, row.seq, row as ChainedEntry)
    : undefined;

/** Whether only the name of the algorithm was changed. */
const fitsOther = (before: Uint8Array, row: LinkRow): boolean =>
  ALGORITHMS.some((algorithm) => isSame(hashOn(before, { ...row, algorithm }), row.hash));

const isSame = (a: Uint8Array | undefined, b: Uint8Array): boolean =>
  a !== undefined && Buffer.compare(a, b) === 0;

/**
 * What the walk carries from link to link. `doubt`: the last link did not fit; its successor says
 * whether the entry or the link was changed, since it was made on the true hash.
 */
type Walk = {
  seq: number;
  before: Uint8Array;
  doubt: { row: LinkRow; computed: Buffer } | undefined;
};

async function walkLinks(
  db: Db,
  options: VerifyOptions,
  found: Found,
): Promise<{ until: number; links: number }> {
  const start = Math.max(0, (options.from ?? 1) - 1);
  const walk: Walk = { seq: start, before: await hashAt(db, start), doubt: undefined };
  let links = 0;
  for (;;) {
    const left = (options.linksMax ?? Number.POSITIVE_INFINITY) - links;
    const max = Math.min(READ_MAX, left);
    const rows = max > 0 ? await db.read((tx) => linksAfter(tx, walk.seq, max)) : [];
    for (const row of rows) step(walk, row, found);
    links += rows.length;
    options.onProgress?.(walk.seq);
    if (rows.length < READ_MAX) break;
  }
  if (walk.doubt) find(found, 'entry-changed', walk.doubt.row.seq, walk.doubt.row.entryId);
  return { until: walk.seq, links };
}

async function hashAt(db: Db, seq: number): Promise<Uint8Array> {
  const row = await db.read((tx) =>
    tx.row<{ hash: Uint8Array }>('select hash from trace.link where seq = $1', [seq]),
  );
  return row?.hash ?? GENESIS;
}

function step(walk: Walk, row: LinkRow, found: Found): void {
  const { doubt } = walk;
  const isGap = row.seq !== walk.seq + 1;
  if (doubt) {
    const onLink = !isGap && isSame(hashOn(doubt.computed, row), row.hash);
    find(found, onLink ? 'link-changed' : 'entry-changed', doubt.row.seq, doubt.row.entryId);
    if (onLink) walk.before = doubt.computed;
    walk.doubt = undefined;
  }
  for (let seq = walk.seq + 1; seq < row.seq && seq <= walk.seq + FAULTS_MAX; seq++)
    find(found, 'link-missing', seq, null);
  const computed = hashOn(walk.before, row);
  if (!row.here) find(found, 'entry-missing', row.seq, row.entryId);
  // Behind a gap nothing is known to compute on: the chain is taken up again from here.
  else if (isGap || isSame(computed, row.hash)) walk.doubt = undefined;
  else if (!computed || fitsOther(walk.before, row))
    find(found, 'link-changed', row.seq, row.entryId);
  else walk.doubt = { row, computed };
  walk.seq = row.seq;
  walk.before = row.hash;
}

async function walkCheckpoints(db: Db, options: VerifyOptions, found: Found): Promise<number> {
  let after = Math.max(0, (options.from ?? 1) - 1);
  let count = 0;
  for (;;) {
    const page = await db.read((tx) => checkpointsAfter(tx, after, CHECKPOINTS_READ_MAX));
    await compare(db, options.keys, page, found);
    count += page.length;
    after = page.at(-1)?.document.seq ?? after;
    if (page.length < CHECKPOINTS_READ_MAX) return count;
  }
}

async function walkKept(
  db: Db,
  keys: PublicKeys,
  kept: NonNullable<VerifyOptions['kept']>,
  found: Found,
): Promise<void> {
  let page: Signed<Checkpoint>[] = [];
  const flush = async (): Promise<void> => {
    await compare(db, keys, page, found);
    await findMissing(db, keys, page, found);
    page = [];
  };
  let line = 0;
  for await (const signed of kept) {
    line += 1;
    if (signed) page.push(signed);
    else find(found, 'checkpoint-unreadable', line, null);
    if (page.length === CHECKPOINTS_READ_MAX) await flush();
  }
  await flush();
}

/** Each checkpoint: its signature, that the chain reaches it, and that it has its hash there. */
async function compare(
  db: Db,
  keys: PublicKeys,
  page: readonly Signed<Checkpoint>[],
  found: Found,
): Promise<void> {
  const rows = await db.read((tx) =>
    tx.rows<{ seq: number; hash: Uint8Array }>(
      `select seq, hash from trace.link
       where seq = any($1::bigint[]) or seq = (select max(seq) from trace.link)`,
      [page.map((it) => it.document.seq)],
    ),
  );
  const hashes = new Map(rows.map((row) => [row.seq, Buffer.from(row.hash).toString('hex')]));
  const head = Math.max(0, ...hashes.keys());
  for (const signed of page) {
    const { seq, hash } = signed.document;
    if (verifyDocument(keys, signed) !== 'right') find(found, 'checkpoint-signature', seq, null);
    else if (seq > head) find(found, 'chain-short', seq, null);
    else if (hashes.get(seq) !== hash) find(found, 'chain-rewritten', seq, null);
  }
}

/** What is wrong with these checkpoints, against the chain as it stands. */
export async function faultsOf(
  db: Db,
  keys: PublicKeys,
  checkpoints: readonly Signed<Checkpoint>[],
): Promise<TraceFault[]> {
  const found: Found = { faults: [], count: 0 };
  await compare(db, keys, checkpoints, found);
  return found.faults;
}

async function findMissing(
  db: Db,
  keys: PublicKeys,
  page: readonly Signed<Checkpoint>[],
  found: Found,
): Promise<void> {
  const seqs = page
    .filter((it) => verifyDocument(keys, it) === 'right')
    .map((it) => it.document.seq);
  const rows = await db.read((tx) =>
    tx.rows<{ seq: number }>(
      `select x.seq from unnest($1::bigint[]) as x (seq)
       where not exists (select from trace.checkpoint c where c.seq = x.seq)`,
      [seqs],
    ),
  );
  for (const { seq } of rows) find(found, 'checkpoint-missing', seq, null);
}

/** Entries outside the chain, though younger ones are in it and ten minutes have gone by. */
async function findUnlinked(db: Db, found: Found, now: number): Promise<void> {
  const rows = await db.read((tx) =>
    tx.rows<{ id: number }>(
      `select e.id from trace.entry e
       where e.at < $1 and e.id < (select max(entry_id) from trace.link)
         and not exists (select from trace.link l where l.entry_id = e.id)
       order by e.id limit $2`,
      [new Date(now - UNLINKED_AFTER_MS), FAULTS_MAX],
    ),
  );
  for (const { id } of rows) find(found, 'entry-unlinked', 0, id);
}

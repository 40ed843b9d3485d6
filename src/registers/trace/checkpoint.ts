import { MINUTE } from '#base/time.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import { type Signed, type Signer, signDocument } from '#platform/secrets/index.ts';
import type { Checkpoint } from './model.ts';

/** A checkpoint is due so long after the last, or after so many links, whichever comes first. */
export const CHECKPOINT_EVERY_MS = MINUTE;
export const CHECKPOINT_LINKS_MAX = 10_000;

export type CheckpointDeps = {
  readonly signer: Signer;
  /** Puts one line on disk outside the database, for good, before it answers. */
  readonly keep: (line: string) => Promise<void>;
};

/**
 * Signs where the chain stands, when that is due and something is new; undefined when not. The file
 * comes first: a crash between leaves a true checkpoint in it, never one less than in the table.
 */
export const markChain = (
  db: Db,
  deps: CheckpointDeps,
  now: number,
): Promise<Checkpoint | undefined> =>
  db.tx(async (tx) => {
    const due = await dueCheckpoint(tx, now);
    if (!due) return undefined;
    const signed = signDocument(deps.signer, due);
    const marked = await tx.run(
      `insert into trace.checkpoint (seq, at, algorithm, hash, sign_alg, key_id, signature)
       values ($1, $2, $3, $4, $5, $6, $7) on conflict (seq) do nothing`,
      [
        due.seq,
        new Date(due.at),
        due.algorithm,
        Buffer.from(due.hash, 'hex'),
        signed.signature.alg,
        signed.signature.keyId,
        Buffer.from(signed.signature.value, 'base64'),
      ],
    );
    if (marked === 1) await deps.keep(`${JSON.stringify(signed)}\n`);
    return marked === 1 ? due : undefined;
  });

/** A line of checkpoints.ndjson; undefined when it is none (a power cut may leave half a line). */
export function readCheckpoint(line: string): Signed<Checkpoint> | undefined {
  try {
    const it = JSON.parse(line) as Signed<Checkpoint>;
    const isWhole = typeof it.document === 'object' && typeof it.signature.value === 'string';
    return isWhole ? it : undefined;
  } catch {
    return undefined;
  }
}

async function dueCheckpoint(tx: Tx, now: number): Promise<Checkpoint | undefined> {
  const head = await tx.row<{ seq: number; hash: Uint8Array; algorithm: string }>(
    'select seq, hash, algorithm from trace.link order by seq desc limit 1',
  );
  const last = await tx.row<{ seq: number; at: number }>(
    'select seq, at from trace.checkpoint order by seq desc limit 1',
  );
  const fresh = (head?.seq ?? 0) - (last?.seq ?? 0);
  if (!head || fresh <= 0) return undefined;
  const isDue = !last || now - last.at >= CHECKPOINT_EVERY_MS || fresh >= CHECKPOINT_LINKS_MAX;
  if (!isDue) return undefined;
  const hash = Buffer.from(head.hash).toString('hex');
  return { kind: 'fenghuo.checkpoint.1', seq: head.seq, at: now, algorithm: head.algorithm, hash };
}

type Row = {
  seq: number;
  at: number;
  algorithm: string;
  hash: Uint8Array;
  alg: string;
  keyId: string;
  signature: Uint8Array;
};

/** Checkpoints of the table after a seq, in order, as they were signed. */
export async function checkpointsAfter(
  tx: Tx,
  seq: number,
  max: number,
): Promise<Signed<Checkpoint>[]> {
  const rows = await tx.rows<Row>(
    `select seq, at, algorithm, hash, sign_alg as alg, key_id as "keyId", signature
     from trace.checkpoint where seq > $1 order by seq limit $2`,
    [seq, max],
  );
  return rows.map((row) => ({
    document: {
      kind: 'fenghuo.checkpoint.1',
      seq: row.seq,
      at: row.at,
      algorithm: row.algorithm,
      hash: Buffer.from(row.hash).toString('hex'),
    },
    signature: {
      alg: row.alg,
      keyId: row.keyId,
      value: Buffer.from(row.signature).toString('base64'),
    },
  }));
}

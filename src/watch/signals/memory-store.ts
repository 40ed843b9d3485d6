import type { Tx } from '#platform/db/index.ts';

/** A segment whose signals are committed; `n` is its place in the order of consideration. */
export type Considered = { readonly segment: number; readonly n: number };

/** Marks a segment considered; false when it was already. */
export const markConsidered = async (
  tx: Tx,
  s: { segment: number; rows: number; fromAt: number; toAt: number },
): Promise<boolean> =>
  (await tx.run(
    `insert into signals.considered (segment, rows, from_at, to_at) values ($1, $2, $3, $4)
      on conflict (segment) do nothing`,
    [s.segment, s.rows, new Date(s.fromAt), new Date(s.toAt)],
  )) > 0;

/** Which of the segments are considered already. */
export async function consideredOf(tx: Tx, segments: readonly number[]): Promise<Set<number>> {
  const rows = await tx.rows<{ segment: number }>(
    'select segment from signals.considered where segment = any($1)',
    [segments],
  );
  return new Set(rows.map((row) => row.segment));
}

/** Segments considered after place `n`, in order. */
export const consideredAfter = (tx: Tx, n: number): Promise<Considered[]> =>
  tx.rows('select segment, n from signals.considered where n > $1 order by n', [n]);

/** Segments with a record at or after `since`, up to place `upTo`, in order. */
export const consideredSince = (tx: Tx, since: number, upTo: number): Promise<Considered[]> =>
  tx.rows('select segment, n from signals.considered where to_at >= $1 and n <= $2 order by n', [
    new Date(since),
    upTo,
  ]);

/** Newest event time, last place and highest segment considered; zeros before the first. */
export async function consideredHead(
  tx: Tx,
): Promise<{ n: number; toAt: number; segment: number }> {
  const row = await tx.row<{ n: number | null; toAt: number | null; segment: number | null }>(
    'select max(n) as n, max(to_at) as "toAt", max(segment) as segment from signals.considered',
  );
  return { n: row?.n ?? 0, toAt: row?.toAt ?? 0, segment: row?.segment ?? 0 };
}

export const saveSnapshot = (tx: Tx, n: number, state: Buffer, now: number): Promise<number> =>
  tx.run(
    `insert into signals.snapshot (n, taken_at, state) values ($1, $2, $3)
      on conflict (one) do update set n = excluded.n, taken_at = excluded.taken_at,
        state = excluded.state`,
    [n, new Date(now), state],
  );

export const readSnapshot = (tx: Tx): Promise<{ n: number; state: Buffer } | undefined> =>
  tx.row('select n, state from signals.snapshot');

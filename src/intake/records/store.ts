import type { FieldError } from '#base/refusal.ts';
import type { Tx } from '#platform/db/index.ts';
import { LIMITS } from './model.ts';

export type Cursor = { logOffset: number; segment: number };

export async function cursorOf(tx: Tx): Promise<Cursor> {
  const row = await tx.row<Cursor>('select log_offset as "logOffset", segment from records.cursor');
  if (!row) throw new Error('records.cursor has no row');
  return row;
}

/** The salt of the dedupe keys, as it lies sealed; undefined before the first row. */
export const sealedSalt = async (tx: Tx): Promise<Buffer | undefined> =>
  (await tx.row<{ sealed: Buffer }>('select sealed from records.salt'))?.sealed;

/** Keeps the salt; answers the one that stands when another was faster. */
export async function keepSalt(tx: Tx, sealed: Buffer): Promise<Buffer> {
  await tx.run('insert into records.salt (sealed) values ($1) on conflict do nothing', [sealed]);
  return (await sealedSalt(tx)) ?? sealed;
}

/** Moves the cursor; false when somebody else moved it: there is one consumer, and it is not us. */
export const moveCursor = async (tx: Tx, from: Cursor, to: Cursor): Promise<boolean> =>
  (await tx.run(
    `update records.cursor set log_offset = $3, segment = $4 where log_offset = $1 and segment = $2`,
    [from.logOffset, from.segment, to.logOffset, to.segment],
  )) === 1;

/**
 * Which of the keys are known, by their place in the list (from 0), with the first record of each.
 * Each key goes down the index by itself: left to choose, the planner reads the whole table.
 */
export async function firstRecords(
  tx: Tx,
  keys: readonly string[],
): Promise<{ place: number; record: number }[]> {
  if (keys.length === 0) return [];
  return tx.rows(
    `select (k.n - 1)::int as place, s.record
     from unnest($1::uuid[]) with ordinality as k (key, n)
     cross join lateral (select record from records.seen where key = k.key offset 0) s`,
    [keys],
  );
}

export const insertSeen = (
  tx: Tx,
  keys: readonly string[],
  records: readonly number[],
): Promise<number> =>
  tx.run('insert into records.seen (key, record) select * from unnest($1::uuid[], $2::int8[])', [
    keys,
    records,
  ]);

export type Segment = { id: number; rows: number; fromAt: number; toAt: number };

export const insertSegment = (tx: Tx, it: Segment, now: number): Promise<number> =>
  tx.run(
    `insert into records.segment (id, rows, from_at, to_at, written_at) values ($1, $2, $3, $4, $5)`,
    [it.id, it.rows, new Date(it.fromAt), new Date(it.toAt), new Date(now)],
  );

export const segmentById = (tx: Tx, id: number): Promise<Segment | undefined> =>
  tx.row<Segment>(
    `select id, rows, from_at as "fromAt", to_at as "toAt" from records.segment where id = $1`,
    [id],
  );

export type Verdicts = { admitted: number; quarantined: number; duplicate: number };
export type BatchVerdicts = Verdicts & { batchId: string; sourceId: number };

/** Adds verdicts to their batches and sources. */
export async function addVerdicts(tx: Tx, counts: readonly BatchVerdicts[]): Promise<void> {
  const lists = [
    counts.map((it) => it.sourceId),
    counts.map((it) => it.admitted),
    counts.map((it) => it.quarantined),
    counts.map((it) => it.duplicate),
  ];
  await tx.run(
    `insert into records.batch_count as c (source_id, admitted, quarantined, duplicate, batch_id)
     select * from unnest($1::int[], $2::int8[], $3::int8[], $4::int8[], $5::text[])
     on conflict (batch_id) do update set admitted = c.admitted + excluded.admitted,
       quarantined = c.quarantined + excluded.quarantined,
       duplicate = c.duplicate + excluded.duplicate`,
    [...lists, counts.map((it) => it.batchId)],
  );
  await tx.run(
    `insert into records.source_count as c (source_id, admitted, quarantined, duplicate)
     select s, sum(a), sum(q), sum(d)
     from unnest($1::int[], $2::int8[], $3::int8[], $4::int8[]) as v (s, a, q, d) group by s
     on conflict (source_id) do update set admitted = c.admitted + excluded.admitted,
       quarantined = c.quarantined + excluded.quarantined,
       duplicate = c.duplicate + excluded.duplicate`,
    lists,
  );
}

export type DuplicateRow = { batchId: string; rowNo: number; firstRecord: number };

export async function insertDuplicates(
  tx: Tx,
  rows: readonly DuplicateRow[],
  now: number,
): Promise<void> {
  if (rows.length === 0) return;
  await tx.run(
    `insert into records.duplicate (batch_id, row_no, first_record, at)
     select b, n, r, $4 from unnest($1::text[], $2::int8[], $3::int8[]) as d (b, n, r)`,
    [
      rows.map((it) => it.batchId),
      rows.map((it) => it.rowNo),
      rows.map((it) => it.firstRecord),
      new Date(now),
    ],
  );
}

export type LineageStep = {
  traceId: string;
  step: string;
  from: string;
  to: string;
  rows: number;
};

export async function insertLineage(
  tx: Tx,
  steps: readonly LineageStep[],
  now: number,
): Promise<void> {
  await tx.run(
    `insert into records.lineage (trace_id, step, from_ref, to_ref, rows, at, by_whom)
     select t, s, f, g, n, $6, 'intake'
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int[]) as l (t, s, f, g, n)`,
    [
      steps.map((it) => it.traceId),
      steps.map((it) => it.step),
      steps.map((it) => it.from),
      steps.map((it) => it.to),
      steps.map((it) => it.rows),
      new Date(now),
    ],
  );
}

export type LineageEntry = Omit<LineageStep, 'traceId'> & { at: number; by: string };

/** Steps of a batch in order; loads into the lake are told by the segments it went into. */
export const lineageOf = (tx: Tx, batchId: string): Promise<LineageEntry[]> =>
  tx.rows<LineageEntry>(
    `select step, from_ref as "from", to_ref as "to", rows, at, by_whom as "by"
     from records.lineage where trace_id = $1
     union all
     select 'load', 'segment ' || g.id, 'lake group ' || g.group_id, g.rows, g.loaded_at, 'loader'
     from records.segment g where g.loaded_at is not null and g.id in (
       select substring(to_ref from 9)::int8 from records.lineage
       where trace_id = $1 and step = 'admit' and to_ref like 'segment %')
     order by at, step limit 1000`,
    [batchId],
  );

export type CountRow = BatchVerdicts & { settledAt: number | null };

export const countsOf = (tx: Tx, batchIds: readonly string[]): Promise<CountRow[]> =>
  tx.rows<CountRow>(
    `select batch_id as "batchId", source_id as "sourceId", admitted, quarantined, duplicate,
       settled_at as "settledAt" from records.batch_count where batch_id = any($1)`,
    [batchIds],
  );

/** Batches that wait for their last rows, or for their upload to end. */
export const unsettled = (tx: Tx, limit: number): Promise<CountRow[]> =>
  tx.rows<CountRow>(
    `select batch_id as "batchId", source_id as "sourceId", admitted, quarantined, duplicate,
       settled_at as "settledAt" from records.batch_count where settled_at is null
     order by batch_id limit $1`,
    [limit],
  );

export const markSettled = (tx: Tx, batchIds: readonly string[], now: number): Promise<number> =>
  tx.run(
    `update records.batch_count set settled_at = $2
     where batch_id = any($1) and settled_at is null`,
    [batchIds, new Date(now)],
  );

export const sourceCounts = (tx: Tx): Promise<(Verdicts & { sourceId: number })[]> =>
  tx.rows(
    `select source_id as "sourceId", admitted, quarantined, duplicate
     from records.source_count order by source_id`,
  );

/** Verdicts counted again, row by row, against the kept counts: batches where they differ. */
export const miscounted = (tx: Tx): Promise<{ batchId: string }[]> =>
  tx.rows(
    `select c.batch_id as "batchId" from records.batch_count c
     left join (select batch_id, count(*) n from records.quarantine group by 1) q using (batch_id)
     left join (select batch_id, count(*) n from records.duplicate group by 1) d using (batch_id)
     where c.quarantined <> coalesce(q.n, 0) + c.quarantined_gone
       or c.duplicate <> coalesce(d.n, 0) + c.duplicate_gone limit 100`,
  );

/** Admitted rows: counted by batch, by key and by segment. The three must agree. */
export const admittedThrice = (
  tx: Tx,
): Promise<{ counted: number; keyed: number; written: number } | undefined> =>
  tx.row(
    `select (select coalesce(sum(admitted), 0)::int8 from records.batch_count) as counted,
       (select count(*) from records.seen) + (select seen from records.gone) as keyed,
       (select coalesce(sum(rows), 0)::int8 from records.segment) as written`,
  );

export type ErrorCount = { code: string; path: string; rows: number; text: FieldError['text'] };

/** What went wrong in a batch, most frequent first, from its first LIMITS.errorsSummedMax rows. */
export const errorCounts = (tx: Tx, batchId: string): Promise<ErrorCount[]> =>
  tx.rows<ErrorCount>(
    `select e->>'code' as code, e->>'path' as path, count(*)::int as rows,
       (array_agg(e->'text'))[1] as text
     from (select errors from records.quarantine where batch_id = $1 order by id limit $2) q,
       jsonb_array_elements(q.errors) as e
     group by 1, 2 order by rows desc, code, path limit 200`,
    [batchId, LIMITS.errorsSummedMax],
  );

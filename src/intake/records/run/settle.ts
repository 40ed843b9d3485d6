import { CITY_OFFSET } from '#base/time.ts';
import { type Batch, BatchBuilder, recordIdOf } from '#engine/columns/index.ts';
import { factOf } from '#facts/index.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import { tell } from '#platform/outbox/index.ts';
import type { Vault } from '#platform/secrets/index.ts';
import { RESOLVE_ROWS_MAX, type PersonSeen, type Resolved } from '#registers/people/index.ts';
import type { Candidate, Rejected, Weighed } from '../model.ts';
import { insertQuarantined, type NewQuarantined } from '../quarantine.ts';
import {
  addVerdicts,
  type BatchVerdicts,
  type Cursor,
  type DuplicateRow,
  firstRecords,
  insertDuplicates,
  insertLineage,
  insertSeen,
  insertSegment,
  type LineageStep,
  moveCursor,
} from '../store.ts';
import { settleBatches } from './settled.ts';
import type { Segments } from './segments.ts';

export type Resolve = (
  db: Db,
  seen: readonly (PersonSeen | null)[],
  now: number,
) => Promise<readonly Resolved[]>;

export type SettleDeps = {
  readonly db: Db;
  readonly segments: Segments;
  readonly resolve: Resolve;
  readonly vault: Vault;
};

type Head = { readonly batch: string; readonly sourceId: number; readonly rowNo: number };
type Fresh = Head & { readonly candidate: Candidate };
/** Says again what a record says, or a fresh row of this step or of the one before it. */
type Doubled = Head & ({ readonly record: number } | { readonly of: Novel; readonly row: number });
/** The contents a step met first, and the segment they go to, 0 until it is settled. */
type Novel = { readonly rows: Map<string, number>; segment: number };

/** A step ready to be settled: every row has its verdict, every fresh row its person. */
export type Prepared = {
  readonly fresh: readonly Fresh[];
  readonly doubled: readonly Doubled[];
  readonly rejected: readonly (Head & { readonly rejected: Rejected })[];
  readonly who: readonly Resolved[];
  readonly novel: Novel;
};

/** Another process consumes the log: this one must not go on. */
export class NotTheConsumer extends Error {
  constructor() {
    super('the cursor of records was moved by another process');
    this.name = 'NotTheConsumer';
  }
}

/**
 * Candidates never seen before, and those that say again what is known. The step `before` may be
 * committing just now: the database is asked first, then its memory, so nothing falls in between.
 */
async function sortOut(
  db: Db,
  rows: readonly Weighed[],
  before: Novel | undefined,
): Promise<{ fresh: Fresh[]; doubled: Doubled[]; novel: Novel }> {
  const candidates = rows.filter((it): it is Weighed & Fresh => 'candidate' in it);
  const keys = candidates.map((it) => it.candidate.key);
  const known = new Map<number, number>();
  for (const it of await db.read((tx) => firstRecords(tx, keys))) known.set(it.place, it.record);
  const novel: Novel = { rows: new Map(), segment: 0 };
  const fresh: Fresh[] = [];
  const doubled: Doubled[] = [];
  candidates.forEach((row, place) => {
    const { key } = row.candidate;
    const record = known.get(place);
    const of = before?.rows.has(key) ? before : novel;
    const first = of.rows.get(key);
    const { batch, sourceId, rowNo } = row;
    if (record !== undefined) doubled.push({ batch, sourceId, rowNo, record });
    else if (first !== undefined) doubled.push({ batch, sourceId, rowNo, of, row: first });
    else {
      novel.rows.set(key, fresh.length);
      fresh.push(row);
    }
  });
  return { fresh, doubled, novel };
}

const seenOf = ({ candidate, sourceId }: Fresh): PersonSeen | null =>
  candidate.person && {
    ...candidate.person,
    at: candidate.at,
    sourceId,
    record: candidate.recordName,
  };

async function resolveAll(
  deps: SettleDeps,
  fresh: readonly Fresh[],
  now: number,
): Promise<Resolved[]> {
  const found: Resolved[] = [];
  for (let from = 0; from < fresh.length; from += RESOLVE_ROWS_MAX) {
    const some = fresh.slice(from, from + RESOLVE_ROWS_MAX).map(seenOf);
    found.push(...(await deps.resolve(deps.db, some, now)));
  }
  return found;
}

const yearOf = (at: number): number => new Date(at + CITY_OFFSET).getUTCFullYear();

function batchFrom(segment: number, fresh: readonly Fresh[], who: readonly Resolved[]): Batch {
  const builder = new BatchBuilder(fresh.length);
  fresh.forEach(({ candidate, sourceId }, row) => {
    const person = who[row];
    const age = person?.birthYear
      ? Math.max(0, yearOf(candidate.at) - person.birthYear)
      : Number.NaN;
    builder.add(
      {
        id: recordIdOf(segment, row),
        kind: candidate.kind,
        at: candidate.at,
        source: sourceId,
        person: person?.person ?? 0,
        personArea: person?.areaCode ?? '',
        unit: person?.unitId ?? 0,
        place: candidate.placeId,
        placeArea: candidate.placeArea,
        sex: person?.sex ?? '',
        age,
      },
      candidate.values,
    );
  });
  return builder.finish();
}

type Verdict = 'admitted' | 'quarantined' | 'duplicate';

function tally(lists: Readonly<Record<Verdict, readonly Head[]>>): BatchVerdicts[] {
  const counts = new Map<string, BatchVerdicts>();
  for (const verdict of ['admitted', 'quarantined', 'duplicate'] as const) {
    for (const { batch, sourceId } of lists[verdict]) {
      let count = counts.get(batch);
      if (!count) {
        count = { batchId: batch, sourceId, admitted: 0, quarantined: 0, duplicate: 0 };
        counts.set(batch, count);
      }
      count[verdict]++;
    }
  }
  return [...counts.values()].sort((a, b) => (a.batchId < b.batchId ? -1 : 1));
}

function lineageSteps(
  counts: readonly BatchVerdicts[],
  from: Cursor,
  segment: number,
): LineageStep[] {
  const log = `log ${from.logOffset}`;
  const steps: LineageStep[] = [];
  for (const it of counts) {
    const add = (step: string, to: string, rows: number): void => {
      if (rows > 0) steps.push({ traceId: it.batchId, step, from: log, to, rows });
    };
    add('admit', `segment ${segment}`, it.admitted);
    add('quarantine', 'quarantine', it.quarantined);
    add('link', 'duplicates', it.duplicate);
  }
  return steps;
}

const recordsFact = (segment: number, batch: Batch, batches: readonly string[]) => {
  let fromAt = Number.POSITIVE_INFINITY;
  let toAt = Number.NEGATIVE_INFINITY;
  for (const at of batch.at) {
    if (at < fromAt) fromAt = at;
    if (at > toAt) toAt = at;
  }
  return factOf('records.admitted', 'records', {
    segment,
    rows: batch.rows,
    batches: [...batches],
    fromAt,
    toAt,
  });
};

const BATCHES_TOLD_MAX = 100;

type Outcome = {
  readonly fresh: readonly Fresh[];
  readonly doubled: readonly DuplicateRow[];
  readonly rejected: readonly NewQuarantined[];
  readonly counts: readonly BatchVerdicts[];
  readonly segment: number;
  readonly batch: Batch | undefined;
};

/** Everything one step of the worker decides, in one transaction. */
async function write(
  tx: Tx,
  deps: SettleDeps,
  it: Outcome,
  from: Cursor,
  to: Cursor,
  now: number,
): Promise<void> {
  if (!(await moveCursor(tx, from, to))) throw new NotTheConsumer();
  if (it.batch) {
    const fact = recordsFact(
      it.segment,
      it.batch,
      it.counts.slice(0, BATCHES_TOLD_MAX).map((count) => count.batchId),
    );
    const { fromAt, toAt } = fact.body;
    await insertSegment(tx, { id: it.segment, rows: it.batch.rows, fromAt, toAt }, now);
    await insertSeen(
      tx,
      it.fresh.map((row) => row.candidate.key),
      Array.from(it.batch.id),
    );
    await tell(tx, fact);
  }
  await insertDuplicates(tx, it.doubled, now);
  await insertQuarantined(tx, deps.vault, it.rejected, now);
  await addVerdicts(tx, it.counts);
  await insertLineage(tx, lineageSteps(it.counts, from, it.segment), now);
  await settleBatches(
    tx,
    it.counts.map((count) => count.batchId),
    now,
  );
}

/**
 * Finds the verdict of every row and the person of every fresh one; may run while the step before
 * (`before`) is being settled, but not earlier. Persons are committed by the resolver, records not
 * yet: a crash repeats it and finds the same.
 */
export async function prepare(
  deps: SettleDeps,
  rows: readonly Weighed[],
  before: Prepared | undefined,
  now: number,
): Promise<Prepared> {
  const { fresh, doubled, novel } = await sortOut(deps.db, rows, before?.novel);
  const rejected = rows.filter((it): it is Weighed & { rejected: Rejected } => 'rejected' in it);
  return { fresh, doubled, rejected, novel, who: await resolveAll(deps, fresh, now) };
}

const firstOf = (it: Doubled): number =>
  'record' in it ? it.record : recordIdOf(it.of.segment, it.row);

/**
 * Settles a step. The segment file is on disk before the transaction that speaks of it; a crash
 * between the two writes the same segment again. Returns the new cursor.
 */
export async function settle(
  deps: SettleDeps,
  { fresh, doubled, rejected, who, novel }: Prepared,
  from: Cursor,
  logOffset: number,
  now: number,
): Promise<Cursor> {
  const segment = from.segment + 1;
  novel.segment = segment;
  let batch: Batch | undefined;
  if (fresh.length > 0) {
    batch = batchFrom(segment, fresh, who);
    await deps.segments.write(segment, batch);
  }
  const to = { logOffset, segment: batch ? segment : from.segment };
  const outcome: Outcome = {
    fresh,
    segment,
    batch,
    doubled: doubled.map((it) => ({
      batchId: it.batch,
      rowNo: it.rowNo,
      firstRecord: firstOf(it),
    })),
    rejected: rejected.map((it) => ({ ...it, batchId: it.batch })),
    counts: tally({ admitted: fresh, quarantined: rejected, duplicate: doubled }),
  };
  await deps.db.tx((tx) => write(tx, deps, outcome, from, to, now));
  if (batch) deps.segments.remember(segment, batch);
  return to;
}

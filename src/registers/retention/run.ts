import { createHash } from 'node:crypto';
import type { Actor } from '#base/access.ts';
import type { Due, Purger } from '#base/keeping.ts';
import { CITY_OFFSET, DAY, dayOf, isoOf, startOfDay } from '#base/time.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import { type Signer, signDocument } from '#platform/secrets/index.ts';
import { beforeOf, type Field, fieldsAt } from './fields.ts';
import {
  counts,
  endRun,
  insertRun,
  insertSteps,
  lastRunAt,
  liveRun,
  type Run,
  saveCount,
  saveStep,
  type Step,
  stepsOf,
  takeRun,
} from './store.ts';

export type RetentionDeps = {
  readonly db: Db;
  readonly fields: readonly Field[];
  readonly purgers: readonly Purger[];
  readonly signer: Signer;
};

type Due1 = { readonly field: Field; readonly before: number; readonly due: Due };

/** What is due of every class that has a clock and an owner who counts it. Changes nothing. */
export async function dueNow(
  deps: Pick<RetentionDeps, 'fields' | 'purgers'>,
  now: number,
): Promise<Due1[]> {
  const found: Due1[] = [];
  for (const field of fieldsAt(deps.fields, now)) {
    const before = beforeOf(field, now);
    const purger = deps.purgers.find((it) => it.field === field.code);
    if (before === undefined || !purger) continue;
    found.push({ field, before, due: await purger.due(before) });
  }
  return found;
}

/** Counts every class and keeps the counts: looking at them afterwards costs nothing. */
export async function countFields(deps: RetentionDeps, now: number): Promise<void> {
  for (const { field, due } of await dueNow(deps, now))
    await deps.db.tx((tx) => saveCount(tx, field.code, due, now));
}

/** Asks for a run; a second asking while one waits or works is answered with that one. */
export const askRun = (tx: Tx, actor: Pick<Actor, 'id' | 'name'>, now: number): Promise<Run> =>
  insertRun(tx, actor, now);

/**
 * The daily job: asks for a run when the last one was asked on an earlier day, then works on
 * whatever run waits. Idempotent and resumable: a class is taken step by step, each committed.
 */
export async function dailyRun(deps: RetentionDeps, now: number): Promise<Run | undefined> {
  const { db } = deps;
  await db.tx(async (tx) => {
    const isToday = (await lastRunAt(tx)) >= startOfDay(dayOf(now));
    if (!isToday) await insertRun(tx, { id: 0, name: '系统' }, now);
  });
  return workRun(deps, now);
}

/** Steps of one class in one go at most: the next turn of the clock goes on. */
const STEPS_MAX = 2_000;

/** Works on the run that waits, to its end. One worker at a time: another finds the lock taken. */
export async function workRun(deps: RetentionDeps, now: number): Promise<Run | undefined> {
  const { db } = deps;
  const run = await db.tx((tx) => takeRun(tx, now));
  if (!run) return undefined;
  const due = fieldsAt(deps.fields, run.askedAt).flatMap((field) => {
    const before = beforeOf(field, run.askedAt);
    const purger = deps.purgers.find((it) => it.field === field.code);
    return before !== undefined && purger && field.isOn ? [{ field, before, purger }] : [];
  });
  await db.tx((tx) =>
    insertSteps(
      tx,
      run.id,
      due.map((it) => ({ code: it.field.code, before: it.before })),
    ),
  );
  const faults: unknown[] = [];
  for (const step of await db.read((tx) => stepsOf(tx, [run.id]))) {
    const purger = deps.purgers.find((it) => it.field === step.code);
    if (step.state !== 'waiting' || !purger) continue;
    await workStep(db, run, step, purger, now).catch((fault: unknown) => faults.push(fault));
  }
  // The next turn of the clock tries again, for a day; then the run ends as failed, and says where.
  if (faults.length > 0 && now - run.askedAt < DAY)
    throw new AggregateError(faults, 'removing what is due', { cause: faults[0] });
  const failed = faults.length > 0;
  const steps = await db.read((tx) => stepsOf(tx, [run.id]));
  // So much was due that one turn did not suffice: the next goes on.
  if (!failed && steps.some((step) => step.state === 'waiting')) return run;
  const certificate = signDocument(deps.signer, certificateOf(run, steps, deps.fields, now));
  await db.tx((tx) => endRun(tx, run.id, { state: failed ? 'failed' : 'done', certificate }, now));
  await countFields(deps, now);
  return db.read(async (tx) => (await liveRun(tx)) ?? { ...run, state: 'done' as const });
}

/** Chains the digest of a step onto those before it. */
const chained = (before: string, hash: string): string =>
  createHash('sha256').update(`${before} ${hash}`).digest('hex');

async function workStep(db: Db, run: Run, step: Step, purger: Purger, now: number): Promise<void> {
  let { rows, hash } = step;
  const save = (state: 'waiting' | 'done'): Promise<number> =>
    db.tx((tx) => saveStep(tx, run.id, step.code, { rows, hash, state }));
  try {
    for (let i = 0; i < STEPS_MAX; i++) {
      const gone = await purger.purge(step.before, now);
      if (gone.rows > 0) {
        rows += gone.rows;
        hash = chained(hash, gone.hash);
        await save('waiting');
      }
      if (!gone.more) {
        await save('done');
        return;
      }
    }
  } catch (fault) {
    throw new Error(`removing what is due of ${step.code}`, { cause: fault });
  }
}

/** What a third party can verify: which classes, by which clock, how many, and a chain of digests. */
export const certificateOf = (
  run: Run,
  steps: readonly Step[],
  fields: readonly Field[],
  now: number,
): Record<string, unknown> => ({
  kind: 'fenghuo retention certificate v1',
  run: run.id,
  askedAt: isoOf(run.askedAt),
  askedBy: run.by,
  endedAt: isoOf(now),
  classes: steps.map((step) => {
    const field = fields.find((it) => it.code === step.code);
    return {
      code: step.code,
      stores: field?.stores ?? [],
      action: field?.action ?? '',
      basis: field?.basis.zh ?? '',
      olderThan: isoOf(step.before),
      rows: step.rows,
      digest: step.hash,
      state: step.state,
    };
  }),
});

/** The classes of now with their last counts. */
export async function fieldsWithCounts(tx: Tx, fields: readonly Field[], now: number) {
  const known = new Map((await counts(tx)).map((it) => [it.code, it]));
  return {
    rows: fieldsAt(fields, now).map((field) => {
      const count = known.get(field.code);
      const { validUntil: _, ...rest } = field;
      return {
        ...rest,
        stores: [...field.stores],
        oldestAt: count?.oldestAt ?? null,
        dueRows: count?.rows ?? 0,
      };
    }),
    countedAt: Math.max(0, ...[...known.values()].map((it) => it.countedAt)) || null,
  };
}

/** Due days gathered by week (Monday), for a plot. */
export function weeksOf(due: Due): { week: string; rows: number }[] {
  const weeks = new Map<string, number>();
  for (const { day, rows } of due.days) {
    const at = startOfDay(day);
    const monday = dayOf(at - ((new Date(at + CITY_OFFSET).getUTCDay() + 6) % 7) * DAY);
    weeks.set(monday, (weeks.get(monday) ?? 0) + rows);
  }
  return [...weeks].map(([week, rows]) => ({ week, rows }));
}

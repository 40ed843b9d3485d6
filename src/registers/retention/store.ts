import type { Due } from '#base/keeping.ts';
import { keyOf, type Page, pageOf } from '#base/paging.ts';
import type { Tx } from '#platform/db/index.ts';

export type Step = { code: string; before: number; state: string; rows: number; hash: string };
export type Run = {
  id: number;
  state: 'asked' | 'running' | 'done' | 'failed';
  askedAt: number;
  startedAt: number | null;
  endedAt: number | null;
  by: string;
  certificate: Record<string, unknown> | null;
};

const RUN = `id, state, asked_at as "askedAt", started_at as "startedAt", ended_at as "endedAt",
  by_name as by, certificate`;

/** The run that waits or works, if any. */
export const liveRun = (tx: Tx): Promise<Run | undefined> =>
  tx.row<Run>(`select ${RUN} from retention.run where state in ('asked', 'running')`);

export const runById = (tx: Tx, id: number): Promise<Run | undefined> =>
  tx.row<Run>(`select ${RUN} from retention.run where id = $1`, [id]);

export const lastRunAt = async (tx: Tx): Promise<number> =>
  (await tx.row<{ at: number | null }>('select max(asked_at) as at from retention.run'))?.at ?? 0;

/** Asks for a run; the one that waits or works already when there is one. */
export async function insertRun(
  tx: Tx,
  by: { id: number; name: string },
  now: number,
): Promise<Run> {
  const made = await tx.row<Run>(
    `insert into retention.run (state, asked_at, by_id, by_name)
     values ('asked', $1, $2, $3) on conflict do nothing returning ${RUN}`,
    [new Date(now), by.id, by.name],
  );
  const run = made ?? (await liveRun(tx));
  if (!run) throw new Error('a run was not kept');
  return run;
}

/** Takes the asked run up, or the one a crash left; undefined when there is none. */
export const takeRun = (tx: Tx, now: number): Promise<Run | undefined> =>
  tx.row<Run>(
    `update retention.run set state = 'running', started_at = coalesce(started_at, $1)
     where state in ('asked', 'running') returning ${RUN}`,
    [new Date(now)],
  );

export const insertSteps = (
  tx: Tx,
  run: number,
  steps: readonly { code: string; before: number }[],
): Promise<number> =>
  tx.run(
    `insert into retention.step (run_id, code, before, state)
     select $1, c, b, 'waiting' from unnest($2::text[], $3::timestamptz[]) as s (c, b)
     on conflict do nothing`,
    [run, steps.map((it) => it.code), steps.map((it) => new Date(it.before))],
  );

export const stepsOf = (tx: Tx, runs: readonly number[]): Promise<(Step & { runId: number })[]> =>
  tx.rows(
    `select run_id as "runId", code, before, state, rows, hash from retention.step
     where run_id = any($1::bigint[]) order by run_id, code`,
    [runs],
  );

/** Notes what one more step of a class took. */
export const saveStep = (
  tx: Tx,
  run: number,
  code: string,
  step: { rows: number; hash: string; state: string },
): Promise<number> =>
  tx.run(
    `update retention.step set rows = $3, hash = $4, state = $5 where run_id = $1 and code = $2`,
    [run, code, step.rows, step.hash, step.state],
  );

export const endRun = (
  tx: Tx,
  id: number,
  end: { state: 'done' | 'failed'; certificate: unknown },
  now: number,
): Promise<number> =>
  tx.run(
    `update retention.run set state = $2, ended_at = $3, certificate = $4
     where id = $1 and state = 'running'`,
    [id, end.state, new Date(now), end.certificate],
  );

/** Runs, newest first. */
export async function runsPage(
  tx: Tx,
  query: { after?: string | undefined; limit: number },
): Promise<Page<Run>> {
  const [before] = keyOf(query.after, ['id']) ?? [Number.MAX_SAFE_INTEGER];
  const rows = await tx.rows<Run>(
    `select ${RUN} from retention.run where id < $1 order by id desc limit $2`,
    [before, query.limit + 1],
  );
  return pageOf(rows, query.limit, (row) => [row.id]);
}

export type Count = { code: string; rows: number; oldestAt: number | null; countedAt: number };

export const saveCount = (tx: Tx, code: string, due: Due, now: number): Promise<number> =>
  tx.run(
    `insert into retention.count (code, rows, oldest_at, counted_at) values ($1, $2, $3, $4)
     on conflict (code) do update set rows = excluded.rows, oldest_at = excluded.oldest_at,
       counted_at = excluded.counted_at`,
    [code, due.rows, due.oldestAt === null ? null : new Date(due.oldestAt), new Date(now)],
  );

export const counts = (tx: Tx): Promise<Count[]> =>
  tx.rows<Count>(
    `select code, rows, oldest_at as "oldestAt", counted_at as "countedAt"
     from retention.count order by code`,
  );

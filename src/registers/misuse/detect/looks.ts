import type { Actor } from '#base/access.ts';
import type { Refusal } from '#base/refusal.ts';
import { DAY, HOUR } from '#base/time.ts';
import type { Tx } from '#platform/db/index.ts';
import { REVEALS_STOPPED } from '../refusals.ts';
import * as store from '../store.ts';
import { thresholdsAt } from './thresholds.ts';

export type How = 'read' | 'reveal';

/**
 * Counts whom an actor looks at, in the transaction of the look. Far more distinct persons in an
 * hour than the limit and than the actor's own fourteen-day median: alarm at once. Above the hard
 * cap a reveal is refused until a supervisor has judged the alarm.
 */
export async function noteLooks(
  tx: Tx,
  actor: Actor,
  persons: readonly number[],
  how: How,
  now: number,
): Promise<Refusal | undefined> {
  if (actor.id === 0 || persons.length === 0) return undefined;
  const hour = Math.floor(now / HOUR) * HOUR;
  const fresh = await writeLooks(tx, actor.id, persons, how, hour);
  if (fresh === 0) return undefined;
  const limits = thresholdsAt(now);
  const limit = how === 'read' ? limits.read_hour_max : limits.reveal_hour_max;
  const inHour = await looksIn(tx, actor.id, how, hour);
  if (inHour <= limit) return undefined;
  const kind = `${how}-burst` as const;
  const isWaiting = await store.isWaiting(tx, actor.id, kind);
  // The alarm went out well below the cap; whoever is stopped here has one waiting.
  if (isWaiting)
    return how === 'reveal' && inHour > limits.reveal_hour_cap ? REVEALS_STOPPED : undefined;
  if (await judgedInHour(tx, actor.id, kind, hour)) return undefined;
  const usual = await usualOf(tx, actor.id, how, hour, limits.usual_days);
  // Nobody's usual is above the cap: a median can be raised on purpose.
  const isOverCap = how === 'reveal' && inHour > limits.reveal_hour_cap;
  if (inHour <= limits.usual_times * usual && !isOverCap) return undefined;
  await store.raise(
    tx,
    actor,
    { kind, deed: how, figures: { persons: inHour, limit, usual } },
    now,
  );
  return undefined;
}

const writeLooks = (
  tx: Tx,
  actorId: number,
  persons: readonly number[],
  how: How,
  hour: number,
): Promise<number> =>
  tx.run(
    `insert into misuse.look (actor_id, how, hour, person)
      select $1, $2, $3, unnest($4::bigint[]) on conflict do nothing`,
    [actorId, how, new Date(hour), persons],
  );

async function looksIn(tx: Tx, actorId: number, how: How, hour: number): Promise<number> {
  const row = await tx.row<{ n: number }>(
    'select count(*) as n from misuse.look where actor_id = $1 and how = $2 and hour = $3',
    [actorId, how, new Date(hour)],
  );
  return row?.n ?? 0;
}

/** Median of distinct persons over the hours in which the actor looked at anybody; 0 for a new one. */
async function usualOf(
  tx: Tx,
  actorId: number,
  how: How,
  hour: number,
  days: number,
): Promise<number> {
  const row = await tx.row<{ usual: number | null }>(
    `select percentile_cont(0.5) within group (order by n) as usual from (
        select count(*) as n from misuse.look
          where actor_id = $1 and how = $2 and hour >= $3 and hour < $4 group by hour) hours`,
    [actorId, how, new Date(hour - days * DAY), new Date(hour)],
  );
  return row?.usual ?? 0;
}

/** A judge who cleared this hour's alarm is not asked again about the same hour. */
const judgedInHour = async (
  tx: Tx,
  actorId: number,
  kind: 'read-burst' | 'reveal-burst',
  hour: number,
): Promise<boolean> =>
  (await tx.row(
    `select 1 from misuse.alarm where actor_id = $1 and kind = $2 and state = 'cleared'
      and last_at >= $3 limit 1`,
    [actorId, kind, new Date(hour)],
  )) !== undefined;

/** Forgets whom actors looked at before an instant: the median needs no more. */
export const pruneLooks = (tx: Tx, before: number): Promise<number> =>
  tx.run('delete from misuse.look where hour < $1', [new Date(before)]);

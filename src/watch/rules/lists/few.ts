import type { Actor } from '#base/access.ts';
import { type Refusal, refuse } from '#base/refusal.ts';
import { DAY } from '#base/time.ts';
import type { Tx } from '#platform/db/index.ts';

/** More persons than these at once, or by one hand in a day, come in under an order only. */
export const OPEN_PERSONS_MAX = 20;

const IN_PARTS = refuse('forbidden', 'no-mandate', {
  zh: `一天之内逐批列入超过 ${OPEN_PERSONS_MAX} 人等同成批名单：请依据“成批名单”命令一次导入。`,
  en: `More than ${OPEN_PERSONS_MAX} persons in a day, part by part, are a bulk list: import them at once, under an order for bulk lists.`,
});

/**
 * Refuses when the actor lists more than a few distinct persons in the open within a day; the same
 * persons again count once. The house itself, which fills the sample, is not held up.
 */
export async function fewToday(
  tx: Tx,
  actor: Actor,
  persons: readonly number[],
  now: number,
): Promise<Refusal | undefined> {
  if (actor.id === 0) return undefined;
  // Two lists filled at once by one hand wait for each other: each would count itself alone.
  await tx.run('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`few ${actor.id}`]);
  const since = new Date(now - DAY);
  await tx.run('delete from rules.few_listed where actor_id = $1 and at <= $2', [actor.id, since]);
  await tx.run(
    `insert into rules.few_listed (actor_id, person, at) select $1, unnest($2::bigint[]), $3
     on conflict do nothing`,
    [actor.id, [...new Set(persons)], new Date(now)],
  );
  const row = await tx.row<{ n: number }>(
    'select count(*)::int as n from rules.few_listed where actor_id = $1',
    [actor.id],
  );
  return (row?.n ?? 0) > OPEN_PERSONS_MAX ? IN_PARTS : undefined;
}

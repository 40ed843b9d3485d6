import type { Heard } from '#facts/index.ts';
import type { Tx } from '#platform/db/index.ts';

/** Hears alert.raised: from now a bulk change may name this alert. */
export const noteIncident = async (
  tx: Tx,
  fact: Heard<'alert.raised'>,
  now: number,
): Promise<void> => {
  await tx.run(
    `insert into misuse.incident (ref, area_code, since) values ($1, $2, $3)
      on conflict (ref) do update set ended_at = null`,
    [`alert:${fact.body.alertId}`, fact.body.areaCode, new Date(now)],
  );
};

/** Hears alert.closed: for some weeks more it still counts, then no longer. */
export const endIncident = async (
  tx: Tx,
  fact: Heard<'alert.closed'>,
  now: number,
): Promise<void> => {
  await tx.run('update misuse.incident set ended_at = coalesce(ended_at, $2) where ref = $1', [
    `alert:${fact.body.alertId}`,
    new Date(now),
  ]);
};

import { HOUSE } from '#base/access.ts';
import { MINUTE } from '#base/time.ts';
import type { Db } from '#platform/db/index.ts';
import { ALERT, type Alert, enter, tellChanged } from '../store.ts';

/** Minutes an alert of level 1 … 4 may stay unseen before its queue is reminded. */
const UNSEEN_MINUTES = [10, 30, 60, 120] as const;
export const REMINDERS_MAX = 3;
const BATCH_MAX = 500;

/**
 * Reminds of alerts nobody acknowledged: once per interval, at most three times. Heard twice at the
 * same `now` it does nothing the second time. Answers how many were reminded.
 */
export async function remindUnseen(db: Db, now: number): Promise<number> {
  return db.tx(async (tx) => {
    const rows = await tx.rows<Alert>(
      `update alerts.alert set reminders = reminders + 1 where id in (
        select id from alerts.alert
        where status = 'open' and reminders < ${REMINDERS_MAX}
          and raised_at + (reminders + 1) * ($2::int[])[level] * interval '1 minute' <= $1
        order by raised_at limit ${BATCH_MAX} for update skip locked)
      returning ${ALERT}`,
      [new Date(now), [...UNSEEN_MINUTES]],
    );
    const note = (a: Alert) => `${Math.floor((now - a.raisedAt) / MINUTE)} min`;
    await enter(
      tx,
      HOUSE,
      rows.map((a) => ({ alertId: a.id, what: 'reminded', note: note(a) })),
      now,
    );
    for (const row of rows) await tellChanged(tx, row);
    return rows.length;
  });
}

import { HOUSE } from '#base/access.ts';
import { dayOf } from '#base/time.ts';
import type { Heard } from '#facts/index.ts';
import type { Tx } from '#platform/db/index.ts';
import { alertBrief } from '#watch/alerts/index.ts';
import { clockMs, ladderNamed, ladderOn } from '../ladder.ts';
import { areaAt, KINDS, nextWatch, rungsOf, type TaskKind } from '../model.ts';
import { enter, patchTask, TASK, type Task, tellTask } from '../store.ts';
import { arriveAt } from './arrive.ts';
import { descend } from './descend.ts';

const kindOf = (text: string): TaskKind => KINDS.find((kind) => kind === text) ?? 'phone_check';

/**
 * Hears alert.raised: one task per alert and opening, at the top of its ladder, fallen as far as
 * standing orders carry it. Heard twice it does nothing. Tells task.dispatched.
 */
export async function dispatchForAlert(
  tx: Tx,
  fact: Heard<'alert.raised'>,
  now: number,
): Promise<void> {
  const { alertId, level, areaCode, personId, placeId, task: wanted } = fact.body;
  const alert = await alertBrief(tx, alertId);
  if (!alert || alert.status === 'closed') return;
  const ladder = ladderOn(dayOf(now));
  const kind = kindOf(wanted);
  const tier = rungsOf(ladder.routes[kind], areaCode)[0] ?? 'city';
  const made = await tx.row<Task>(
    `insert into tasks.task (alert_id, round, kind, level, title, ladder, status, person_id,
        place_id, area_code, seq, tier, hop_area, close_due_at, dispatched_at, changed_at)
      values ($1, $2, $3, $4, $5, $6, 'waiting', $7, $8, $9, 0, $10, $11, $12, $13, $13)
      on conflict (alert_id, round) do nothing returning ${TASK}`,
    [
      alertId,
      alert.reopenedCount,
      kind,
      level,
      JSON.stringify(alert.title),
      ladder.id,
      personId,
      placeId,
      areaCode,
      tier,
      areaAt(areaCode, tier) ?? areaCode,
      new Date(now + clockMs(ladder, level, 'close', tier)),
      new Date(now),
    ],
  );
  if (!made) return;
  const arrived = await arriveAt(tx, made, { tier, areaCode: made.hopArea }, now);
  await enter(tx, HOUSE, made.id, { what: 'dispatched', to: arrived.postWords }, now);
  await tellTask(tx, 'task.dispatched', await descend(tx, arrived, now));
}

/** Hears alert.grown: a graver alert makes its open task graver, and no clock later than before. */
export async function tightenForAlert(
  tx: Tx,
  fact: Heard<'alert.grown'>,
  now: number,
): Promise<void> {
  const { alertId, level } = fact.body;
  const open = await tx.rows<Task>(
    `select ${TASK} from tasks.task where alert_id = $1 and closed_at is null and level > $2
      for update`,
    [alertId, level],
  );
  for (const task of open) {
    const ladder = ladderNamed(task.ladder);
    const clock = task.clock ?? 'accept';
    const due = now + clockMs(ladder, level, clock, task.tier);
    const close = now + clockMs(ladder, level, 'close', task.tier);
    const dueAt = task.dueAt === null ? null : Math.min(task.dueAt, due);
    const closeDueAt = Math.min(task.closeDueAt, close);
    const watchAt = nextWatch([dueAt, closeDueAt, task.watchAt], now);
    const patch = { level, due_at: dueAt, close_due_at: closeDueAt, watch_at: watchAt };
    const tighter = await patchTask(tx, task.id, patch, now);
    await enter(tx, HOUSE, task.id, { what: 'tighten', note: `${task.level} → ${level}` }, now);
    await tellTask(tx, 'task.changed', tighter);
  }
}

/**
 * Hears alert.closed: what is still open for it is withdrawn, except the task of a reopening. By
 * openings, not by clocks: those of two machines may differ.
 */
export async function withdrawForAlert(
  tx: Tx,
  fact: Heard<'alert.closed'>,
  now: number,
): Promise<void> {
  const { alertId, outcome } = fact.body;
  const alert = await alertBrief(tx, alertId);
  if (!alert) return;
  const isClosed = alert.status === 'closed';
  const open = await tx.rows<Task>(
    `select ${TASK} from tasks.task
      where alert_id = $1 and closed_at is null and round < $2 for update`,
    [alertId, alert.reopenedCount + (isClosed ? 1 : 0)],
  );
  for (const task of open) {
    const patch = { clock: null, due_at: null, watch_at: null, closed_at: now };
    const gone = await patchTask(tx, task.id, { status: 'withdrawn', ...patch }, now);
    await enter(tx, HOUSE, task.id, { what: 'withdraw', note: outcome }, now);
    await tellTask(tx, 'task.changed', gone);
  }
}

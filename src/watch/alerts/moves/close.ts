import { type Actor, HOUSE } from '#base/access.ts';
import { isRefusal, refuse, type Refusal } from '#base/refusal.ts';
import { HOUR } from '#base/time.ts';
import { factOf, type Heard } from '#facts/index.ts';
import type { Tx } from '#platform/db/index.ts';
import { tell } from '#platform/outbox/index.ts';
import { tellAlert } from './consider.ts';
import { recordHand } from './decided.ts';
import { isOutcome, NEXT, NOTE_NEEDED, type Outcome, outcomeOf } from '../model.ts';
import { ALERT, type Alert, enter, lockAlert, moveAlert, readyFor, tellChanged } from '../store.ts';

const NOTE_MISSING = refuse('invalid', 'note-needed', {
  zh: '该结论须写明说明：误报的原因、重复的是哪一条，或移交给了谁。',
  en: 'This outcome needs a note: why false, duplicate of what, or handed to whom.',
});

/** Closes with an outcome. Refuses `no-alert`, `alert-status`, `note-needed`. */
export async function close(
  tx: Tx,
  actor: Actor,
  input: { id: number; outcome: Outcome; said?: Buffer | undefined },
  now: number,
): Promise<Alert | Refusal> {
  const ready = await readyFor(tx, actor, input.id, 'close');
  if (isRefusal(ready)) return ready;
  if (NOTE_NEEDED.includes(input.outcome) && !input.said) return NOTE_MISSING;
  return shut(tx, actor, ready.alert, input, now);
}

/** Opens again, with a reason; the alert is raised anew so that a new task goes out. */
export async function reopen(
  tx: Tx,
  actor: Actor,
  input: { id: number; said: Buffer },
  now: number,
): Promise<Alert | Refusal> {
  const ready = await readyFor(tx, actor, input.id, 'reopen');
  if (isRefusal(ready)) return ready;
  const row = await tx.row<Alert>(
    `update alerts.alert set status = $2, closed_at = null, outcome = null, outcome_note = null,
        suppressed_until = null, reopened_count = reopened_count + 1, moved_at = $3
      where id = $1 returning ${ALERT}`,
    [input.id, ready.to, new Date(now)],
  );
  if (!row) throw new Error('a locked alert is gone');
  await countTasks(tx, input.id);
  await enter(tx, actor, [{ alertId: input.id, what: 'reopen', said: input.said }], now);
  await recordHand(tx, actor, row, undefined, now);
  await tellChanged(tx, row);
  await tellAlert(tx, 'alert.raised', row);
  return row;
}

/** Writes the outcome, starts the quiet time, and tells; the lead rule learns from it. */
async function shut(
  tx: Tx,
  actor: Actor,
  alert: Alert,
  input: { outcome: Outcome; note?: string; said?: Buffer | undefined },
  now: number,
): Promise<Alert> {
  const row = await tx.row<Alert>(
    `update alerts.alert set status = 'closed', closed_at = $2, outcome = $3, outcome_note = $4,
        suppressed_until = $5, moved_at = $2
      where id = $1 returning ${ALERT}`,
    [
      alert.id,
      new Date(now),
      input.outcome,
      input.said ?? null,
      new Date(now + alert.suppressHours * HOUR),
    ],
  );
  if (!row) throw new Error('a locked alert is gone');
  const note = [input.outcome, input.note].filter(Boolean).join('：');
  await enter(tx, actor, [{ alertId: alert.id, what: 'close', note, said: input.said }], now);
  await recordHand(tx, actor, row, input.outcome, now);
  await tellChanged(tx, row);
  const { id: alertId, areaCode, ruleId, ruleVersion } = row;
  const { outcome } = input;
  await tell(
    tx,
    factOf('alert.closed', alertId, { alertId, areaCode, ruleId, ruleVersion, outcome }),
  );
  return row;
}

/** Hears task.dispatched: the alert now waits for this task. */
export async function linkTask(tx: Tx, fact: Heard<'task.dispatched'>, now: number): Promise<void> {
  const { taskId, alertId } = fact.body;
  if (alertId === null) return;
  const added = await tx.run(
    `insert into alerts.task (task_id, alert_id, round)
      select $1, id, reopened_count from alerts.alert where id = $2
      on conflict (task_id) do nothing`,
    [taskId, alertId],
  );
  if (added === 0) return;
  await countTasks(tx, alertId);
  await enter(tx, HOUSE, [{ alertId, what: 'dispatched', note: `#${taskId}` }], now);
}

/** Hears task.changed: once somebody works on a task, its alert is being worked on. */
export async function noteTask(tx: Tx, fact: Heard<'task.changed'>, now: number): Promise<void> {
  const { alertId, status } = fact.body;
  if (alertId === null || status !== 'working') return;
  const alert = await lockAlert(tx, alertId, '');
  const to = alert && NEXT[alert.status].start;
  if (!alert || !to) return;
  await enter(tx, HOUSE, [{ alertId, what: 'start', note: `#${fact.body.taskId}` }], now);
  await moveAlert(tx, alert, to, undefined, now);
}

/**
 * Hears task.closed: when the last task of an alert is closed the alert closes with the gravest of
 * their outcomes. Withdrawn tasks do not speak; they are told as task.changed.
 */
export async function closeForTask(tx: Tx, fact: Heard<'task.closed'>, now: number): Promise<void> {
  const { taskId, alertId, outcome } = fact.body;
  if (alertId === null || !isOutcome(outcome)) return;
  const alert = await lockAlert(tx, alertId, '');
  if (!alert) return;
  const noted = await tx.run(
    `insert into alerts.task (task_id, alert_id, round, outcome)
      select $1, id, reopened_count, $3 from alerts.alert where id = $2
      on conflict (task_id) do update set outcome = excluded.outcome
      where task.outcome is null`,
    [taskId, alertId, outcome],
  );
  if (noted === 0) return;
  await enter(tx, HOUSE, [{ alertId, what: 'task_closed', note: `#${taskId}：${outcome}` }], now);
  await countTasks(tx, alertId);
  if (alert.status === 'closed') return;
  const tasks = await tx.rows<{ outcome: string | null }>(
    'select outcome from alerts.task where alert_id = $1 and round = $2',
    [alertId, alert.reopenedCount],
  );
  const said = tasks.flatMap((task) => task.outcome ?? []);
  const result = said.length === tasks.length ? outcomeOf(said) : undefined;
  if (!result) return;
  const note = tasks.length === 1 ? `任务 #${taskId}` : `${tasks.length} 项任务`;
  await shut(tx, HOUSE, alert, { outcome: result, note }, now);
}

/** Counts the tasks of the present opening. */
const countTasks = (tx: Tx, alertId: number): Promise<number> =>
  tx.run(
    `update alerts.alert a set tasks_total = c.total, tasks_open = c.open
      from (select count(t.*) as total, count(t.*) filter (where t.outcome is null) as open
        from alerts.alert b left join alerts.task t on t.alert_id = b.id
          and t.round = b.reopened_count where b.id = $1) c
      where a.id = $1`,
    [alertId],
  );

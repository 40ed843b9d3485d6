import { prefixOf } from '#base/areas.ts';
import { refuse, type Refusal } from '#base/refusal.ts';
import type { Actor } from '#base/access.ts';
import type { Level, Words } from '#base/words.ts';
import { factOf } from '#facts/index.ts';
import type { Tx } from '#platform/db/index.ts';
import { tell } from '#platform/outbox/index.ts';
import { type Move, NEXT, type Outcome, type Status } from './model.ts';
import type { Known } from './moves/plan.ts';

/** An alert as the table has it. Instants are epoch ms. */
export type Alert = {
  readonly id: number;
  readonly level: Level;
  readonly ruleLevel: Level;
  readonly status: Status;
  readonly groupKey: string;
  readonly ruleId: string;
  readonly ruleVersion: number;
  readonly title: Words;
  readonly disease: string | null;
  readonly subject: 'person' | 'place' | 'area';
  readonly personId: number | null;
  readonly placeId: number | null;
  readonly areaCode: string;
  readonly task: string;
  readonly signalCount: number;
  readonly suppressedCount: number;
  readonly ruleCount: number;
  readonly firstSignalAt: number;
  readonly lastSignalAt: number;
  readonly raisedAt: number;
  readonly rulePrecision: number | null;
  readonly rank: number;
  readonly assignedTo: number | null;
  readonly assignedName: string | null;
  readonly outcome: Outcome | null;
  /** Sealed. */
  readonly outcomeNote: Buffer | null;
  readonly closedAt: number | null;
  readonly suppressedUntil: number | null;
  readonly suppressHours: number;
  readonly reminders: number;
  readonly reopenedCount: number;
  readonly tasksTotal: number;
  readonly tasksOpen: number;
  readonly movedAt: number;
};

export const ALERT = `id, level, rule_level as "ruleLevel", status, group_key as "groupKey",
  rule_id as "ruleId", rule_version as "ruleVersion", title, disease, subject,
  person_id as "personId", place_id as "placeId", area_code as "areaCode", task,
  signal_count as "signalCount", suppressed_count as "suppressedCount",
  rule_count as "ruleCount", first_signal_at as "firstSignalAt",
  last_signal_at as "lastSignalAt", raised_at as "raisedAt", rule_precision as "rulePrecision",
  rank, assigned_to as "assignedTo", assigned_name as "assignedName", outcome,
  outcome_note as "outcomeNote", closed_at as "closedAt", suppressed_until as "suppressedUntil",
  suppress_hours as "suppressHours", reminders, reopened_count as "reopenedCount",
  tasks_total as "tasksTotal", tasks_open as "tasksOpen", moved_at as "movedAt"`;

/** The alert inside an area prefix, locked for a move; undefined also when it lies outside. */
export const lockAlert = (tx: Tx, id: number, areaPrefix: string): Promise<Alert | undefined> =>
  tx.row(
    `select ${ALERT} from alerts.alert
      where id = $1 and left(area_code, length($2)) = $2 for update`,
    [id, areaPrefix],
  );

/** Which of these signals were heard before. */
export async function heardSignals(tx: Tx, ids: readonly number[]): Promise<Set<number>> {
  const rows = await tx.rows<{ id: number }>(
    'select signal_id as id from alerts.joined where signal_id = any($1)',
    [ids],
  );
  return new Set(rows.map((row) => row.id));
}

/** Keeps two hearers from raising the same group at once; freed at commit. */
export const lockGroups = (tx: Tx, keys: readonly string[]): Promise<number> =>
  tx.run(
    `select pg_advisory_xact_lock(hashtextextended(k, 0))
      from (select k from unnest($1::text[]) k order by k) ordered`,
    [keys],
  );

/** The newest alert of each group, locked. */
export const newestOfGroups = (tx: Tx, keys: readonly string[]): Promise<Known[]> =>
  tx.rows(
    `select id, group_key as "groupKey", status, rule_level as "ruleLevel",
        first_signal_at as "firstSignalAt", last_signal_at as "lastSignalAt",
        suppressed_until as "suppressedUntil"
      from alerts.alert
      where id in (select (select id from alerts.alert a where a.group_key = k
                            order by id desc limit 1) from unnest($1::text[]) k)
      order by id for update`,
    [keys],
  );

export type Entry = {
  readonly alertId: number;
  readonly what: string;
  /** The house's own words. */
  readonly note?: string | null;
  /** What a person wrote, sealed. */
  readonly said?: Buffer | undefined;
  readonly body?: unknown;
};

/** Lines of the timeline, in one statement. */
export async function enter(
  tx: Tx,
  by: { id: number; name: string },
  entries: readonly Entry[],
  now: number,
): Promise<void> {
  if (entries.length === 0) return;
  await tx.run(
    `insert into alerts.history (alert_id, at, what, by_id, by_name, note, said, body)
      select x."alertId", $2, x.what, $3, $4, x.note, decode(x.said, 'base64'), x.body
      from jsonb_to_recordset($1::jsonb)
        as x("alertId" bigint, what text, note text, said text, body jsonb)`,
    [
      JSON.stringify(entries.map((it) => ({ ...it, said: it.said?.toString('base64') }))),
      new Date(now),
      by.id,
      by.name,
    ],
  );
}

/**
 * The alert a verb may move, and the status it moves to; a refusal when the table has no such
 * move.
 */
export async function readyFor(
  tx: Tx,
  actor: Actor,
  id: number,
  move: Move,
): Promise<{ alert: Alert; to: Status } | Refusal> {
  const alert = await lockAlert(tx, id, prefixOfActor(actor));
  if (!alert) return NO_ALERT;
  const to = NEXT[alert.status][move];
  return to ? { alert, to } : cannot(alert.status);
}

/** The area an actor's moves reach; the house reaches everywhere. */
export const prefixOfActor = (actor: Actor): string => prefixOf(actor.areaCode);
export const NO_ALERT = refuse('missing', 'no-alert', {
  zh: '没有这条预警，或不在您的辖区内。',
  en: 'There is no such alert, or it lies outside your area.',
});

const cannot = (status: Status): Refusal =>
  refuse('conflict', 'alert-status', {
    zh: `预警当前状态（${STATUS_WORDS[status].zh}）不允许此操作，请刷新后再试。`,
    en: `The alert is ${STATUS_WORDS[status].en.toLowerCase()} now; this move is not possible. Reload it.`,
  });

export const STATUS_WORDS: Record<Status, Words> = {
  open: { zh: '待签收', en: 'Open' },
  acknowledged: { zh: '已签收', en: 'Acknowledged' },
  working: { zh: '处置中', en: 'Working' },
  closed: { zh: '已关闭', en: 'Closed' },
};

/** Moves the status and the assignment; returns the alert as it is then. */
export async function moveAlert(
  tx: Tx,
  alert: Alert,
  to: Status,
  assigned: { id: number; name: string } | null | undefined,
  now: number,
): Promise<Alert> {
  const holder =
    assigned === undefined ? { id: alert.assignedTo, name: alert.assignedName } : assigned;
  const row = await tx.row<Alert>(
    `update alerts.alert set status = $2, assigned_to = $3, assigned_name = $4, moved_at = $5
      where id = $1 returning ${ALERT}`,
    [alert.id, to, holder?.id ?? null, holder?.name ?? null, new Date(now)],
  );
  if (!row) throw new Error('a locked alert is gone');
  await tellChanged(tx, row);
  return row;
}

export const tellChanged = (tx: Tx, alert: Alert): Promise<unknown> =>
  tell(
    tx,
    factOf('alert.changed', alert.id, {
      alertId: alert.id,
      areaCode: alert.areaCode,
      level: alert.level,
      status: alert.status,
    }),
  );

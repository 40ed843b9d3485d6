import { HOUSE } from '#base/access.ts';
import type { RuleDoc } from '#base/rules.ts';
import type { Level } from '#base/words.ts';
import { factOf, type Heard } from '#facts/index.ts';
import type { Tx } from '#platform/db/index.ts';
import { tell } from '#platform/outbox/index.ts';
import { childrenOf } from '#registers/areas/index.ts';
import { ruleByVersion, ruleStats } from '#watch/rules/index.ts';
import { type Signal, signalsById } from '#watch/signals/index.ts';
import { gradeOf, groupKeyOf, rankOf, subjectOf, workArea } from '../model.ts';
import { recordSettled, type Settled } from './decided.ts';
import { type Change, planSignals, type Weighed } from './plan.ts';
import {
  ALERT,
  type Alert,
  type Entry,
  enter,
  heardSignals,
  lockGroups,
  newestOfGroups,
} from '../store.ts';

/**
 * Hears signals.found: each signal, once, joins the live alert of its group, stays quiet behind a
 * closed one, or raises a new alert. Tells alert.raised and alert.grown, one fact per alert.
 */
export async function considerSignals(
  tx: Tx,
  fact: Heard<'signals.found'>,
  now: number,
): Promise<void> {
  const heard = await heardSignals(tx, fact.body.signalIds);
  const ids = fact.body.signalIds.filter((id) => !heard.has(id));
  if (ids.length === 0) return;
  const found = await signalsById(tx, ids);
  const signals = await weigh(tx, found);
  const keys = new Set(signals.map((s) => groupKeyOf(subjectOf(s.doc.groupBy, s), s.doc)));
  await lockGroups(tx, [...keys]);
  const changes = planSignals(signals, await newestOfGroups(tx, [...keys]), now);
  const raised = changes.filter((c) => c.id === undefined);
  const newIds = await reserveIds(tx, raised.length);
  const placed = changes.map((c) => ({ ...c, id: c.id ?? newIds.pop() ?? 0, fresh: !c.id }));
  await insertAlerts(
    tx,
    placed.filter((c) => c.fresh),
    now,
  );
  await joinSignals(tx, placed);
  await growAlerts(
    tx,
    placed.filter((c) => !c.fresh),
  );
  await settle(tx, placed, found, now);
}

type Placed = Change & { readonly id: number; readonly fresh: boolean };

/** Adds to each signal its rule document; a signal whose rule is gone is a fault, never dropped. */
async function weigh(tx: Tx, signals: readonly Signal[]): Promise<Weighed[]> {
  const docs = new Map<string, RuleDoc>();
  const cities = (await childrenOf(tx, '')).map((area) => area.code);
  const weighed: Weighed[] = [];
  for (const signal of signals) {
    const key = `${signal.ruleId}@${signal.ruleVersion}`;
    const doc = docs.get(key) ?? (await ruleByVersion(tx, signal.ruleId, signal.ruleVersion))?.doc;
    if (!doc) throw new Error(`signal ${signal.id} names rule ${key}, which is not stored`);
    docs.set(key, doc);
    weighed.push({
      signalId: signal.id,
      at: signal.at,
      level: signal.level as Level,
      doc,
      ruleVersion: signal.ruleVersion,
      personId: signal.personId,
      placeId: signal.placeId,
      areaCode: workArea(signal.areaCode, cities),
      kinds: [...new Set(signal.evidence.records.map((r) => r.kind))],
    });
  }
  return weighed;
}

async function reserveIds(tx: Tx, count: number): Promise<number[]> {
  const rows = await tx.rows<{ id: number }>(
    `select nextval(pg_get_serial_sequence('alerts.alert', 'id')) as id
      from generate_series(1, $1::int)`,
    [count],
  );
  return rows.map((row) => row.id).reverse();
}

/** New alerts with their lead's words; counts, level and rank follow in `settle`. */
async function insertAlerts(tx: Tx, changes: readonly Placed[], now: number): Promise<void> {
  if (changes.length === 0) return;
  const rows = changes.map(({ id, lead, subject, groupKey, ...c }) => ({
    id,
    ruleLevel: c.ruleLevel,
    groupKey,
    subjectKey: subject.key,
    subject: subject.type,
    ruleId: lead.doc.id,
    ruleVersion: lead.ruleVersion,
    title: lead.doc.title,
    disease: lead.doc.disease ?? null,
    // A cluster is about the place, whoever's record completed it.
    personId: subject.type === 'person' ? lead.personId : null,
    placeId: lead.placeId,
    areaCode: lead.areaCode,
    task: lead.doc.task,
    firstAt: new Date(c.firstSignalAt).toISOString(),
    lastAt: new Date(c.lastSignalAt).toISOString(),
    suppressHours: Math.ceil(lead.doc.suppressHours),
  }));
  await tx.run(
    `insert into alerts.alert (id, level, rule_level, status, group_key, subject_key, subject,
        rule_id, rule_version, title, disease, person_id, place_id, area_code, task,
        signal_count, first_signal_at, last_signal_at, raised_at, rank, suppress_hours, moved_at)
      select x.id, x."ruleLevel", x."ruleLevel", 'open', x."groupKey", x."subjectKey", x.subject,
        x."ruleId", x."ruleVersion", x.title, x.disease, x."personId", x."placeId", x."areaCode",
        x.task, 0, x."firstAt", x."lastAt", $2, 0, x."suppressHours", $2
      from jsonb_to_recordset($1::jsonb) as x(id bigint, "ruleLevel" int, "groupKey" text,
        "subjectKey" text, subject text, "ruleId" text, "ruleVersion" int, title jsonb,
        disease text, "personId" bigint, "placeId" bigint, "areaCode" text, task text,
        "firstAt" timestamptz, "lastAt" timestamptz, "suppressHours" int)`,
    [JSON.stringify(rows), new Date(now)],
  );
}

async function joinSignals(tx: Tx, changes: readonly Placed[]): Promise<void> {
  const rows = changes.flatMap((c) =>
    c.signals.map((s) => ({
      signalId: s.signalId,
      alertId: c.id,
      ruleId: s.doc.id,
      ruleVersion: s.ruleVersion,
      at: new Date(s.at).toISOString(),
      kinds: s.kinds,
      suppressed: c.quiet,
    })),
  );
  await tx.run(
    `insert into alerts.joined (signal_id, alert_id, rule_id, rule_version, at, kinds, suppressed)
      select x."signalId", x."alertId", x."ruleId", x."ruleVersion", x.at,
        array(select jsonb_array_elements_text(x.kinds)), x.suppressed
      from jsonb_to_recordset($1::jsonb) as x("signalId" bigint, "alertId" bigint, "ruleId" text,
        "ruleVersion" int, at timestamptz, kinds jsonb, suppressed boolean)`,
    [JSON.stringify(rows)],
  );
}

/** Joined alerts: the span widens, and a graver rule takes the lead. */
async function growAlerts(tx: Tx, changes: readonly Placed[]): Promise<void> {
  for (const change of changes.filter((c) => !c.quiet)) {
    const { lead } = change;
    await tx.run(
      `update alerts.alert set first_signal_at = $2, last_signal_at = $3, rule_level = $4,
          rule_id = case when $4 < rule_level then $5 else rule_id end,
          rule_version = case when $4 < rule_level then $6 else rule_version end,
          title = case when $4 < rule_level then $7::jsonb else title end,
          suppress_hours = greatest(suppress_hours, $8)
        where id = $1`,
      [
        change.id,
        new Date(change.firstSignalAt),
        new Date(change.lastSignalAt),
        change.ruleLevel,
        lead.doc.id,
        lead.ruleVersion,
        JSON.stringify(lead.doc.title),
        Math.ceil(lead.doc.suppressHours),
      ],
    );
  }
}

type Counted = Alert & { readonly kinds: number };

/** Counts again, grades, ranks, writes the timeline and the decisions, and tells. */
async function settle(
  tx: Tx,
  changes: readonly Placed[],
  signals: readonly Signal[],
  now: number,
): Promise<void> {
  const alerts = await recount(tx, [...new Set(changes.map((c) => c.id))]);
  const precision = new Map<string, number | null>();
  const entries: Entry[] = [];
  const settled: Settled[] = [];
  for (const alert of alerts) {
    const mine = changes.filter((c) => c.id === alert.id);
    if (mine.every((c) => c.quiet)) {
      entries.push({ alertId: alert.id, what: 'suppressed', body: idsOf(mine) });
      continue;
    }
    if (!precision.has(alert.ruleId))
      precision.set(alert.ruleId, (await ruleStats(tx, alert.ruleId)).precision);
    const trust = precision.get(alert.ruleId) ?? null;
    const level = Math.min(gradeOf(alert.ruleLevel, alert.kinds), alert.level) as Level;
    await tx.run(
      'update alerts.alert set level = $2, rule_precision = $3, rank = $4 where id = $1',
      [alert.id, level, trust, rankOf({ ...alert, level, precision: trust })],
    );
    const fresh = mine.some((c) => c.fresh);
    if (!fresh && level < alert.level)
      entries.push({ alertId: alert.id, what: 'upgraded', note: `${alert.level} → ${level}` });
    entries.push({ alertId: alert.id, what: fresh ? 'raised' : 'grown', body: idsOf(mine) });
    settled.push({
      alert: { ...alert, level },
      move: fresh ? 'begin' : 'change',
      changes: mine,
    });
    await tellAlert(tx, fresh ? 'alert.raised' : 'alert.grown', { ...alert, level });
  }
  await recordSettled(tx, settled, signals, now);
  await enter(tx, HOUSE, entries, now);
}

const idsOf = (changes: readonly Change[]): { signalIds: number[] } => ({
  signalIds: changes.flatMap((c) => c.signals.map((s) => s.signalId)),
});

/**
 * Signal, rule and quiet counts from the joined signals; kinds over all live alerts of the
 * subject.
 */
const recount = (tx: Tx, ids: readonly number[]): Promise<Counted[]> =>
  tx.rows(
    `with counted as (
      select alert_id, count(*) filter (where not suppressed) as signals,
        count(*) filter (where suppressed) as quiet, count(distinct rule_id) as rules
      from alerts.joined where alert_id = any($1) group by alert_id),
    saved as (
      update alerts.alert a set signal_count = c.signals, suppressed_count = c.quiet,
        rule_count = c.rules
      from counted c where a.id = c.alert_id returning a.*)
    select ${ALERT}, (select count(distinct kind) from alerts.alert b
        join alerts.joined j on j.alert_id = b.id cross join unnest(j.kinds) kind
        where b.subject_key = saved.subject_key and b.status <> 'closed') as kinds
      from saved order by id`,
    [ids],
  );

/** Tells that an alert was raised or grew. */
export const tellAlert = (
  tx: Tx,
  kind: 'alert.raised' | 'alert.grown',
  alert: Alert,
): Promise<unknown> =>
  tell(
    tx,
    factOf(kind, alert.id, {
      alertId: alert.id,
      level: alert.level,
      ruleId: alert.ruleId,
      ruleVersion: alert.ruleVersion,
      areaCode: alert.areaCode,
      personId: alert.personId,
      placeId: alert.placeId,
      task: alert.task,
    }),
  );

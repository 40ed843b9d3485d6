import type { Actor, Scope } from '#base/access.ts';
import { type Page, keyOf, pageOf } from '#base/paging.ts';
import { isoOf } from '#base/time.ts';
import type { Words } from '#base/words.ts';
import type { Tx } from '#platform/db/index.ts';
import { openNote, type Vault } from '#platform/secrets/index.ts';
import { mayDo } from '#registers/access/index.ts';
import {
  hoursWords,
  namesPersons,
  ruleByVersion,
  ruleStats,
  sentenceOf,
  type StoredRule,
} from '#watch/rules/index.ts';
import { type Signal, signalsById } from '#watch/signals/index.ts';
import type { AlertDetail, AlertSignal } from '../contract.ts';
import { ENTRY_WORDS, movesOf } from '../model.ts';
import type { Alert } from '../store.ts';
import { evidenceOf, type Registers, rowsOf } from './view.ts';

const SIGNALS_FIRST = 20;
const HISTORY_MAX = 200;

/** One alert with all a person needs to judge it. */
export async function detailOf(
  tx: Tx,
  scope: Scope,
  registers: Registers,
  alert: Alert,
): Promise<AlertDetail> {
  const [row] = await rowsOf(tx, scope, registers, [alert]);
  if (!row) throw new Error('one alert has one row');
  const rule = await ruleByVersion(tx, alert.ruleId, alert.ruleVersion);
  const signals = await signalsPage(tx, registers, alert.id, { limit: SIGNALS_FIRST });
  const tasks = await tx.rows<{ id: number }>(
    'select task_id as id from alerts.task where alert_id = $1 order by task_id',
    [alert.id],
  );
  return {
    ...row,
    ruleTitle: rule?.doc.title ?? alert.title,
    ruleBasis: rule?.doc.basis ?? { zh: '', en: '' },
    outcomeNote: openNote(
      registers.vault,
      { note: null, said: alert.outcomeNote },
      mayOpen(scope.actor),
    ),
    suppressedUntil: alert.suppressedUntil,
    reminders: alert.reminders,
    reopenedCount: alert.reopenedCount,
    moves: movesOf(alert.status),
    signals: signals.rows,
    history: await historyOf(tx, registers.vault, scope.actor, alert.id),
    taskIds: tasks.map((task) => task.id),
    rulePrecision: (await ruleStats(tx, alert.ruleId)).precision,
  };
}

const WORKS_ON = ['alert.acknowledge', 'alert.close', 'task.answer', 'task.supervise'] as const;
/** What people wrote about a subject is opened for those who work on it, and nobody else. */
const mayOpen = (actor: Actor): boolean => WORKS_ON.some((it) => mayDo(actor, it));

/** What was done, oldest first; of a long story the newest lines. */
export async function historyOf(
  tx: Tx,
  vault: Vault,
  actor: Actor,
  alertId: number,
): Promise<AlertDetail['history']> {
  const rows = await tx.rows<
    Omit<AlertDetail['history'][number], 'words'> & { said: Buffer | null }
  >(
    `select id, at, what, by_id as "byId", by_name as "byName", note, said from alerts.history
      where alert_id = $1 order by id desc limit ${HISTORY_MAX}`,
    [alertId],
  );
  return rows.reverse().map((row) => ({
    ...row,
    note: openNote(vault, row, mayOpen(actor)),
    words: ENTRY_WORDS[row.what] ?? { zh: row.what, en: row.what },
  }));
}

type Joined = { id: number; at: number; suppressed: boolean };

/** Signals of an alert, newest first, with evidence and why. */
export async function signalsPage(
  tx: Tx,
  registers: Registers,
  alertId: number,
  query: { after?: string | undefined; limit: number },
): Promise<Page<AlertSignal>> {
  const after = keyOf(query.after, ['instant', 'id']);
  const joined = await tx.rows<Joined>(
    `select signal_id as id, at, suppressed from alerts.joined where alert_id = $1
      ${after ? 'and (at, signal_id) < ($3::timestamptz, $4::bigint)' : ''}
      order by at desc, signal_id desc limit $2`,
    [alertId, query.limit + 1, ...(after ? [new Date(after[0]), after[1]] : [])],
  );
  const page = pageOf(joined, query.limit, (row) => [row.at, row.id]);
  const ids = page.rows.map((row) => row.id);
  const signals = new Map((await signalsById(tx, ids)).map((s) => [s.id, s]));
  const rules = new Map<string, StoredRule | undefined>();
  const rows: AlertSignal[] = [];
  for (const { id, at, suppressed } of page.rows) {
    const signal = signals.get(id);
    if (!signal) continue; // its evidence has been deleted after the retention period
    const key = `${signal.ruleId}@${signal.ruleVersion}`;
    if (!rules.has(key)) rules.set(key, await ruleByVersion(tx, signal.ruleId, signal.ruleVersion));
    rows.push(signalView(registers, signal, rules.get(key), { at, suppressed }));
  }
  return { rows, next: page.next };
}

function signalView(
  registers: Registers,
  signal: Signal,
  rule: StoredRule | undefined,
  joined: { at: number; suppressed: boolean },
): AlertSignal {
  const { id, ruleId, ruleVersion, evidence } = signal;
  return {
    signalId: id,
    at: joined.at,
    ruleId,
    ruleVersion,
    ruleTitle: rule?.doc.title ?? { zh: ruleId, en: ruleId },
    suppressed: joined.suppressed,
    why: whyOf(signal, rule),
    tree: evidence.why,
    records: evidence.records.map((record) => evidenceOf(registers, record)),
  };
}

/**
 * Why the rule spoke, in sentences: the rule itself, then what it counted or when silence
 * began.
 */
export function whyOf(
  { evidence, late }: Pick<Signal, 'evidence' | 'late'>,
  rule: StoredRule | undefined,
): Words[] {
  const said: Words[] = rule ? [sentenceOf(rule.doc)] : [];
  const { distinct, silentSince } = evidence;
  if (distinct !== undefined) said.push(countWords(distinct, rule?.doc.match));
  if (silentSince !== undefined) {
    const since = isoOf(silentSince).slice(0, 16).replace('T', ' ');
    said.push({ zh: `${since} 以后没有记录。`, en: `No record since ${since}.` });
  }
  if (late)
    said.push({
      zh: '有记录迟报，按发生时间计入。',
      en: 'A record came late; it counts by when it happened.',
    });
  return said;
}

/** `3 天内共 7 人。`: what stood in the window, persons or, where nobody is named, samples. */
function countWords(count: number, match: StoredRule['doc']['match'] | undefined): Words {
  const hours = match?.type === 'R4' ? hoursWords(match.withinHours) : undefined;
  const persons = match?.type !== 'R4' || namesPersons(match.on);
  return {
    zh: `${hours ? `${hours.zh}内` : ''}共 ${count} ${persons ? '人' : '份'}。`,
    en: `${count} ${persons ? 'persons' : 'samples'}${hours ? ` in ${hours.en}` : ''}.`,
  };
}

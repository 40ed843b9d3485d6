import type { Actor } from '#base/access.ts';
import { COLUMN_NAMES, COLUMNS } from '#base/columns.ts';
import { LEVEL_WORDS, type Words } from '#base/words.ts';
import type { Tx } from '#platform/db/index.ts';
import { type NewDecision, recordDecisions } from '#registers/decisions/index.ts';
import type { Signal, WhyNode } from '#watch/signals/index.ts';
import type { Outcome } from '../model.ts';
import type { Alert } from '../store.ts';
import type { Change } from './plan.ts';

const OUTCOME_WORDS: Record<Outcome, Words> = {
  confirmed: { zh: '确诊', en: 'confirmed' },
  suspected: { zh: '疑似', en: 'suspected' },
  unreachable_handed_over: { zh: '联系不上，已移交', en: 'not reached, handed over' },
  excluded: { zh: '排除', en: 'excluded' },
  duplicate_case: { zh: '重复', en: 'duplicate' },
  false_alarm: { zh: '误报', en: 'false alarm' },
};

/** An alert that a batch of signals raised or grew, with what the batch did to it. */
export type Settled = {
  readonly alert: Alert;
  readonly move: 'begin' | 'change';
  readonly changes: readonly Change[];
};

/**
 * Writes into the ledger why a person has an alert: rule and version, evidence and evaluated tree
 * of the leading signal. An alert about a place or an area decides about nobody.
 */
export async function recordSettled(
  tx: Tx,
  settled: readonly Settled[],
  signals: readonly Signal[],
  now: number,
): Promise<void> {
  const byId = new Map(signals.map((signal) => [signal.id, signal]));
  const decisions = settled.flatMap(({ alert, move, changes }): NewDecision[] => {
    const lead = changes.find((change) => !change.quiet)?.lead;
    const evidence = lead && byId.get(lead.signalId)?.evidence;
    if (alert.personId === null || !lead || !evidence) return [];
    const { why, ...rest } = evidence;
    const signalIds = changes.flatMap((it) => it.signals.map((signal) => signal.signalId));
    return [
      {
        ...headOf(alert),
        move,
        ruleId: lead.doc.id,
        ruleVersion: lead.ruleVersion,
        inputs: { ...rest, signalIds, level: alert.level },
        tree: why.map((side) => ({ ...side, tree: withoutWords(side.tree) })),
        deciderId: 0,
        words: wordsOf(alert, move),
        at: now,
      },
    ];
  });
  await recordDecisions(tx, decisions);
}

/** Writes that a person's alert was closed with an outcome, or opened again, and by whom. */
export async function recordHand(
  tx: Tx,
  by: Pick<Actor, 'id'>,
  alert: Alert,
  outcome: Outcome | undefined,
  now: number,
): Promise<void> {
  if (alert.personId === null) return;
  const said = outcome && OUTCOME_WORDS[outcome];
  const words = said
    ? { zh: `预警关闭，结论：${said.zh}`, en: `Alert closed: ${said.en}` }
    : { zh: `预警重新打开：${alert.title.zh}`, en: `Alert opened again: ${alert.title.en}` };
  await recordDecisions(tx, [
    {
      ...headOf(alert),
      move: outcome ? 'end' : 'begin',
      ruleId: alert.ruleId,
      ruleVersion: alert.ruleVersion,
      inputs: outcome ? { outcome, level: alert.level } : { level: alert.level },
      tree: null,
      deciderId: by.id,
      words,
      at: now,
    },
  ]);
}

const headOf = (alert: Alert) => ({
  personId: alert.personId,
  kind: 'alert' as const,
  ref: `alert:${alert.id}`,
});

function wordsOf(alert: Alert, move: 'begin' | 'change'): Words {
  const level = LEVEL_WORDS[alert.level];
  return move === 'begin'
    ? {
        zh: `产生${level.zh}预警：${alert.title.zh}`,
        en: `${level.en} alert raised: ${alert.title.en}`,
      }
    : {
        zh: `又有信号并入${level.zh}预警：${alert.title.zh}`,
        en: `Further signals joined the ${level.en.toLowerCase()} alert: ${alert.title.en}`,
      };
}

const TEXTS = COLUMN_NAMES.filter((name) => COLUMNS[name].type === 'text');

/** The tree without what people wrote: a complaint may name somebody. That it held stays. */
function withoutWords(tree: WhyNode): WhyNode {
  const isText = TEXTS.some((name) => new RegExp(`\\b${name}\\b`).test(tree.text));
  return {
    text: tree.text,
    result: tree.result,
    ...(tree.value !== undefined && !isText ? { value: tree.value } : {}),
    ...(tree.parts ? { parts: tree.parts.map(withoutWords) } : {}),
  };
}

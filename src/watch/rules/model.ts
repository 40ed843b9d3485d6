import type { Words } from '#base/words.ts';
import type { RuleState } from './contract.ts';

/** How a version moves. Whatever is not in the table is refused. */
export const NEXT = {
  draft: { review: 'reviewed', retire: 'retired' },
  reviewed: { activate: 'active', retire: 'retired' },
  active: { retire: 'retired' },
  retired: {},
} as const satisfies Record<RuleState, Partial<Record<RuleMove, RuleState>>>;
export type RuleMove = 'review' | 'activate' | 'retire';

/** The state after a move, or undefined when the table does not know it. */
export const stateAfter = (state: RuleState, move: RuleMove): RuleState | undefined =>
  (NEXT[state] as Partial<Record<RuleMove, RuleState>>)[move];

export const STATE_WORDS: Record<RuleState, Words> = {
  draft: { zh: '草稿', en: 'draft' },
  reviewed: { zh: '已审核', en: 'reviewed' },
  active: { zh: '启用', en: 'active' },
  retired: { zh: '停用', en: 'retired' },
};

/** Outcomes that show the rule was right to speak. */
const RIGHT = ['confirmed', 'suspected'];
/** Outcomes that say nothing about the rule: nobody could be asked. */
const UNJUDGED = ['unreachable_handed_over'];

/** (confirmed + suspected) / judged; null before an alert was judged. */
export function precisionOf(outcomes: Readonly<Record<string, number>>): number | null {
  let right = 0;
  let judged = 0;
  for (const [outcome, n] of Object.entries(outcomes)) {
    if (UNJUDGED.includes(outcome)) continue;
    judged += n;
    if (RIGHT.includes(outcome)) right += n;
  }
  return judged === 0 ? null : right / judged;
}

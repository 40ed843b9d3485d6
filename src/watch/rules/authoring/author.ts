import type { Actor } from '#base/access.ts';
import type { Refusal } from '#base/refusal.ts';
import { refuse } from '#base/refusal.ts';
import type { RuleDoc } from '#base/rules.ts';
import { factOf } from '#facts/index.ts';
import type { Tx } from '#platform/db/index.ts';
import { tell } from '#platform/outbox/index.ts';
import { separate } from '#registers/access/index.ts';
import { checkRule, knownNames } from './check.ts';
import type { RuleState } from '../contract.ts';
import type { RuleMove } from '../model.ts';
import { STATE_WORDS, stateAfter } from '../model.ts';
import type { RuleVersion } from '../store.ts';
import {
  bumpRevision,
  insertVersion,
  lockRule,
  markActive,
  markRetired,
  markReviewed,
  versionsOf,
} from '../store.ts';

export type Moved = { readonly id: string; readonly version: number; readonly state: RuleState };
type Key = { readonly id: string; readonly version: number };

/** Saves a document as the next version of its rule, in draft. All faults are answered at once. */
export async function draftRule(
  tx: Tx,
  actor: Actor,
  input: { doc: RuleDoc; note?: string },
  now: number,
): Promise<Moved | Refusal> {
  const { doc, faults } = checkRule(input.doc, await knownNames(tx));
  if (!doc || faults.length > 0) {
    return refuse(
      'invalid',
      'rule-invalid',
      {
        zh: `规则有 ${faults.length} 处错误，请逐条修改`,
        en: `The rule has ${faults.length} faults: mend each`,
      },
      faults.map((f) => ({
        path: f.at === null ? f.path : `${f.path}@${f.at}`,
        code: f.code,
        text: f.text,
      })),
    );
  }
  await lockRule(tx, doc.id);
  const versions = await versionsOf(tx, doc.id);
  const version = (versions[0]?.version ?? 0) + 1;
  const author = { authorId: actor.id, authorName: actor.name };
  await insertVersion(tx, { doc, version, note: input.note ?? '', ...author }, now);
  return { id: doc.id, version, state: 'draft' };
}

/** Somebody other than the author says it is right. The author's own review is refused. */
export async function reviewRule(
  tx: Tx,
  actor: Actor,
  input: Key & { note?: string },
  now: number,
): Promise<Moved | Refusal> {
  const rule = await movable(tx, input, 'review');
  if ('refused' in rule) return rule;
  if (rule.authorId === actor.id) {
    return refuse('forbidden', 'own-review', {
      zh: '起草人不能审核自己的规则：请另一位审核员审核',
      en: 'An author cannot review their own rule: ask another reviewer',
    });
  }
  const by = { id: actor.id, name: actor.name, note: input.note ?? '' };
  await markReviewed(tx, { ruleId: input.id, version: input.version }, by, now);
  return { id: input.id, version: input.version, state: 'reviewed' };
}

/**
 * Puts a reviewed version to work; the version before it retires in the same moment. The third
 * hand: neither who wrote it nor who reviewed it (a rule change needs CDC and DPO).
 */
export async function activateRule(
  tx: Tx,
  actor: Actor,
  input: Key,
  now: number,
): Promise<Moved | Refusal> {
  const rule = await movable(tx, input, 'activate');
  if ('refused' in rule) return rule;
  const hands = { author: rule.authorId, approver: rule.reviewerId, executor: actor.id };
  const same = separate(hands);
  if (same) return same;
  const { faults } = checkRule(rule.doc, await knownNames(tx));
  if (faults[0]) {
    return refuse('conflict', 'no-longer-valid', {
      zh: `规则已不成立：${faults[0].text.zh}`,
      en: `The rule no longer holds together: ${faults[0].text.en}`,
    });
  }
  const active = (await versionsOf(tx, input.id)).find((v) => v.state === 'active');
  if (active) await retire(tx, input.id, active.version, `由第 ${input.version} 版取代`, now);
  await markActive(tx, { ruleId: input.id, version: input.version }, actor, now);
  await bumpRevision(tx);
  await tell(tx, factOf('rule.activated', input.id, { ruleId: input.id, version: input.version }));
  return { id: input.id, version: input.version, state: 'active' };
}

/** Takes a version out of work, with a reason. */
export async function retireRule(
  tx: Tx,
  _actor: Actor,
  input: Key & { reason: string },
  now: number,
): Promise<Moved | Refusal> {
  const rule = await movable(tx, input, 'retire');
  if ('refused' in rule) return rule;
  await retire(tx, input.id, input.version, input.reason, now);
  await bumpRevision(tx);
  return { id: input.id, version: input.version, state: 'retired' };
}

async function retire(tx: Tx, id: string, version: number, reason: string, now: number) {
  await markRetired(tx, { ruleId: id, version }, reason, now);
  await tell(tx, factOf('rule.retired', id, { ruleId: id, version }));
}

/** The version, locked, when the table knows the move. */
async function movable(tx: Tx, key: Key, move: RuleMove): Promise<RuleVersion | Refusal> {
  await lockRule(tx, key.id);
  const rule = (await versionsOf(tx, key.id, true)).find((v) => v.version === key.version);
  if (!rule) {
    return refuse('missing', 'no-such-rule', {
      zh: '没有这条规则或这个版本',
      en: 'There is no such rule or version',
    });
  }
  if (stateAfter(rule.state, move)) return rule;
  const state = STATE_WORDS[rule.state];
  return refuse('conflict', 'rule-state', {
    zh: `规则处于“${state.zh}”，不能执行此操作`,
    en: `The rule is ${state.en}: this move is not open to it`,
  });
}

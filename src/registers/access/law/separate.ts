import type { Actor } from '#base/access.ts';
import { type Refusal, refuse } from '#base/refusal.ts';

/** Somebody's hand in a matter: an actor's id, or with the unit they answer to. */
export type Hand = number | Pick<Actor, 'id' | 'unit'>;
export type Hands = {
  readonly author?: Hand | null | undefined;
  readonly approver?: Hand | null | undefined;
  readonly executor?: Hand | null | undefined;
};

const idOf = (hand: Hand): number => (typeof hand === 'number' ? hand : hand.id);
const unitOf = (hand: Hand): string => (typeof hand === 'number' ? '' : (hand.unit ?? ''));

const SAME_HAND = refuse('forbidden', 'same-hand', {
  zh: '起草、审批、执行须由不同人员完成，请另一位同事处理。',
  en: 'Who writes, who approves and who carries out are different people; ask a colleague.',
});
const SAME_UNIT = refuse('forbidden', 'same-unit', {
  zh: '提出与批准须来自两个不同的单位。',
  en: 'Who proposes and who approves answer to two different units.',
});

/**
 * Separation of duties: author ≠ approver ≠ executor, as far as they are known. With `units`, the
 * author's and the approver's units must also both be known and differ (two-unit approval of
 * mandates). Undefined when all is well; refuses same-hand, same-unit.
 */
export function separate(hands: Hands, rule: { units?: boolean } = {}): Refusal | undefined {
  const all = [hands.author, hands.approver, hands.executor];
  const known = all.filter((it) => it !== undefined && it !== null);
  if (new Set(known.map(idOf)).size < known.length) return SAME_HAND;
  if (!rule.units || !hands.author || !hands.approver) return undefined;
  const [author, approver] = [unitOf(hands.author), unitOf(hands.approver)];
  return author === '' || approver === '' || author === approver ? SAME_UNIT : undefined;
}

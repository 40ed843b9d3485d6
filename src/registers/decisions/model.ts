import type { Words } from '#base/words.ts';

export const KINDS = ['alert', 'list', 'pass', 'order'] as const;
export type DecisionKind = (typeof KINDS)[number];

/** begin: it holds from now · change: it goes on, differently · end: it holds no more. */
export const MOVES = ['begin', 'change', 'end'] as const;
export type DecisionMove = (typeof MOVES)[number];

/** What a caller says of a decision about a person (个人信息保护法 Art 24: it can be explained). */
export type NewDecision = {
  /** Null when the person is sealed: `mark` and `sealed` then stand for them. */
  readonly personId: number | null;
  readonly kind: DecisionKind;
  /** What was decided upon: `alert:17`, `list:abroad`. The same through all moves of one decision. */
  readonly ref: string;
  /** `begin` without. */
  readonly move?: DecisionMove;
  readonly ruleId?: string | undefined;
  readonly ruleVersion?: number | undefined;
  /** Evidence: record ids, kinds, times, shown columns. Codes and numbers, never free text. */
  readonly inputs: object;
  /** The evaluated predicate, as `watch/signals` writes it; null when a person decided. */
  readonly tree: object | null;
  readonly mandateId?: number | undefined;
  readonly deciderId: number;
  readonly words: Words;
  /** Epoch ms. */
  readonly at: number;
  /** When it ends by itself, epoch ms; absent: when somebody ends it. */
  readonly until?: number | undefined;
  /** What may identify, sealed by the caller: a person listed under an order, in its vault. */
  readonly sealed?: Buffer | undefined;
  /** By which a sealed person's decisions are found: a blind index under the order's key. */
  readonly mark?: Buffer | undefined;
};

/** A decision as it stands in the ledger. Instants are epoch ms. */
export type Decision = {
  readonly id: number;
  readonly at: number;
  readonly personId: number | null;
  readonly kind: DecisionKind;
  readonly move: DecisionMove;
  readonly ref: string;
  readonly ruleId: string | null;
  readonly ruleVersion: number | null;
  readonly inputs: object;
  readonly tree: object | null;
  readonly mandateId: number | null;
  readonly deciderId: number;
  readonly words: Words;
  readonly until: number | null;
};

/** A decision holds when its newest move is no end and its time has not run out. */
export const isLive = (newest: Pick<Decision, 'move' | 'until'>, now: number): boolean =>
  newest.move !== 'end' && (newest.until === null || newest.until > now);

import type { Plan } from './plan.ts';
import type { Sequences } from './sequence.ts';
import { newSequences, pruneSequences } from './sequence.ts';
import type { Windows } from './window.ts';
import { newWindows, pruneWindows } from './window.ts';

/** How late a record may come and still find its partners: event time behind the newest seen. */
export const LATENESS_MS = 7 * 24 * 3_600_000;
/** A record this far behind the newest event time counts as late. */
export const LATE_AFTER_MS = 3_600_000;
/**
 * Persons, groups or members one rule remembers at most; the longest untouched go first,
 * counted.
 */
export const SUBJECTS_MAX = 4_000_000;

/** R6: the newest time each subject was heard, and the silence already told. */
export type LastHeard = {
  readonly at: Map<number, number>;
  /** Subject → beginning of the silence that was told, so that one silence is one hit. */
  readonly told: Map<number, number>;
};

/** What one rule remembers. Which part is there depends on its type. */
export type RuleState = {
  readonly sequences?: Sequences;
  readonly windows?: Windows;
  readonly heard?: LastHeard;
};

export type MatchState = {
  /** In step with `plan.rules`. */
  readonly rules: RuleState[];
  /** Newest event time considered; 0 before the first record. */
  watermark: number;
  /** Subjects forgotten because of SUBJECTS_MAX. */
  evicted: number;
};

export const newState = (plan: Plan): MatchState => ({
  rules: plan.rules.map((rule) => newRuleState(rule.doc.match.type)),
  watermark: 0,
  evicted: 0,
});

export function newRuleState(type: string): RuleState {
  if (type === 'R3') return { sequences: newSequences() };
  if (type === 'R4') return { windows: newWindows() };
  return type === 'R6' ? { heard: { at: new Map(), told: new Map() } } : {};
}

/**
 * The state for a changed plan: a rule whose version stands keeps its memory, a new one starts
 * empty. Answers the indexes of rules that start empty and have a window: the host fills them by
 * replay.
 */
export function carryState(
  state: MatchState,
  from: Plan,
  to: Plan,
): { state: MatchState; cold: number[] } {
  const old = new Map(from.rules.map((rule, i) => [rule.key, state.rules[i]]));
  const cold: number[] = [];
  const rules = to.rules.map((rule, i) => {
    const kept = old.get(rule.key);
    if (kept) return kept;
    if (rule.windowMs > 0) cold.push(i);
    return newRuleState(rule.doc.match.type);
  });
  return { state: { rules, watermark: state.watermark, evicted: state.evicted }, cold };
}

/**
 * Forgets what no window can reach any more. The horizon is the older of the wall clock and the
 * newest event time, so that neither a backlog nor a wrong clock in a feed wipes what is still
 * needed.
 */
export function prune(plan: Plan, state: MatchState, now: number): void {
  const newest = Math.min(now, state.watermark);
  plan.rules.forEach((rule, i) => {
    const horizon = newest - rule.windowMs - LATENESS_MS;
    const own = state.rules[i];
    if (own?.sequences) pruneSequences(own.sequences, horizon);
    if (own?.windows) pruneWindows(own.windows, horizon);
  });
}

/** Makes room in a full map by forgetting its longest untouched entry. */
export function makeRoom(state: MatchState, map: Map<number, unknown>): void {
  if (map.size < SUBJECTS_MAX) return;
  const oldest = map.keys().next();
  if (oldest.done) return;
  map.delete(oldest.value);
  state.evicted++;
}

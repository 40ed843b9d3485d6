import type { CompiledRule, Plan } from './plan.ts';
import type { HitSink } from './sink.ts';
import type { LastHeard, MatchState } from './state.ts';

const NO_EVIDENCE: readonly number[] = [];

/**
 * R6: who has been silent for too long. Judged at the older of `now` and the newest event time, so
 * that a stopped intake is not taken for a silent city. A member of a list is awaited from the
 * beginning of the membership; a place only once it has spoken. One silence is one hit. Returns how
 * many were added.
 */
export function sweepAbsence(plan: Plan, state: MatchState, now: number, hits: HitSink): number {
  const before = hits.count;
  const asOf = Math.min(now, state.watermark);
  plan.rules.forEach((rule, index) => {
    const own = state.rules[index]?.heard;
    if (!own) return;
    const list = rule.sides[0]?.list;
    for (const subject of list ? list.members() : own.at.keys()) {
      const since = silentSince(rule, own, subject, asOf);
      if (!(asOf - since >= rule.windowMs) || own.told.get(subject) === since) continue;
      own.told.set(subject, since);
      hits.add(index, 0, subject, since, 0, false, NO_EVIDENCE);
    }
  });
  return hits.count - before;
}

/** When the subject was last heard or began to be awaited; NaN when it is not awaited now. */
function silentSince(rule: CompiledRule, own: LastHeard, subject: number, asOf: number): number {
  const list = rule.sides[0]?.list;
  const last = own.at.get(subject);
  if (!list) return last ?? Number.NaN;
  if (!list.holdsAt(subject, asOf)) return Number.NaN;
  return Math.max(last ?? 0, list.fromOf(subject));
}

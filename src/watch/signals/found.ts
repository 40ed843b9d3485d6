import { factOf } from '#facts/index.ts';
import type { HitSink, Plan } from '#engine/match/index.ts';
import type { Tx } from '#platform/db/index.ts';
import { tell } from '#platform/outbox/index.ts';
import { countSignals } from '#watch/rules/index.ts';
import { draftOf, type Lookup } from './evidence.ts';
import type { SignalDraft } from './store.ts';
import { addHeld, insertSignals } from './store.ts';
import { hourOf, type Throttle } from './throttle.ts';

/** Signals told in one fact at most. */
const SIGNALS_PER_FACT = 200;

/** What one pass found: signals to be, and what a flooding rule was held back from. */
export type Found = {
  readonly drafts: readonly SignalDraft[];
  readonly held: readonly { ruleId: string; ruleVersion: number; n: number }[];
};

/** Turns the hits of a sink into drafts, within the hourly maximum of each rule. */
export async function foundIn(
  tx: Tx,
  plan: Plan,
  sink: HitSink,
  find: Lookup,
  throttle: Throttle,
  now: number,
): Promise<Found> {
  const drafts: SignalDraft[] = [];
  const held = new Map<number, number>(sink.overflow);
  for (let i = 0; i < sink.count; i++) {
    const index = sink.rule[i] ?? 0;
    const rule = plan.rules[index];
    if (!rule) continue;
    if (await throttle.take(tx, rule.doc.id, now)) drafts.push(await draftOf(plan, sink, i, find));
    else held.set(index, (held.get(index) ?? 0) + 1);
  }
  const heldRules = [...held].flatMap(([index, n]) => {
    const rule = plan.rules[index];
    return rule ? [{ ruleId: rule.doc.id, ruleVersion: rule.version, n }] : [];
  });
  return { drafts, held: heldRules };
}

/** Saves what was found and tells it, once per key. Answers how many signals are new. */
export async function saveFound(tx: Tx, found: Found, now: number): Promise<number> {
  const fresh = await insertSignals(tx, found.drafts, now);
  const counts = new Map<string, { signals: number; throttled: number }>();
  const countOf = (ruleId: string) => {
    const count = counts.get(ruleId) ?? { signals: 0, throttled: 0 };
    counts.set(ruleId, count);
    return count;
  };
  for (const { ruleId } of fresh) countOf(ruleId).signals++;
  for (const { ruleId, n } of found.held) countOf(ruleId).throttled += n;
  for (const held of found.held) await addHeld(tx, held, hourOf(now));
  // Counters are locked in one order, so that two transactions never wait for each other in a ring.
  for (const ruleId of [...counts.keys()].sort()) {
    await countSignals(tx, { ruleId, ...countOf(ruleId) });
  }
  const ids = fresh.map((row) => row.id).sort((a, b) => a - b);
  for (let i = 0; i < ids.length; i += SIGNALS_PER_FACT) {
    const signalIds = ids.slice(i, i + SIGNALS_PER_FACT);
    await tell(tx, factOf('signals.found', signalIds[0] ?? 0, { signalIds }));
  }
  return fresh.length;
}

/**
 * The plain matcher on the sample city: `node bench/match-plain/run.ts [--persons 100000] [--days 7]`.
 * Prints records/s with all shipped rules and state, how many signals a day they give, and beside it
 * the CEL library itself evaluating the predicates of R1 alone on the same records.
 */
import { parseArgs } from 'node:util';
import { celEnv, parse, plan as planCel } from '@bufbuild/cel';
import { DAY, dayOf, startOfDay } from '#base/time.ts';
import { type Batch, rowView } from '#engine/columns/index.ts';
import { compile, HitSink, matchBatch, newState, takeSnapshot } from '#engine/match/index.ts';
import { shippedRules } from '../../src/watch/rules/shipped.ts';
import { report } from '../kit.ts';
import { sampleBatches } from './rows.ts';

const FLOOR_PER_S = 300_000;
const { values } = parseArgs({
  options: {
    persons: { type: 'string', default: '100000' },
    days: { type: 'string', default: '7' },
  },
});
const days = Number(values.days);
const fromDay = '2026-03-01';
const toDay = dayOf(startOfDay(fromDay) + (days - 1) * DAY);
const { batches, context } = sampleBatches(Number(values.persons), fromDay, toDay);
const rules = shippedRules().filter((doc) => !doc.profile || doc.profile === 'law-2025');
const { plan, faults } = compile(
  rules.map((doc) => ({ doc, version: 1 })),
  context,
);
if (faults.length > 0) throw new Error(`shipped rules do not compile: ${faults[0]?.text.en}`);
const rows = batches.reduce((sum, batch) => sum + batch.rows, 0);

function runOnce(): { perSecond: number; hits: number; snapshot: number } {
  const state = newState(plan);
  const sink = new HitSink();
  let hits = 0;
  const from = performance.now();
  for (const batch of batches) {
    sink.clear();
    hits += matchBatch(plan, state, batch, sink);
  }
  const perSecond = rows / ((performance.now() - from) / 1000);
  return { perSecond, hits, snapshot: takeSnapshot(plan, state, 0).length };
}

/** The peer: the library's planned predicates of all R1 rules, on objects that are ready. */
function peerPerSecond(batch: Batch): number {
  const tests = rules.flatMap((doc) => {
    const m = doc.match;
    return m.type === 'R1' && m.when
      ? [{ on: new Set<string>(m.on), evaluate: planCel(celEnv(), parse(m.when)) }]
      : [];
  });
  const views = Array.from({ length: Math.min(batch.rows, 5_000) }, (_, i) => rowView(batch, i));
  const records = views.map((v) => ({
    kind: v.kind,
    bound: { ...v.values, kind: v.kind, age: v.age },
  }));
  const from = performance.now();
  for (const { kind, bound } of records) {
    for (const test of tests) if (test.on.has(kind)) test.evaluate(bound);
  }
  return records.length / ((performance.now() - from) / 1000);
}

const runs = [runOnce(), runOnce(), runOnce()];
const speeds = runs.map((run) => run.perSecond).sort((a, b) => a - b);
const [worst = 0, median = 0] = speeds;
const peer = peerPerSecond(batches[Math.floor(batches.length / 2)] as Batch);
const say = (what: string, figure: string): void => console.log(`${what.padEnd(40)} ${figure}`);
const n = (x: number): string => Math.round(x).toLocaleString('en');
say('records, rules', `${n(rows)}, ${plan.rules.length}`);
say('matched, all rules, records/s', `${n(median)} (worst ${n(worst)})`);
say('CEL library, R1 predicates only, records/s', n(peer));
say('signals a day', ((runs[0]?.hits ?? 0) / days).toFixed(1));
say('snapshot, bytes', n(runs[0]?.snapshot ?? 0));
report({
  promise: `matching, ${plan.rules.length} rules with state`,
  measured: `${n(median)}, worst ${n(worst)} records/s`,
  limit: `≥ ${n(FLOOR_PER_S)} records/s`,
  ratio: worst / FLOOR_PER_S,
  kept: worst >= FLOOR_PER_S,
});
report({
  promise: 'matching beside the CEL library (R1 alone)',
  measured: `${n(median)} records/s, all rules`,
  limit: `library ${n(peer)} records/s`,
  ratio: median / peer,
  kept: undefined,
});
if (worst < FLOOR_PER_S) {
  console.error(`below ${n(FLOOR_PER_S)} records/s`);
  process.exitCode = 1;
}

import type { Plan } from './plan.ts';
import type { Times } from './sequence.ts';
import type { MatchState, RuleState } from './state.ts';
import { newRuleState } from './state.ts';
import type { Group } from './window.ts';

const MAGIC = 0x46484d31;

/**
 * The state as bytes: a small JSON head (versions of the rules, how many numbers each has) and one
 * run of float64, little-endian. `cursor` is the caller's: how far the state had read.
 */
export function takeSnapshot(plan: Plan, state: MatchState, cursor: number): Buffer {
  const runs = plan.rules.map((_, i) => numbersOf(state.rules[i] ?? {}));
  const head = Buffer.from(
    JSON.stringify({
      cursor,
      watermark: state.watermark,
      evicted: state.evicted,
      rules: plan.rules.map((rule, i) => ({ key: rule.key, numbers: runs[i]?.length ?? 0 })),
    }),
  );
  const lead = Buffer.alloc(8);
  lead.writeUInt32LE(MAGIC, 0);
  lead.writeUInt32LE(head.length, 4);
  const bodies = runs.map((run) => {
    const floats = Float64Array.from(run);
    return Buffer.from(floats.buffer, floats.byteOffset, floats.byteLength);
  });
  return Buffer.concat([lead, head, ...bodies]);
}

type Head = {
  cursor: number;
  watermark: number;
  evicted: number;
  rules: { key: string; numbers: number }[];
};

/**
 * Reads a snapshot into the plan at hand. Rules it does not hold start empty; those with a window
 * are answered in `cold`. Undefined when the bytes are no snapshot of ours or are cut: rebuild
 * then.
 */
export function restoreSnapshot(
  plan: Plan,
  bytes: Uint8Array,
): { state: MatchState; cursor: number; cold: number[] } | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < 8 || buffer.readUInt32LE(0) !== MAGIC) return undefined;
  const bodyAt = 8 + buffer.readUInt32LE(4);
  if (buffer.length < bodyAt) return undefined;
  const head = JSON.parse(buffer.toString('utf8', 8, bodyAt)) as Head;
  const total = head.rules.reduce((sum, rule) => sum + rule.numbers, 0);
  if (buffer.length !== bodyAt + total * 8) return undefined;
  const body = new Float64Array(Uint8Array.from(buffer.subarray(bodyAt)).buffer);
  const runs = new Map<string, Float64Array>();
  let from = 0;
  for (const { key, numbers } of head.rules) {
    runs.set(key, body.subarray(from, from + numbers));
    from += numbers;
  }
  const cold: number[] = [];
  const rules = plan.rules.map((rule, i) => {
    const state = newRuleState(rule.doc.match.type);
    const run = runs.get(rule.key);
    if (run) fill(state, run);
    else if (rule.windowMs > 0) cold.push(i);
    return state;
  });
  const state = { rules, watermark: head.watermark, evicted: head.evicted };
  return { state, cursor: head.cursor, cold };
}

function numbersOf(state: RuleState): number[] {
  const out: number[] = [];
  if (state.sequences) {
    for (const side of [state.sequences.first, state.sequences.then]) {
      out.push(side.size);
      for (const [person, times] of side) writeTimes(out, person, times);
    }
  }
  for (const [key, group] of state.windows?.groups ?? []) writeGroup(out, key, group);
  if (state.heard) {
    for (const map of [state.heard.at, state.heard.told]) {
      out.push(map.size);
      for (const [subject, at] of map) out.push(subject, at);
    }
  }
  return out;
}

function writeTimes(out: number[], person: number, times: Times): void {
  out.push(person, times.at.length);
  times.at.forEach((at, i) => out.push(at, times.id[i] ?? 0, times.hit[i] ? 1 : 0));
}

function writeGroup(out: number[], key: number, group: Group): void {
  out.push(key, group.at.length);
  group.at.forEach((at, i) => {
    out.push(at, group.who[i] ?? 0, group.id[i] ?? 0, group.hit[i] ? 1 : 0);
  });
}

function fill(state: RuleState, run: Float64Array): void {
  let at = 0;
  const next = (): number => run[at++] ?? 0;
  for (const side of state.sequences ? [state.sequences.first, state.sequences.then] : []) {
    for (let n = next(); n > 0; n--) {
      const times: Times = { at: [], id: [], hit: [] };
      side.set(next(), times);
      for (let k = next(); k > 0; k--) {
        times.at.push(next());
        times.id.push(next());
        times.hit.push(next() === 1);
      }
    }
  }
  while (state.windows && at < run.length) {
    const group: Group = { at: [], who: [], id: [], hit: [] };
    state.windows.groups.set(next(), group);
    for (let k = next(); k > 0; k--) {
      group.at.push(next());
      group.who.push(next());
      group.id.push(next());
      group.hit.push(next() === 1);
    }
  }
  for (const map of state.heard ? [state.heard.at, state.heard.told] : []) {
    for (let n = next(); n > 0; n--) {
      const subject = next();
      map.set(subject, next());
    }
  }
}

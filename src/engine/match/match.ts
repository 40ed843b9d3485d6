import type { Batch } from '#engine/columns/index.ts';
import type { Frame } from './cel/truth.ts';
import { frameOf, TRUE } from './cel/truth.ts';
import type { CompiledRule, Op, Plan } from './plan.ts';
import { insertTime, latestBefore, newTimes } from './sequence.ts';
import type { HitSink } from './sink.ts';
import type { LastHeard, MatchState } from './state.ts';
import { LATE_AFTER_MS, makeRoom } from './state.ts';
import { countDistinct, insertRecord, newGroup } from './window.ts';

const evidence: number[] = [];

/**
 * Runs every rule over every row and moves the state. Which records hit depends only on which
 * records were considered, not on their order, as long as they come within LATENESS_MS and the
 * named maxima hold. A batch considered twice hits nothing the second time, but for R1 and R2,
 * which remember nothing. `only` restricts it to some rules (by index): to warm up a new rule.
 * Returns how many hits were added.
 */
export function matchBatch(
  plan: Plan,
  state: MatchState,
  batch: Batch,
  hits: HitSink,
  only?: ReadonlySet<number>,
): number {
  const before = hits.count;
  const frame = frameOf(batch, plan.context.placeKinds);
  for (let row = 0; row < batch.rows; row++) {
    const at = batch.at[row]!;
    const late = state.watermark - at > LATE_AFTER_MS;
    if (at > state.watermark) state.watermark = at;
    const ops = plan.ops[batch.kind[row]!]!;
    for (let o = 0; o < ops.length; o++) {
      const op = ops[o]!;
      if (only && !only.has(op.rule)) continue;
      if (op.list && op.role !== 'R6' && !isMember(op, batch, row)) continue;
      if (op.test && op.test(frame, row) !== TRUE) continue;
      perform(plan, state, frame, row, op, late, hits);
    }
  }
  return hits.count - before;
}

function isMember(op: Op, batch: Batch, row: number): boolean {
  const list = op.list!;
  const subject = list.subject === 'place' ? batch.place[row]! : batch.person[row]!;
  return subject !== 0 && list.holdsAt(subject, batch.at[row]!);
}

function perform(
  plan: Plan,
  state: MatchState,
  frame: Frame,
  row: number,
  op: Op,
  late: boolean,
  hits: HitSink,
): void {
  const { batch } = frame;
  const rule = plan.rules[op.rule]!;
  const own = state.rules[op.rule]!;
  switch (op.role) {
    case 'R1':
    case 'R2':
      evidence.length = 1;
      evidence[0] = batch.id[row]!;
      hits.add(op.rule, batch.id[row]!, 0, batch.at[row]!, 0, late, evidence);
      return;
    case 'first':
      if (batch.person[row] !== 0) heardFirst(state, rule, op.rule, batch, row, late, hits);
      return;
    case 'then':
      if (batch.person[row] !== 0) heardThen(state, rule, op.rule, batch, row, late, hits);
      return;
    case 'R4':
      counted(state, rule, op.rule, frame, row, late, hits);
      return;
    case 'R6':
      if (own.heard) heard(state, own.heard, rule, op, frame, row);
  }
}

/** A `first`: remembered; a `then` that had come before it may complete now. */
function heardFirst(
  state: MatchState,
  rule: CompiledRule,
  index: number,
  batch: Batch,
  row: number,
  late: boolean,
  hits: HitSink,
): void {
  const { first, then } = state.rules[index]!.sequences!;
  const [person, at, id] = [batch.person[row]!, batch.at[row]!, batch.id[row]!];
  let times = first.get(person);
  if (!times) {
    makeRoom(state, first);
    first.set(person, (times = newTimes()));
  }
  if (insertTime(times, at, id) < 0) return;
  const waiting = then.get(person);
  if (!waiting) return;
  for (let i = 0; i < waiting.at.length; i++) {
    if (waiting.hit[i] || waiting.id[i] === id) continue;
    const gap = waiting.at[i]! - at;
    if (gap < 0 || gap > rule.windowMs) continue;
    waiting.hit[i] = true;
    evidence.length = 2;
    evidence[0] = id;
    evidence[1] = waiting.id[i]!;
    hits.add(index, waiting.id[i]!, 0, waiting.at[i]!, 0, late, evidence);
  }
}

/** A `then`: hits when a `first` within the window is known, and waits for a late one otherwise. */
function heardThen(
  state: MatchState,
  rule: CompiledRule,
  index: number,
  batch: Batch,
  row: number,
  late: boolean,
  hits: HitSink,
): void {
  const { first, then } = state.rules[index]!.sequences!;
  const [person, at, id] = [batch.person[row]!, batch.at[row]!, batch.id[row]!];
  let times = then.get(person);
  if (!times) {
    makeRoom(state, then);
    then.set(person, (times = newTimes()));
  }
  const place = insertTime(times, at, id);
  if (place < 0) return;
  const known = first.get(person);
  const i = known ? latestBefore(known, at, id, rule.windowMs) : -1;
  if (!known || i < 0) return;
  times.hit[place] = true;
  evidence.length = 2;
  evidence[0] = known.id[i]!;
  evidence[1] = id;
  hits.add(index, id, 0, at, 0, late, evidence);
}

/** Number of the group a record is counted in; 0 when it belongs to none. */
export function groupOf(rule: CompiledRule, frame: Frame, row: number): number {
  const { batch, placeKinds } = frame;
  const m = rule.doc.match;
  if (m.type !== 'R4') return 0;
  const place = m.by === 'unit' ? batch.unit[row]! : batch.place[row]!;
  if (rule.placeKinds && !rule.placeKinds.has(placeKinds.get(place) ?? '')) return 0;
  if (m.by === 'place' || m.by === 'unit') return place;
  const area = batch.personArea[row]! || batch.placeArea[row]!;
  if (area.length < 12) return 0;
  const digits = m.by === 'district' ? 6 : m.by === 'street' ? 9 : 12;
  return Number(area.slice(0, digits).padEnd(12, '0'));
}

/** R4: counts the record, then looks again at every record whose window it fell into. */
function counted(
  state: MatchState,
  rule: CompiledRule,
  index: number,
  frame: Frame,
  row: number,
  late: boolean,
  hits: HitSink,
): void {
  const { batch } = frame;
  const { groups } = state.rules[index]!.windows!;
  const key = groupOf(rule, frame, row);
  if (key === 0) return;
  let group = groups.get(key);
  if (!group) {
    makeRoom(state, groups);
    groups.set(key, (group = newGroup()));
  }
  const [at, id] = [batch.at[row]!, batch.id[row]!];
  const from = insertRecord(group, at, batch.person[row]! || -id, id);
  if (from < 0) return;
  const m = rule.doc.match;
  const threshold = m.type === 'R4' ? m.distinct : 0;
  let j = from;
  while (j > 0 && group.at[j - 1] === at) j--;
  for (; j < group.at.length && group.at[j]! - at <= rule.windowMs; j++) {
    if (group.hit[j]) continue;
    const distinct = countDistinct(group, j, rule.windowMs, evidence);
    if (distinct < threshold) continue;
    group.hit[j] = true;
    hits.add(index, group.id[j]!, key, group.at[j]!, distinct, late, evidence);
  }
}

/** R6: somebody who may be missed was heard. */
function heard(
  state: MatchState,
  own: LastHeard,
  rule: CompiledRule,
  op: Op,
  frame: Frame,
  row: number,
): void {
  const { batch, placeKinds } = frame;
  const isPerson = op.list?.subject === 'person';
  const subject = isPerson ? batch.person[row]! : batch.place[row]!;
  if (subject === 0) return;
  if (op.list ? !op.list.has(subject) : !rule.placeKinds?.has(placeKinds.get(subject) ?? ''))
    return;
  const at = batch.at[row]!;
  const last = own.at.get(subject);
  if (last === undefined) makeRoom(state, own.at);
  if (last === undefined || at > last) own.at.set(subject, at);
}

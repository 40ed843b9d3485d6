import { chanceAt, cumulate, unit, weighted } from '../chance.ts';
import { distance, type Point } from './plane.ts';

/** A graph of patches: where each lies, what it weighs, which others it touches on dry land. */
export type Patches = {
  readonly at: readonly Point[];
  readonly weight: ArrayLike<number>;
  readonly touches: readonly (readonly number[])[];
};

/** Components of the graph, numbered from 0. The river separates them: nothing touches across it. */
export function components(touches: readonly (readonly number[])[]): Int32Array {
  const part = new Int32Array(touches.length).fill(-1);
  let count = 0;
  for (let start = 0; start < touches.length; start++) {
    if (part[start] !== -1) continue;
    const stack = [start];
    part[start] = count;
    for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
      for (const j of touches[i] ?? []) {
        if (part[j] !== -1) continue;
        part[j] = count;
        stack.push(j);
      }
    }
    count += 1;
  }
  return part;
}

/** How many of `k` clusters each component gets: by weight, largest remainder, at least one. */
function shareOut(k: number, weights: readonly number[]): number[] {
  const total = weights.reduce((a, b) => a + b, 0);
  const exact = weights.map((w) => (w / total) * k);
  const given = exact.map((x) => Math.max(1, Math.floor(x)));
  const order = exact.map((x, i) => [x - Math.floor(x), i] as const).sort((a, b) => b[0] - a[0]);
  let left = k - given.reduce((a, b) => a + b, 0);
  for (const [, i] of order) {
    if (left <= 0) break;
    given[i] = (given[i] ?? 0) + 1;
    left -= 1;
  }
  return given;
}

/**
 * Groups patches into about `k` connected clusters of similar weight: seeds grow over the graph
 * (Dijkstra with a rough ground), move to their middle, grow again. Never leaves a component.
 */
export function cluster(patches: Patches, k: number, seed: number, stream: number): Int32Array {
  const part = components(patches.touches);
  const count = part.reduce((a, b) => Math.max(a, b), -1) + 1;
  const weights = Array.from({ length: count }, () => 0);
  for (const [i, p] of part.entries()) weights[p] = (weights[p] ?? 0) + (patches.weight[i] ?? 0);
  let seeds: number[] = [];
  for (const [p, share] of shareOut(k, weights).entries()) {
    seeds.push(...firstSeeds(patches, part, p, share, seed, stream));
  }
  const drag = new Float64Array(seeds.length).fill(1);
  let label = grow(patches, seeds, drag, seed);
  for (let round = 0; round < 8; round++) {
    ease(patches, label, drag);
    seeds = middles(patches, label, seeds);
    label = grow(patches, seeds, drag, seed);
  }
  return label;
}

/** Far from each other: the best of several weighted draws each time. */
function firstSeeds(
  patches: Patches,
  part: Int32Array,
  own: number,
  k: number,
  seed: number,
  stream: number,
): number[] {
  const members = [...part.keys()].filter((i) => part[i] === own);
  const sums = cumulate(members.map((i) => patches.weight[i] ?? 0));
  const chance = chanceAt(seed, stream, own);
  const far = Float64Array.from(patches.at, () => Number.POSITIVE_INFINITY);
  const seeds: number[] = [];
  for (let n = 0; n < Math.min(k, members.length); n++) {
    let best = -1;
    for (let tries = 0; tries < 12; tries++) {
      const i = members[weighted(sums, chance.next())] ?? 0;
      const ease = (far[i] ?? 0) / Math.sqrt(1 + Math.hypot(...(patches.at[i] as Point)));
      const held =
        best < 0
          ? -1
          : (far[best] ?? 0) / Math.sqrt(1 + Math.hypot(...(patches.at[best] as Point)));
      if (!seeds.includes(i) && ease > held) best = i;
    }
    if (best < 0) best = members.find((i) => !seeds.includes(i)) ?? 0;
    seeds.push(best);
    const s = patches.at[best] as Point;
    for (const i of members) {
      far[i] = Math.min(far[i] ?? 0, distance(s, patches.at[i] as Point));
    }
  }
  return seeds;
}

/** Heavy clusters grow slower next time, light ones faster. */
function ease(patches: Patches, label: Int32Array, drag: Float64Array): void {
  const weight = new Float64Array(drag.length);
  let total = 0;
  for (const [i, c] of label.entries()) {
    weight[c] = (weight[c] ?? 0) + (patches.weight[i] ?? 0);
    total += patches.weight[i] ?? 0;
  }
  for (const [c, w] of weight.entries()) {
    const pull = ((w || 1e-6) / (total / drag.length)) ** 0.35;
    drag[c] = (drag[c] ?? 1) * Math.max(0.6, Math.min(1.7, pull));
  }
}

function middles(patches: Patches, label: Int32Array, seeds: readonly number[]): number[] {
  const sum = seeds.map(() => [0, 0, 0] as [number, number, number]);
  for (const [i, c] of label.entries()) {
    const s = sum[c];
    const p = patches.at[i];
    if (!s || !p) continue;
    s[0] += p[0];
    s[1] += p[1];
    s[2] += 1;
  }
  const best = seeds.map((s) => ({ at: s, d: Number.POSITIVE_INFINITY }));
  for (const [i, c] of label.entries()) {
    const s = sum[c];
    const b = best[c];
    if (!s || !b) continue;
    const d = distance(patches.at[i] as Point, [s[0] / s[2], s[1] / s[2]]);
    if (d < b.d) best[c] = { at: i, d };
  }
  return best.map((b) => b.at);
}

/** Dijkstra from all seeds at once. Cost of a step: its length, its roughness, the cluster's drag. */
function grow(
  patches: Patches,
  seeds: readonly number[],
  drag: Float64Array,
  seed: number,
): Int32Array {
  const label = new Int32Array(patches.at.length).fill(-1);
  const heap: Step[] = [];
  for (const [c, i] of seeds.entries()) push(heap, { cost: 0, node: i, cluster: c });
  for (let step = pop(heap); step; step = pop(heap)) {
    const { node, cost } = step;
    if (label[node] !== -1) continue;
    label[node] = step.cluster;
    for (const j of patches.touches[node] ?? []) {
      if (label[j] !== -1) continue;
      const far = distance(patches.at[node] as Point, patches.at[j] as Point);
      const rough = 0.7 + 0.6 * unit(seed, 16, Math.min(node, j), Math.max(node, j));
      push(heap, {
        cost: cost + far * rough * (drag[step.cluster] ?? 1),
        node: j,
        cluster: step.cluster,
      });
    }
  }
  return label;
}

type Step = { cost: number; node: number; cluster: number };

function push(heap: Step[], step: Step): void {
  let i = heap.length;
  heap.push(step);
  while (i > 0) {
    const up = (i - 1) >> 1;
    const parent = heap[up] as Step;
    if (parent.cost <= step.cost) break;
    heap[i] = parent;
    i = up;
  }
  heap[i] = step;
}

function pop(heap: Step[]): Step | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (!top || !last || heap.length === 0) return top;
  let i = 0;
  for (;;) {
    let next = 2 * i + 1;
    if (next >= heap.length) break;
    const right = heap[next + 1];
    if (right && right.cost < (heap[next] as Step).cost) next += 1;
    if ((heap[next] as Step).cost >= last.cost) break;
    heap[i] = heap[next] as Step;
    i = next;
  }
  heap[i] = last;
  return top;
}

/**
 * Chance with an address: every number is a pure function of a seed and a few integers, so person
 * 7,000,000 can be drawn without drawing the ones before. Mixing is murmur3's 32-bit finaliser.
 */
const mix = (h: number, k: number): number => {
  let x = Math.imul(k, 0xcc9e2d51);
  x = Math.imul((x << 15) | (x >>> 17), 0x1b873593);
  const y = h ^ x;
  return (Math.imul((y << 13) | (y >>> 19), 5) + 0xe6546b64) | 0;
};

const finish = (h: number): number => {
  let x = h ^ (h >>> 16);
  x = Math.imul(x, 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
};

/** 32 bits for an address of up to four integers (each below 2^31). */
export const bits = (seed: number, a: number, b = 0, c = 0): number =>
  finish(mix(mix(mix(mix(0x9747b28c, seed), a), b), c));

/** A number in [0, 1) for an address. */
export const unit = (seed: number, a: number, b = 0, c = 0): number =>
  bits(seed, a, b, c) / 4294967296;

/** A stream of chance. `next` is in [0, 1). */
export type Chance = {
  next(): number;
  /** 0 … n − 1. */
  below(n: number): number;
  pick<T>(list: readonly T[]): T;
  /** Normal by Box and Muller. */
  normal(mean: number, deviation: number): number;
  poisson(mean: number): number;
};

/** The stream that starts at an address. splitmix32: small, fast, good enough for a sample city. */
export function chanceAt(seed: number, a: number, b = 0, c = 0): Chance {
  let state = bits(seed, a, b, c);
  const next = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let t = state ^ (state >>> 16);
    t = Math.imul(t, 0x21f0aaad);
    t ^= t >>> 15;
    t = Math.imul(t, 0x735a2d97);
    return ((t ^ (t >>> 15)) >>> 0) / 4294967296;
  };
  const below = (n: number): number => Math.floor(next() * n);
  return {
    next,
    below,
    pick: (list) => list[below(list.length)] as (typeof list)[number],
    normal: (mean, deviation) =>
      mean + deviation * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    poisson: (mean) => poissonOf(mean, next),
  };
}

/** Knuth's product below 30, the rounded normal above. */
function poissonOf(mean: number, next: () => number): number {
  if (mean <= 0) return 0;
  if (mean > 30) {
    const z = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * z));
  }
  const floor = Math.exp(-mean);
  let product = next();
  let n = 0;
  while (product > floor) {
    product *= next();
    n += 1;
  }
  return n;
}

/** Index into cumulative weights (ascending, last = total) for u in [0, 1). */
export function weighted(cumulative: ArrayLike<number>, u: number): number {
  const aim = u * (cumulative[cumulative.length - 1] ?? 0);
  let low = 0;
  let high = cumulative.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cumulative[middle] ?? 0) > aim) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Running sums of weights, for `weighted`. */
export function cumulate(weights: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(weights.length);
  let sum = 0;
  for (let i = 0; i < weights.length; i++) {
    sum += weights[i] ?? 0;
    sums[i] = sum;
  }
  return sums;
}

/** Shuffles in place (Fisher and Yates) and returns the same list. */
export function shuffle<T>(list: T[], chance: Chance): T[] {
  for (let i = list.length - 1; i > 0; i--) {
    const j = chance.below(i + 1);
    const held = list[i] as T;
    list[i] = list[j] as T;
    list[j] = held;
  }
  return list;
}

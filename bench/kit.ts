import { availableParallelism, loadavg } from 'node:os';

/** One line of the closing table: a promise beside what was measured in this run. */
export type Figure = {
  readonly promise: string;
  /** As measured: the median and the worst where it was repeated. */
  readonly measured: string;
  /** The limit we promised, or the peer of the same run. */
  readonly limit: string;
  /** Measured against the limit or peer: 1.2 is a fifth more. */
  readonly ratio: number | undefined;
  /** Undefined: nothing is promised, the figure stands for comparison. */
  readonly kept: boolean | undefined;
};

/** Tells a figure to `npm run bench`; a bench that runs by itself prints its promises. */
export function report(figure: Figure): void {
  if (process.send) process.send({ figure });
  else if (figure.kept !== undefined) console.log(lineOf(figure));
}

const keptWord = (kept: boolean | undefined): string =>
  kept === undefined ? 'peer' : kept ? 'kept' : 'BROKEN';

export const lineOf = (it: Figure): string =>
  [
    it.promise.padEnd(52),
    it.measured.padEnd(34),
    it.limit.padEnd(30),
    (it.ratio === undefined ? '' : it.ratio.toFixed(2)).padStart(7),
    ` ${keptWord(it.kept)}`,
  ].join(' ');

/** Nearest rank of the sorted copy; 0 of nothing. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * q) - 1))] ?? 0;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);
export const whole = (n: number): string => Math.round(n).toLocaleString('en');
export const ms = (n: number): string => `${n < 10 ? n.toFixed(1) : whole(n)} ms`;

/** Figures of a busy machine say so. */
export const loadNote = (): string =>
  `load ${loadavg()
    .map((it) => it.toFixed(1))
    .join(' ')} on ${availableParallelism()} cores`;

/** mulberry32: chance that can be looked at again. */
export function seeded(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A positive number of the command line; throws the option's name otherwise. */
export function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name} ${text} is not a number above 0`);
  return value;
}

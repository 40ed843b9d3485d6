import { type PersonTraits, type Trait, TRAITS } from '../model.ts';
import type { Thresholds } from './thresholds.ts';

/** One value that stands out in a list, with the figures that say so. */
export type Concentration = {
  readonly trait: Trait;
  readonly n: number;
  readonly k: number;
  readonly share: number;
  /** Upper bound of the value's share in the reference. */
  readonly populationShare: number;
  readonly p: number;
  /** Share of the list with epidemic support. */
  readonly support: number;
};

/**
 * Whether a list shares what no epidemic explains. Each value of each trait is held against the
 * population by an exact binomial test of the upper tail (Bonferroni over the values tested); the
 * population's share is the upper bound of what the reference shows, so that a rare value is never
 * taken for impossible. A list whose persons have epidemic support stands, whatever it shares: a
 * school's outbreak shares the school. Answers the strongest finding.
 */
export function concentrationOf(
  list: readonly PersonTraits[],
  reference: readonly PersonTraits[],
  limits: Thresholds,
): Concentration | undefined {
  if (list.length < limits.list_persons_min) return undefined;
  const support = list.filter((it) => it.hasSupport).length / list.length;
  if (support >= limits.support_min) return undefined;
  const tests = TRAITS.flatMap((trait) =>
    [...countsOf(list, trait)].map(([value, k]) => ({ trait, value, k })),
  );
  const inReference = new Map(TRAITS.map((trait) => [trait, countsOf(reference, trait)]));
  const found = tests.flatMap(({ trait, value, k }): Concentration[] => {
    const n = list.length;
    const share = k / n;
    const seen = inReference.get(trait)?.get(value) ?? 0;
    const populationShare = upperShare(seen, reference.length);
    const p = Math.min(1, upperTail(n, k, populationShare) * tests.length);
    const stands =
      share >= limits.share_min && share >= limits.lift_min * populationShare && p <= limits.p_max;
    return stands ? [{ trait, n, k, share, populationShare, p, support }] : [];
  });
  return found.sort((a, b) => a.p - b.p || b.share - a.share)[0];
}

function countsOf(list: readonly PersonTraits[], trait: Trait): Map<string | number, number> {
  const counts = new Map<string | number, number>();
  for (const person of list) {
    const value = person[trait];
    if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return counts;
}

/** z of a one-sided 99 % bound. */
const Z = 2.326;

/** Upper Wilson bound of a share seen `k` of `n` times; 1 when nothing was seen at all. */
export function upperShare(k: number, n: number): number {
  if (n === 0) return 1;
  const share = k / n;
  const z2 = (Z * Z) / n;
  const spread = Z * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n));
  return Math.min(1, (share + z2 / 2 + spread) / (1 + z2));
}

/** P(X ≥ k) of a binomial with `n` draws of probability `p`, summed exactly in logarithms. */
export function upperTail(n: number, k: number, p: number): number {
  if (k <= 0 || p >= 1) return 1;
  if (p <= 0) return 0;
  const odds = Math.log(p) - Math.log1p(-p);
  let log = logChoose(n, k) + k * Math.log(p) + (n - k) * Math.log1p(-p);
  let sum = 0;
  for (let i = k; i <= n; i++) {
    sum += Math.exp(log);
    log += Math.log((n - i) / (i + 1)) + odds;
  }
  return Math.min(1, sum);
}

function logChoose(n: number, k: number): number {
  let log = 0;
  for (let i = 1; i <= k; i++) log += Math.log((n - k + i) / i);
  return log;
}

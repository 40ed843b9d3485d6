import type { Found, PersonRow } from './tables.ts';
import type { Known } from './cache.ts';
import type { Reading } from './seen.ts';

/**
 * Whether a value said at `at` with `trust` replaces the one that stands: trust first, then time.
 */
export const winsOver = (trust: number, at: number, otherTrust: number, otherAt: number): boolean =>
  trust > otherTrust || (trust === otherTrust && at >= otherAt);

export const knownOf = (found: Found, earlier: Known | undefined, now: number): Known => ({
  self: found.self,
  identified: found.status === 'identified',
  result: {
    person: found.person,
    areaCode: found.areaCode,
    unitId: found.unitId,
    birthYear: found.birthYear ?? 0,
    sex: found.sex,
  },
  areaTrust: found.areaTrust,
  areaAt: found.areaAt ?? 0,
  unitTrust: found.unitTrust,
  unitAt: found.unitAt ?? 0,
  sources: earlier ? [...earlier.sources] : [],
  prints: earlier ? [...earlier.prints] : [],
  searched: earlier ? [...earlier.searched] : [],
  madeHere: earlier?.madeHere ?? false,
  readAt: now,
});

export const freshKnown = (self: number, identified: boolean, now: number): Known => ({
  self,
  identified,
  result: { person: self, areaCode: '', unitId: 0, birthYear: 0, sex: '' },
  areaTrust: 0,
  areaAt: 0,
  unitTrust: 0,
  unitAt: 0,
  sources: [],
  prints: [],
  searched: [],
  madeHere: true,
  readAt: now,
});

/** Lets the rows of one person speak. Returns whether a current value changed. */
export function fold(
  known: Known,
  readings: readonly Reading[],
  trustOf: (sourceId: number) => number,
  unitIdOf: (unitCode: string) => number,
): boolean {
  const before = known.result;
  for (const { seen, areaCode, bornOn, sex } of readings) {
    const trust = trustOf(seen.sourceId);
    let next = known.result;
    const moves = areaCode && areaCode !== next.areaCode;
    if (moves && winsOver(trust, seen.at, known.areaTrust, known.areaAt)) {
      next = { ...next, areaCode };
      known.areaTrust = trust;
      known.areaAt = seen.at;
    }
    const unitId = seen.unitCode ? unitIdOf(seen.unitCode) : 0;
    const changes = unitId > 0 && unitId !== next.unitId;
    if (changes && winsOver(trust, seen.at, known.unitTrust, known.unitAt)) {
      next = { ...next, unitId };
      known.unitTrust = trust;
      known.unitAt = seen.at;
    }
    if (next.birthYear === 0 && bornOn) next = { ...next, birthYear: Number(bornOn.slice(0, 4)) };
    if (next.sex === '' && sex) next = { ...next, sex };
    known.result = next;
  }
  return known.result !== before;
}

export const personRowOf = (known: Known): PersonRow => ({
  id: known.result.person,
  status: known.identified ? 'identified' : 'provisional',
  sex: known.result.sex,
  birthYear: known.result.birthYear,
  areaCode: known.result.areaCode,
  areaTrust: known.areaTrust,
  areaAt: known.areaAt,
  unitId: known.result.unitId,
  unitTrust: known.unitTrust,
  unitAt: known.unitAt,
});

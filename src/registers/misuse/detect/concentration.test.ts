import assert from 'node:assert/strict';
import { test } from 'node:test';
import { concentrationOf, upperShare, upperTail } from './concentration.ts';
import type { PersonTraits } from '../model.ts';
import { thresholdsAt } from './thresholds.ts';

const limits = thresholdsAt(Date.UTC(2026, 10, 22));

/** Seeded, so that every run draws the same city. */
function chance(seed: number): () => number {
  let s = seed;
  return () => {
    s = (Math.imul(s, 1_664_525) + 1_013_904_223) >>> 0;
    return s / 2 ** 32;
  };
}

const draw = (next: () => number, over: Partial<PersonTraits> = {}): PersonTraits => ({
  unit: next() < 0.6 ? 1 + Math.floor(next() * 400) : null,
  birthYear: 1940 + Math.floor(next() * 80),
  awayHome: next() < 0.05 ? `${11 + Math.floor(next() * 50)}01` : null,
  origin: `${110_000 + Math.floor(next() * 900)}`,
  onlySource: next() < 0.3 ? 1 + Math.floor(next() * 12) : null,
  hasSupport: next() < 0.02,
  ...over,
});
const city = (n: number, seed = 1): PersonTraits[] => {
  const next = chance(seed);
  return Array.from({ length: n }, () => draw(next));
};
const reference = city(2_000, 99);

test('1,317 bank depositors are stopped: nobody but their list knows most of them, and no epidemic does', () => {
  const next = chance(7);
  const depositors = Array.from({ length: 1_317 }, (_, i) =>
    draw(next, i < 871 ? { onlySource: 0, unit: null, awayHome: '4101', hasSupport: false } : {}),
  );
  const found = concentrationOf(depositors, reference, limits);
  assert.ok(found);
  assert.ok(['onlySource', 'awayHome'].includes(found.trait));
  assert.ok(Math.abs(found.share - 871 / 1_317) < 0.01);
  assert.ok(found.populationShare < 0.01 && found.support < 0.05 && found.p < 1e-100);
});

test('petitioners of one far town are stopped by where their cards come from', () => {
  const next = chance(8);
  const people = Array.from({ length: 60 }, () =>
    draw(next, { origin: '411722', hasSupport: false }),
  );
  assert.equal(concentrationOf(people, reference, limits)?.trait, 'origin');
});

test('staff of one company without an outbreak are stopped by their employer', () => {
  const next = chance(9);
  const staff = Array.from({ length: 40 }, () => draw(next, { unit: 77, hasSupport: false }));
  assert.equal(concentrationOf(staff, reference, limits)?.trait, 'unit');
});

test('contacts of a school outbreak share school and year of birth, and pass: the epidemic explains them', () => {
  const next = chance(10);
  const pupils = Array.from({ length: 120 }, (_, i) =>
    draw(next, { unit: 5, birthYear: 2016, hasSupport: i % 3 === 0 }),
  );
  assert.equal(concentrationOf(pupils, reference, limits), undefined);
});

test('the same pupils without any support are stopped: the test looks at support, not at children', () => {
  const next = chance(10);
  const pupils = Array.from({ length: 120 }, () =>
    draw(next, { unit: 5, birthYear: 2016, hasSupport: false }),
  );
  assert.equal(concentrationOf(pupils, reference, limits)?.support, 0);
});

test('lists drawn from the whole city pass, two hundred times', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const n = 20 + ((seed * 37) % 500);
    assert.equal(concentrationOf(city(n, seed), reference, limits), undefined, `seed ${seed}`);
  }
});

test('a short list is not tested, and a list without a reference never stopped by ignorance', () => {
  const next = chance(3);
  const few = Array.from({ length: 19 }, () => draw(next, { unit: 77, hasSupport: false }));
  assert.equal(concentrationOf(few, reference, limits), undefined);
  const more = Array.from({ length: 60 }, () => draw(next, { unit: 77, hasSupport: false }));
  assert.equal(concentrationOf(more, [], limits), undefined);
});

test('the binomial tail is exact where it can be said by hand, and holds far out', () => {
  assert.ok(Math.abs(upperTail(3, 2, 0.5) - 0.5) < 1e-12);
  assert.ok(Math.abs(upperTail(10, 10, 0.1) / 1e-10 - 1) < 1e-9);
  assert.equal(upperTail(5, 0, 0.2), 1);
  assert.equal(upperTail(5, 1, 0), 0);
  assert.equal(upperTail(2_000, 2_000, 0.001), 0, 'smaller than any number is nought');
  assert.ok(upperTail(1_000, 100, 0.1) > 0.4 && upperTail(1_000, 100, 0.1) < 0.6);
});

test('a value never seen is not held for impossible', () => {
  assert.ok(upperShare(0, 2_000) > 0.002 && upperShare(0, 2_000) < 0.004);
  assert.ok(upperShare(1_000, 2_000) > 0.5 && upperShare(1_000, 2_000) < 0.53);
});

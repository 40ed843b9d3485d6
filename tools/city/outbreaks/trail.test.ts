import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeCity } from '../city.ts';
import { SMALL_MAP } from '../map/geography.ts';
import { feed } from '../records/feed.ts';
import { SCENARIOS } from './diseases.ts';
import { runOutbreaks } from './trail.ts';

const city = makeCity({ seed: 5, persons: 20_000, map: SMALL_MAP });
const day = '2026-11-20';
const outbreaks = runOutbreaks(city, day);

test('every scenario breaks out, and the same way each time', () => {
  assert.deepEqual(
    [...new Set(outbreaks.truths.map((t) => t.scenario))].sort(),
    SCENARIOS.map((s) => s.id).sort(),
  );
  assert.deepEqual(runOutbreaks(city, day).truths, outbreaks.truths);
});

test('whoever infects was infected before; nobody falls ill twice of one thing', () => {
  const by = new Map(outbreaks.truths.map((t) => [`${t.scenario}/${t.person}`, t]));
  assert.equal(by.size, outbreaks.truths.length);
  for (const truth of outbreaks.truths) {
    assert.ok(truth.onsetAt > truth.infectedAt);
    if (truth.by === null) continue;
    const origin = by.get(`${truth.scenario}/${truth.by}`);
    assert.ok(origin && origin.infectedAt < truth.infectedAt, `case ${truth.person}`);
  }
});

test('the records of the truth are exactly the rows that are fed', () => {
  const named = outbreaks.truths.flatMap((t) => t.records.map((r) => `${r.source}/${r.id}`));
  const made = outbreaks.arrivals.map((a) => `${a.source}/${a.row.id}`);
  assert.deepEqual(named.sort(), made.sort());
  assert.equal(new Set(made).size, made.length);
  const { arrivals: extra, shedding } = outbreaks;
  const fed = new Set(
    [...feed(city, { fromDay: '2026-11-20', toDay: day, extra, shedding })].map((a) => a.row.id),
  );
  const due = extra.filter((a) => new Date(a.at + 8 * 3_600_000).toISOString().startsWith(day));
  assert.ok(due.length > 0 && due.every((a) => fed.has(a.row.id)));
});

test('a school in trouble shows: five pupils of one school absent or seen within three days', () => {
  const pupils = outbreaks.arrivals.filter((a) => a.kind === 'school_absence');
  const bySchool = new Map<string, Set<string>>();
  for (const { row } of pupils) {
    const held = bySchool.get(String(row.placeCode)) ?? new Set();
    held.add(String(row.idNo));
    bySchool.set(String(row.placeCode), held);
  }
  assert.ok([...bySchool.values()].some((set) => set.size >= 5));
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COLUMN_NAMES } from '#base/columns.ts';
import { idFault } from '#base/checksums.ts';
import { KIND_BY_NAME, KIND_NAMES, ROW_FIELDS } from '#base/kinds.ts';
import { makeCity } from '../city.ts';
import { SMALL_MAP } from '../map/geography.ts';
import { dayNumber, weekday } from './calendar.ts';
import { feed } from './feed.ts';
import type { Arrival } from './row.ts';
import { SOURCE_BY_CODE } from './sources.ts';

const city = makeCity({ seed: 5, persons: 20_000, map: SMALL_MAP });
const days = { fromDay: '2026-11-09', toDay: '2026-11-15' };
const rows = [...feed(city, days)];
const codes = new Set(city.places.map((p) => p.code));

/** What the intake would refuse or lose the person for. */
function isBad({ row, kind }: Arrival): boolean {
  const place = KIND_BY_NAME[kind]?.place === 'required';
  if (place && row.placeCode === undefined) return true;
  if (row.placeCode !== undefined && !codes.has(String(row.placeCode))) return true;
  if (KIND_BY_NAME[kind]?.person === 'required' && !row.idNo) return true;
  if (row.idType === 'citizen' && idFault(String(row.idNo))) return true;
  if (Number(row.temperature ?? 36) > 45) return true;
  return Number.isNaN(Date.parse(row.at));
}

test('a feed can be played twice and starts anywhere', () => {
  const head = rows.slice(0, 400);
  const again = feed(city, days);
  for (const row of head) assert.deepEqual(again.next().value, row);
  const last = [...feed(city, { fromDay: '2026-11-15', toDay: '2026-11-15' })];
  assert.deepEqual(last, rows.slice(-last.length));
});

test('rows come in the order of arrival, after they happened', () => {
  for (const [i, row] of rows.entries()) {
    assert.ok(row.at >= row.happenedAt);
    assert.ok(row.at >= Math.floor((rows[i - 1]?.at ?? 0) / 1000) * 1000);
  }
  assert.ok(
    rows.some((r) => r.at - r.happenedAt > 4 * 3_600_000),
    'some are late by hours',
  );
});

test('there are 0.35 rows a person and day, of every kind, by known sources', () => {
  const rate = rows.length / 7 / city.persons;
  assert.ok(rate > 0.33 && rate < 0.39, `rate ${rate}`);
  const undrawn = new Set<string>(['diagnosis', 'immunization']);
  const drawn = KIND_NAMES.filter((it) => !undrawn.has(it));
  assert.deepEqual([...new Set(rows.map((r) => r.kind))].sort(), drawn.sort());
  assert.ok(rows.every((r) => SOURCE_BY_CODE.has(r.source)));
  const half = [...feed(city, { ...days, rate: 0.175 })].length / rows.length;
  assert.ok(half > 0.45 && half < 0.56, `half the rate gives ${half}`);
});

test('weeks have a shape: Monday clinics, no school on Sunday', () => {
  const count = (kind: string, on: number): number =>
    rows.filter((r) => r.kind === kind && weekday(dayNumber(r.row.at.slice(0, 10))) === on).length;
  assert.ok(count('clinic_visit', 1) > count('clinic_visit', 7) * 1.2);
  assert.equal(count('school_absence', 7), 0);
  assert.ok(count('school_absence', 3) > 0);
});

test('rows carry what their kind requires and nothing unheard of', () => {
  const known = new Set<string>([...ROW_FIELDS, ...COLUMN_NAMES]);
  for (const arrival of rows.filter((r) => !isBad(r))) {
    const kind = KIND_BY_NAME[arrival.kind];
    for (const name of Object.keys(arrival.row)) assert.ok(known.has(name), name);
    for (const name of kind?.required ?? []) assert.ok(arrival.row[name] !== undefined, name);
    for (const name of COLUMN_NAMES) {
      const isOwn = (kind?.columns ?? []).includes(name);
      assert.ok(isOwn || arrival.row[name] === undefined, `${name} in ${arrival.kind}`);
    }
  }
});

test('some rows are bad, but at most one in a hundred; some come twice', () => {
  const share = rows.filter(isBad).length / rows.length;
  assert.ok(share > 0.002 && share <= 0.01, `bad ${share}`);
  const ids = new Set(rows.map((r) => r.row.id));
  const twice = 1 - ids.size / rows.length;
  assert.ok(twice > 0.003 && twice < 0.015, `twice ${twice}`);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KindName } from '#base/kinds.ts';
import type { Match, RuleDoc, Side } from '#base/rules.ts';
import { HOUR } from '#base/time.ts';
import type { RowHead, RowValues, RowView } from '#engine/columns/index.ts';
import { BatchBuilder, rowView } from '#engine/columns/index.ts';
import {
  CodeTable,
  compile,
  HitSink,
  MemberTable,
  matchBatch,
  newState,
  prune,
  restoreSnapshot,
  takeSnapshot,
} from './index.ts';
import { oracleHits } from './match.oracle.ts';

/** mulberry32: chance from a seed, so that a failure can be run again. */
function chanceOf(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
const SIDES: Side[] = [
  { on: ['clinic_visit'], when: 'temperature >= 38.0 && !(cough == true)' },
  { on: ['clinic_visit', 'check_in'], when: 'temperature > 37.3 || diarrhoea' },
  { on: ['rail_trip', 'air_trip'], when: 'fromCity in codes.riskAreas' },
  { on: ['pharmacy_sale'], when: 'drugClass in ["N02B", "J05"] && quantity != 3' },
  { on: ['clinic_visit', 'pharmacy_sale'], when: 'age < 18 || placeKind == "school"' },
  { on: ['rail_trip'] },
  { on: ['clinic_visit'], when: 'complaint.contains("发热") && has(record.icd10)' },
];
const BASE = 1_770_000_000_000;

function randomMatch(chance: () => number): Match {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(chance() * list.length)] as T;
  const hours = () => 1 + Math.floor(chance() * 40);
  const side = () => pick(SIDES);
  const list = chance() < 0.3 ? { list: pick(['abroad', 'sites']) } : {};
  const type = pick(['R1', 'R2', 'R3', 'R4', 'R4', 'R3']);
  if (type === 'R1') return { type, ...side() };
  if (type === 'R2') return { type, list: pick(['abroad', 'sites']), ...side() };
  if (type === 'R3') {
    return { type, first: { ...side(), ...list }, then: side(), withinHours: hours() };
  }
  return {
    type: 'R4',
    by: pick(['place', 'unit', 'community', 'street', 'district']),
    ...(chance() < 0.3 ? { placeKinds: ['school'] } : {}),
    distinct: 2 + Math.floor(chance() * 4),
    withinHours: hours(),
    ...side(),
  };
}

function randomRow(chance: () => number, id: number): { head: RowHead; values: RowValues } {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(chance() * list.length)] as T;
  const kind: KindName = pick([
    'clinic_visit',
    'check_in',
    'rail_trip',
    'air_trip',
    'pharmacy_sale',
  ]);
  const maybe = <T>(value: T) => (chance() < 0.7 ? value : undefined);
  const head = {
    id,
    kind,
    at: BASE + Math.floor(chance() * 60) * HOUR,
    source: 1,
    person: chance() < 0.1 ? 0 : 1 + Math.floor(chance() * 12),
    personArea: pick(['', '320102001001', '320102001002', '320102002001', '320104001001']),
    unit: Math.floor(chance() * 4),
    place: Math.floor(chance() * 5),
    placeArea: pick(['320102001001', '320104001001']),
    age: pick([Number.NaN, 7, 40]),
  };
  const values: RowValues = {
    ...(maybe(1) && { temperature: 36 + Math.floor(chance() * 40) / 10 }),
    ...(maybe(1) && { cough: chance() < 0.5 }),
    ...(maybe(1) && { diarrhoea: chance() < 0.5 }),
    ...(maybe(1) && { fromCity: pick(['420100', '310100']) }),
    ...(maybe(1) && { drugClass: pick(['N02B', 'J05', 'A07']) }),
    ...(maybe(1) && { quantity: Math.floor(chance() * 4) }),
    ...(maybe(1) && { complaint: pick(['发热两天', '咳嗽']) }),
    ...(maybe(1) && { icd10: 'J18.9' }),
  };
  return { head, values };
}

function contextOf(chance: () => number) {
  const abroad = new MemberTable('abroad', 'person');
  for (let person = 1; person < 6; person++) {
    const from = BASE + Math.floor(chance() * 20) * HOUR;
    abroad.set(person, from, from + 20 * HOUR);
  }
  const sites = new MemberTable('sites', 'place');
  sites.set(2, BASE, BASE + 30 * HOUR);
  const risk = new CodeTable();
  risk.set('420100', BASE + 5 * HOUR, BASE + 50 * HOUR);
  return {
    lists: new Map([
      ['abroad', abroad],
      ['sites', sites],
    ]),
    codes: new Map([['riskAreas', risk]]),
    placeKinds: new Map([
      [1, 'school'],
      [2, 'hospital'],
      [3, 'school'],
    ]),
  };
}

const docOf = (id: string, match: Match): RuleDoc => ({
  id,
  title: { zh: id, en: id },
  basis: { zh: '测试', en: 'test' },
  level: 3,
  match,
  groupBy: 'person',
  groupHours: 24,
  suppressHours: 24,
  task: 'phone_check',
});

for (let seed = 1; seed <= 40; seed++) {
  test(`the kernel hits what the oracle hits, in any order of arrival, across restarts (seed ${seed})`, () => {
    const chance = chanceOf(seed);
    const rules = Array.from({ length: 12 }, (_, i) => ({
      doc: docOf(`rule-${i}`, randomMatch(chance)),
      version: 1,
    }));
    const { plan, faults } = compile(rules, contextOf(chance));
    assert.deepEqual(faults, []);
    const rows = Array.from({ length: 150 }, (_, i) => randomRow(chance, 1000 + i));
    const records: RowView[] = [];
    let state = newState(plan);
    const found: string[] = [];
    const sink = new HitSink();
    while (rows.length > 0) {
      const builder = new BatchBuilder(4);
      for (const { head, values } of rows.splice(0, 1 + Math.floor(chance() * 30))) {
        builder.add(head, values);
      }
      const batch = builder.finish();
      for (let i = 0; i < batch.rows; i++) records.push(rowView(batch, i));
      sink.clear();
      matchBatch(plan, state, batch, sink);
      prune(plan, state, BASE + 100 * HOUR);
      for (let i = 0; i < sink.count; i++) {
        found.push(`${plan.rules[sink.rule[i] as number]?.key}|${sink.record[i]}`);
        assert.ok(
          sink.evidenceOf(i).includes(sink.record[i] as number),
          'the hit is its own evidence',
        );
      }
      if (chance() < 0.3) {
        const restored = restoreSnapshot(plan, takeSnapshot(plan, state, 7));
        assert.ok(restored);
        assert.deepEqual(restored.state, state);
        state = restored.state;
      }
    }
    assert.deepEqual(found.sort(), oracleHits(plan, records));
  });
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Match, RuleDoc } from '#base/rules.ts';
import { HOUR } from '#base/time.ts';
import type { RowHead, RowValues } from '#engine/columns/index.ts';
import { BatchBuilder, rowView } from '#engine/columns/index.ts';
import type { MatchContext } from './index.ts';
import {
  carryState,
  CodeTable,
  compile,
  explain,
  HitSink,
  MemberTable,
  matchBatch,
  newState,
  sweepAbsence,
} from './index.ts';
import { HITS_MAX } from './sink.ts';

const T = 1_770_000_000_000;
const words = { zh: '测', en: 'test' };
const ruleOf = (id: string, match: Match, version = 1) => ({
  doc: {
    ...{ id, title: words, basis: words, level: 3, match, groupBy: 'person' },
    ...{ groupHours: 24, suppressHours: 24, task: 'phone_check' },
  } as RuleDoc,
  version,
});
const context = (): MatchContext => {
  const home = new MemberTable('home-isolation', 'person');
  home.set(7, T, T + 100 * HOUR);
  const risk = new CodeTable();
  risk.set('420100', 0, Number.POSITIVE_INFINITY);
  return {
    lists: new Map([['home-isolation', home]]),
    codes: new Map([['riskAreas', risk]]),
    placeKinds: new Map([[5, 'school']]),
  };
};
const batchOf = (...rows: [RowHead, RowValues][]) => {
  const builder = new BatchBuilder();
  for (const [head, values] of rows) builder.add(head, values);
  return builder.finish();
};

test('a rule that does not compile is named with its character and mend, and the others stay', () => {
  const { plan, faults } = compile(
    [
      ruleOf('good', { type: 'R1', on: ['check_in'], when: 'temperature > 38' }),
      ruleOf('bad', { type: 'R2', list: 'nobody', on: ['check_in'], when: 'temprature > 38' }),
    ],
    context(),
  );
  assert.deepEqual(
    plan.rules.map((rule) => rule.doc.id),
    ['good'],
  );
  assert.deepEqual(
    faults.map((f) => [f.rule, f.path, f.at, f.code]),
    [
      ['bad', 'match.when', 0, 'unknown-field'],
      ['bad', 'match.list', null, 'unknown-list'],
    ],
  );
});

test('a purchase is found when the trip before it arrives a day late, once and with both as evidence', () => {
  const { plan } = compile(
    [
      ruleOf('trip-then-pills', {
        type: 'R3',
        first: { on: ['rail_trip'], when: 'fromCity in codes.riskAreas' },
        then: { on: ['pharmacy_sale'], when: 'drugClass.startsWith("N02B")' },
        withinHours: 168,
      }),
    ],
    context(),
  );
  const state = newState(plan);
  const sink = new HitSink();
  const head = { source: 1, person: 9 };
  const sale = batchOf([
    { ...head, id: 20, kind: 'pharmacy_sale', at: T + 30 * HOUR },
    { drugClass: 'N02BE' },
  ]);
  const trip = batchOf([{ ...head, id: 21, kind: 'rail_trip', at: T }, { fromCity: '420100' }]);
  assert.equal(matchBatch(plan, state, sale, sink), 0);
  assert.equal(matchBatch(plan, state, trip, sink), 1);
  assert.deepEqual([sink.record[0], sink.evidenceOf(0), sink.late[0]], [20, [21, 20], 1]);
  assert.equal(matchBatch(plan, state, trip, sink) + matchBatch(plan, state, sale, sink), 0);
});

test('silence is told once, from the beginning of the membership, and again after the next silence', () => {
  const { plan } = compile(
    [
      ruleOf('no-check-in', {
        type: 'R6',
        list: 'home-isolation',
        on: ['check_in'],
        silentHours: 24,
      }),
    ],
    context(),
  );
  const state = newState(plan);
  const sink = new HitSink();
  const tick = (at: number, person: number) =>
    matchBatch(
      plan,
      state,
      batchOf([{ id: at, kind: 'check_in', at, source: 1, person }, {}]),
      sink,
    );
  assert.equal(
    sweepAbsence(plan, state, T + 900 * HOUR, sink),
    0,
    'a stopped intake is no silence',
  );
  tick(T + 25 * HOUR, 8);
  assert.equal(sweepAbsence(plan, state, T + 900 * HOUR, sink), 1);
  assert.deepEqual([sink.subject[0], sink.at[0]], [7, T]);
  assert.equal(sweepAbsence(plan, state, T + 900 * HOUR, sink), 0);
  tick(T + 26 * HOUR, 7);
  tick(T + 51 * HOUR, 8);
  assert.equal(sweepAbsence(plan, state, T + 900 * HOUR, sink), 1);
  tick(T + 200 * HOUR, 8);
  assert.equal(sweepAbsence(plan, state, T + 900 * HOUR, sink), 0, 'the membership has ended');
});

test('a rule keeps its memory when another is changed, and a new version starts cold', () => {
  const r4: Match = { type: 'R4', on: ['clinic_visit'], by: 'place', distinct: 2, withinHours: 24 };
  const before = compile([ruleOf('a', r4), ruleOf('b', r4)], context()).plan;
  const state = newState(before);
  const row = (id: number) =>
    batchOf([{ id, kind: 'clinic_visit', at: T + id, source: 1, person: id, place: 5 }, {}]);
  matchBatch(before, state, row(1), new HitSink());
  const after = compile([ruleOf('a', r4), ruleOf('b', r4, 2)], context()).plan;
  const carried = carryState(state, before, after);
  assert.deepEqual(carried.cold, [1]);
  const sink = new HitSink();
  assert.equal(matchBatch(after, carried.state, row(2), sink), 1);
  assert.equal(after.rules[sink.rule[0] as number]?.key, 'a@1');
});

test('why: every part of the predicate with its result and the value it saw', () => {
  const { plan } = compile(
    [
      ruleOf('r', {
        type: 'R1',
        on: ['clinic_visit'],
        when: 'temperature >= 38 && (cough || rash)',
      }),
    ],
    context(),
  );
  const batch = batchOf([
    { id: 1, kind: 'clinic_visit', at: T, source: 1 },
    { temperature: 38.4, cough: false },
  ]);
  const [rule] = plan.rules;
  assert.ok(rule);
  assert.deepEqual(explain(plan, rule, rowView(batch, 0)), {
    text: 'temperature >= 38 && (cough || rash)',
    result: 'missing',
    parts: [
      { text: 'temperature >= 38', result: 'true', value: 38.4 },
      {
        text: 'cough || rash',
        result: 'missing',
        parts: [
          { text: 'cough', result: 'false', value: false },
          { text: 'rash', result: 'missing', value: null },
        ],
      },
    ],
  });
});

test('a full sink counts what it cannot keep, rule by rule', () => {
  const sink = new HitSink();
  const none: number[] = [];
  for (let i = 0; i < HITS_MAX + 3; i++) sink.add(i % 2, i, 0, T, 0, false, none);
  assert.equal(sink.count, HITS_MAX);
  assert.deepEqual(
    [...sink.overflow],
    [
      [0, 2],
      [1, 1],
    ],
  );
  sink.clear();
  assert.equal(sink.add(0, 1, 0, T, 0, false, none), true);
});

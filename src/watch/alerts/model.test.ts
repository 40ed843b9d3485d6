import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HOUR } from '#base/time.ts';
import { ruleDoc } from '../../../tests/builders/loop.ts';
import {
  gradeOf,
  groupKeyOf,
  MOVES,
  NEXT,
  outcomeOf,
  rankOf,
  STATUSES,
  subjectOf,
} from './model.ts';
import { type Known, planSignals, type Weighed } from './moves/plan.ts';

const table = `
             acknowledge  start    assign        close   reopen  comment
open         acknowledged working  acknowledged  closed  -       open
acknowledged -            working  acknowledged  closed  -       acknowledged
working      -            -        working       closed  -       working
closed       -            -        -             -       open    closed`;

describe('states of an alert', () => {
  const [head = [], ...rows] = table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  it('every status and every move is in the table, and nowhere else', () => {
    assert.deepEqual(head, [...MOVES]);
    assert.deepEqual(
      rows.map(([status]) => status),
      [...STATUSES],
    );
    for (const [i, status] of STATUSES.entries())
      for (const [j, move] of MOVES.entries())
        assert.equal(NEXT[status][move] ?? '-', rows[i]?.[j + 1], `${status} ${move}`);
  });
});

describe('level and rank', () => {
  it('a level rises one step with three kinds of record, never above red', () => {
    assert.equal(gradeOf(3, 2), 3);
    assert.equal(gradeOf(3, 3), 2);
    assert.equal(gradeOf(1, 9), 1);
  });
  it('a graver level outranks everything a milder one can gather', () => {
    const mild = rankOf({ level: 4, precision: 1, signalCount: 1e6, raisedAt: 0 });
    const grave = rankOf({ level: 3, precision: 0, signalCount: 1, raisedAt: Date.now() });
    assert.ok(grave > mild);
  });
  it('within a level trust, growth and waiting count', () => {
    const base = { level: 3, precision: 0.5, signalCount: 1, raisedAt: HOUR * 1000 } as const;
    const rank = rankOf(base);
    assert.ok(rankOf({ ...base, precision: 0.9 }) > rank);
    assert.ok(rankOf({ ...base, signalCount: 4 }) > rank);
    assert.ok(rankOf({ ...base, raisedAt: 0 }) > rank);
  });
});

describe('outcome of an alert from its tasks', () => {
  it('is the gravest of them, and none before there are any', () => {
    assert.equal(outcomeOf([]), undefined);
    assert.equal(outcomeOf(['excluded', 'suspected', 'false_alarm']), 'suspected');
    assert.equal(outcomeOf(['false_alarm']), 'false_alarm');
    assert.equal(outcomeOf(['unreachable_handed_over', 'excluded']), 'unreachable_handed_over');
  });
});

const weighed = (more: Partial<Weighed> & { signalId: number }): Weighed => ({
  at: 0,
  level: 3,
  doc: ruleDoc(),
  ruleVersion: 1,
  personId: 7,
  placeId: null,
  areaCode: '429901001001',
  kinds: ['pharmacy_sale'],
  ...more,
});
const keyFor = (s: Weighed) => groupKeyOf(subjectOf(s.doc.groupBy, s), s.doc);
const known = (more: Partial<Known>): Known => ({
  id: 1,
  groupKey: keyFor(weighed({ signalId: 0 })),
  status: 'open',
  ruleLevel: 3,
  firstSignalAt: 0,
  lastSignalAt: 0,
  suppressedUntil: null,
  ...more,
});

describe('grouping of signals', () => {
  it('signals of one subject within the hours of the rule are one alert', () => {
    const plan = planSignals(
      [weighed({ signalId: 1 }), weighed({ signalId: 2, at: 71 * HOUR })],
      [],
      0,
    );
    assert.equal(plan.length, 1);
    assert.equal(plan[0]?.signals.length, 2);
  });
  it('a signal beyond the hours raises another alert', () => {
    const plan = planSignals([weighed({ signalId: 1, at: 73 * HOUR })], [known({})], 73 * HOUR);
    assert.equal(plan[0]?.id, undefined);
  });
  it('another disease or another task is another group', () => {
    const other = ruleDoc({ id: 'x', task: 'home_visit' });
    const plan = planSignals(
      [weighed({ signalId: 1 }), weighed({ signalId: 2, doc: other })],
      [],
      0,
    );
    assert.equal(plan.length, 2);
  });
  it('after closing signals are quiet until the time is over', () => {
    const closed = known({ status: 'closed', suppressedUntil: 10 * HOUR });
    assert.equal(planSignals([weighed({ signalId: 1 })], [closed], 9 * HOUR)[0]?.quiet, true);
    assert.equal(planSignals([weighed({ signalId: 1 })], [closed], 10 * HOUR)[0]?.id, undefined);
  });
  it('a graver signal breaks the silence', () => {
    const closed = known({ status: 'closed', suppressedUntil: 10 * HOUR });
    const plan = planSignals([weighed({ signalId: 1, level: 2 })], [closed], 0);
    assert.equal(plan[0]?.quiet, false);
    assert.equal(plan[0]?.id, undefined);
  });
  it('a rule about persons falls back to the place, then to the area', () => {
    const at = { personId: null, placeId: 5, areaCode: 'a' };
    assert.equal(subjectOf('person', at).key, 'place:5');
    assert.equal(subjectOf('person', { ...at, placeId: null }).key, 'area:a');
    assert.equal(subjectOf('area', { ...at, personId: 1 }).key, 'area:a');
  });
});

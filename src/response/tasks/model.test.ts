import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkAnswer, missingEvidence } from './forms.ts';
import { formOn, ladderOn, standingOrder } from './ladder.ts';
import {
  areaAt,
  KINDS,
  missedAt,
  MOVES,
  NEXT,
  nextWatch,
  rungBelow,
  rungsOf,
  STATUSES,
  tierAbove,
} from './model.ts';

const table = `
          accept  pass    assign  return  transfer answer   attempt hand_over close  supervise withdraw
waiting   working waiting waiting waiting waiting  answered working waiting   -      waiting   withdrawn
working   -       waiting waiting waiting waiting  answered working waiting   -      working   withdrawn
answered  -       -       -       -       -        answered -       waiting   closed answered  withdrawn
closed    -       -       -       -       -        -        -       -         -      -         -
withdrawn -       -       -       -       -        -        -       -         -      -         -`;

describe('states of a task', () => {
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

describe('the ladder', () => {
  const ladder = ladderOn('2026-03-02');
  it('has a route, clocks and a form for every kind of task', () => {
    for (const kind of KINDS) {
      assert.ok(ladder.routes[kind].length > 1);
      assert.equal(formOn('2026-03-02', kind).kind, kind);
    }
  });
  it('gives graver levels shorter clocks', () => {
    for (const tier of ['city', 'district', 'street', 'community'] as const)
      for (const level of [1, 2, 3] as const)
        assert.ok(
          (ladder.clocks[`${level}`].accept[tier] ?? 0) <=
            (ladder.clocks[`${(level + 1) as 2 | 3 | 4}`].accept[tier] ?? 0),
        );
  });
  it('stops where the area of the task stops', () => {
    const route = ladder.routes.phone_check;
    assert.deepEqual(rungsOf(route, '429901001000'), ['city', 'district', 'street']);
    assert.equal(rungBelow(route, '42990100100101', 'street'), 'community');
    assert.equal(rungBelow(route, '429901001001', 'community'), undefined);
  });
  it('tells the next wider tier, up to the city', () => {
    assert.equal(tierAbove('community'), 'street');
    assert.equal(tierAbove('investigation'), 'district');
    assert.equal(tierAbove('city'), undefined);
    assert.equal(areaAt('42990100100101', 'investigation'), '429901000000');
  });
  it('passes yellow person checks by standing order, red ones never', () => {
    assert.ok(standingOrder(ladder, 'district', 3, 'phone_check'));
    assert.equal(standingOrder(ladder, 'district', 1, 'phone_check'), undefined);
    assert.equal(standingOrder(ladder, 'street', 3, 'phone_check'), undefined);
  });
  it('names each clock that ran out, and the next moment to look', () => {
    const task = { clock: 'accept' as const, dueAt: 10, closeDueAt: 20 };
    assert.deepEqual(missedAt(task, 9), []);
    assert.deepEqual(missedAt(task, 10), [{ clock: 'accept', dueAt: 10 }]);
    assert.equal(missedAt(task, 20).length, 2);
    assert.equal(nextWatch([10, 20, null], 10), 20);
    assert.equal(nextWatch([10, 20], 20), null);
  });
});

describe('answers', () => {
  const form = formOn('2026-03-02', 'phone_check');
  it('every form names a result for each effect it needs, and words in both languages', () => {
    for (const kind of KINDS) {
      const { results, fields } = formOn('2026-03-02', kind);
      assert.ok(results.some((r) => r.effect === 'close' && r.outcome));
      for (const f of fields)
        for (const value of f.when?.in ?? [])
          assert.ok(
            results.some((r) => r.value === value),
            `${kind} ${f.name} ${value}`,
          );
    }
  });
  it('all faults of an answer are named at once', () => {
    const faults = checkAnswer(form, 'symptoms', { temperature: 99, nonsense: 1 });
    assert.deepEqual(faults.map((f) => f.path).toSorted(), [
      'body.fields.nonsense',
      'body.fields.symptoms',
      'body.fields.temperature',
    ]);
  });
  it('a field that was not asked is not missed', () => {
    assert.deepEqual(checkAnswer(form, 'reached_well', {}), []);
    assert.deepEqual(missingEvidence(form, 'reached_well', {}), ['temperature']);
    assert.deepEqual(missingEvidence(form, 'reached_well', { temperature: 36.6 }), []);
    assert.deepEqual(missingEvidence(form, 'wrong_person', {}), []);
  });
});

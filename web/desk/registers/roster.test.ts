import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cellsOf, instantOfLocal, localOf, restOfDay, shiftsOf, spansOf } from './roster.ts';

const HOURS_8_20 = [{ fromMinute: 480, untilMinute: 1200 }];

test('a shift is read as people write it', () => {
  for (const text of ['8-20', '08:00-20:00', '8:00–20', ' 8 - 20 ', '8至20'])
    assert.deepEqual(spansOf(text), HOURS_8_20, text);
  assert.deepEqual(spansOf(''), []);
  assert.deepEqual(spansOf('全天'), [{ fromMinute: 0, untilMinute: 1440 }]);
  assert.equal(spansOf('14-18, 8-12')?.length, 2);
});

test('what cannot be a shift is said to be none', () => {
  for (const text of ['22-6', '8-25', '8-12 11-14', 'x', '8:70-9', '8'])
    assert.equal(spansOf(text), undefined, text);
});

test('the week goes to cells and back unchanged, and bad cells are named', () => {
  const shifts = [
    { actorId: 9, weekday: 7, fromMinute: 0, untilMinute: 1440 },
    { actorId: 7, weekday: 1, fromMinute: 480, untilMinute: 720 },
    { actorId: 7, weekday: 1, fromMinute: 780, untilMinute: 1440 },
  ];
  assert.deepEqual(shiftsOf(cellsOf(shifts)), { shifts, bad: [] });
  assert.deepEqual(shiftsOf(new Map([['7/2', 'noon']])).bad, ['7/2']);
});

test('an hour of the form is an hour of the city, whatever the clock of the screen', () => {
  const at = Date.UTC(2026, 10, 21, 0, 30);
  assert.equal(localOf(at), '2026-11-21T08:30');
  assert.equal(instantOfLocal('2026-11-21T08:30'), at);
  assert.ok(Number.isNaN(instantOfLocal('')));
});

test('late in the evening a leave is offered for the whole next day', () => {
  const evening = Date.UTC(2026, 10, 21, 15, 30);
  assert.deepEqual(restOfDay(evening).map(localOf), ['2026-11-22T00:00', '2026-11-23T00:00']);
});

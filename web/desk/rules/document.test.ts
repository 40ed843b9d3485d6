import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BLANK, diffOf, placeOf } from './document.ts';

const TEXT = JSON.stringify(BLANK, null, 2);

test('a fault is found in the text by its path, and in a predicate by its character', () => {
  const level = placeOf(TEXT, 'level', null);
  assert.match(TEXT.slice(level.from, level.until), /^"level": 4/);
  const english = placeOf(TEXT, 'title.en', null);
  assert.match(TEXT.slice(english.from, english.until), /^"en": "New rule"/);
  const when = placeOf(TEXT, 'match.when', 12);
  assert.match(TEXT.slice(when.from, when.until), /^>= 38\.0/);
});

test('a path that is not there leads as far as it goes', () => {
  assert.deepEqual(placeOf(TEXT, 'nowhere', null).from, 0);
});

test('a diff keeps the order of both sides', () => {
  assert.deepEqual(
    diffOf(['a', 'b', 'c'], ['a', 'x', 'c']).map(({ kind, text }) => `${kind} ${text}`),
    ['same a', 'gone b', 'new x', 'same c'],
  );
});

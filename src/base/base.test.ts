import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ancestorOf, isWithin, parentOf, prefixOf, tierOf } from './areas.ts';
import { idCheckChar, idFault, idSex, usccHolds } from './checksums.ts';
import { isSortableId, sortableId } from './ids.ts';
import { cursorOf, keyOf, pageOf } from './paging.ts';
import { instant } from './schemas.ts';
import { dayOf, instantOf, isDay, isoOf, startOfDay } from './time.ts';

test('the worked examples of GB 11643 hold', () => {
  assert.equal(idCheckChar('11010519491231002'), 'X');
  assert.equal(idFault('11010519491231002X'), undefined);
  assert.equal(idFault('440524188001010014'), undefined);
  assert.equal(idFault('440524188001010015'), 'check-digit');
  assert.equal(idFault('440524188013010014'), 'birth-date');
  assert.equal(idFault('44052418800101001'), 'format');
  assert.equal(idSex('440524188001010014'), '1');
});

test('every single wrong digit of an identity number is found (MOD 11-2)', () => {
  const good = '11010519491231002X';
  for (let i = 0; i < 17; i++)
    for (let d = 0; d < 10; d++) {
      const bad = good.slice(0, i) + d + good.slice(i + 1);
      if (bad !== good) assert.notEqual(idFault(bad), undefined, bad);
    }
});

test('the worked examples of GB 32100 hold', () => {
  assert.ok(usccHolds('91350100M000100Y43'));
  assert.ok(usccHolds('91440300708461136T'));
  assert.ok(!usccHolds('91440300708461136X'));
});

test('an area code tells its tier, its parent and its prefix', () => {
  assert.equal(tierOf('990100000000'), 'city');
  assert.equal(tierOf('990102000000'), 'district');
  assert.equal(tierOf('990102003000'), 'street');
  assert.equal(tierOf('990102003004'), 'community');
  assert.equal(tierOf('99010200300402'), 'grid');
  assert.equal(tierOf('9901'), undefined);
  assert.equal(parentOf('99010200300402'), '990102003004');
  assert.equal(parentOf('990102003004'), '990102003000');
  assert.equal(parentOf('990100000000'), undefined);
  assert.equal(prefixOf('990102003000'), '990102003');
  assert.equal(ancestorOf('99010200300402', 'district'), '990102000000');
  assert.equal(ancestorOf('990102000000', 'street'), undefined);
  assert.ok(isWithin('99010200300402', prefixOf('990102003000')));
  assert.ok(!isWithin('990103003004', prefixOf('990102000000')));
});

test('an instant or a day that PostgreSQL cannot hold is none', () => {
  for (const at of [-8.64e15, 8.64e15, Date.UTC(1899, 11, 31)])
    assert.ok(!instant.safeParse(at).success, String(at));
  assert.ok(instant.safeParse(Date.UTC(2026, 2, 1)).success);
  assert.equal(keyOf(cursorOf([8.64e15]), ['instant']), undefined);
  assert.ok(!isDay('0000-01-01'));
});

test('a text without an offset is read as city time, and nonsense is no instant', () => {
  assert.equal(instantOf('2026-11-21T08:00:00'), Date.parse('2026-11-21T00:00:00Z'));
  assert.equal(instantOf('2026-11-21 08:00'), Date.parse('2026-11-21T00:00:00Z'));
  assert.equal(instantOf('2026-11-21T00:00:00Z'), Date.parse('2026-11-21T00:00:00Z'));
  assert.equal(instantOf('2026-11-21'), startOfDay('2026-11-21'));
  for (const bad of ['2026-02-30', '21/11/2026', '', '2026-11-21T25:00:00Z', 'yesterday'])
    assert.ok(Number.isNaN(instantOf(bad)), bad);
  assert.ok(isDay('2024-02-29'));
  assert.ok(!isDay('2023-02-29'));
});

test('civil days turn at midnight of the city', () => {
  const lastSecond = Date.parse('2026-11-21T15:59:59Z');
  assert.equal(dayOf(lastSecond), '2026-11-21');
  assert.equal(dayOf(lastSecond + 1000), '2026-11-22');
  assert.equal(isoOf(lastSecond), '2026-11-21T23:59:59+08:00');
});

test('a cursor survives the way out and back, whatever its words', () => {
  const key = ['中文 / +', 42, -0.5];
  assert.deepEqual(keyOf(cursorOf(key), ['text', 'id', 'number']), key);
  assert.equal(keyOf(cursorOf(key), ['text', 'id']), undefined);
  assert.equal(keyOf('not a cursor', ['text']), undefined);
  assert.equal(keyOf(undefined, ['text']), undefined);
});

test('a cursor of another list is none of this one', () => {
  assert.equal(keyOf(cursorOf(['ABC']), ['id']), undefined);
  assert.equal(keyOf(cursorOf([7]), ['text']), undefined);
  assert.equal(keyOf(cursorOf([1.5]), ['id']), undefined);
  assert.equal(keyOf(cursorOf([9e15]), ['instant']), undefined);
  assert.equal(keyOf(cursorOf(['a\0']), ['text']), undefined);
  assert.equal(keyOf(cursorOf([null]), ['number']), undefined);
});

test('a page has a next cursor only when a further row was seen', () => {
  const rows = [1, 2, 3];
  assert.deepEqual(
    pageOf(rows, 3, (n) => [n]),
    { rows, next: null },
  );
  assert.deepEqual(
    pageOf(rows, 2, (n) => [n]),
    { rows: [1, 2], next: cursorOf([2]) },
  );
});

test('text ids sort by birth', () => {
  const chance = new Uint8Array(12).fill(31);
  const older = sortableId(1_700_000_000_000, chance);
  const newer = sortableId(1_700_000_000_001, new Uint8Array(12));
  assert.ok(older < newer);
  assert.ok(isSortableId(older));
  assert.ok(!isSortableId('x'));
});

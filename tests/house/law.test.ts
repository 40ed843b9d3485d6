import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOUSE, type Room } from '../../src/house.ts';
import { filesBelow, textOf } from './files.ts';
import { type Import, importsOf } from './imports.ts';

const order = new Map(HOUSE.map((room, index) => [room.path, index]));
const roomOf = (path: string): Room | undefined =>
  HOUSE.filter((room) => path.startsWith(`src/${room.path}/`)).sort(
    (a, b) => b.path.length - a.path.length,
  )[0];
const isTest = (path: string): boolean => /\.(test|oracle|helper)\.tsx?$/.test(path);

const code = filesBelow('src').filter((path) => path.endsWith('.ts') && !isTest(path));
const all: Import[] = code.flatMap(importsOf);
const where = (it: Import): string => `${it.from}:${it.line} → ${it.to}`;

test('every file of src stands in a room of house.ts', () => {
  const homeless = code.filter((path) => path !== 'src/house.ts' && !roomOf(path));
  assert.deepEqual(homeless, []);
});

test('imports go down, and only to rooms that are declared', () => {
  const wrong = all.filter((it) => {
    const from = roomOf(it.from);
    const to = roomOf(it.to);
    if (!from || !to || from === to || from.path === 'entry') return false;
    const isDown = (order.get(to.path) ?? 0) < (order.get(from.path) ?? 0);
    return !isDown || !from.uses.includes(to.path);
  });
  assert.deepEqual(wrong.map(where), []);
});

test('siblings of response and views never import each other', () => {
  const sideways = all.filter((it) => {
    const from = roomOf(it.from);
    const to = roomOf(it.to);
    return (
      from && to && from !== to && from.floor === to.floor && (from.floor === 6 || from.floor === 7)
    );
  });
  assert.deepEqual(sideways.map(where), []);
});

test('a declared use that nobody makes is struck from the list', () => {
  const idle = HOUSE.flatMap((room) =>
    room.uses
      .filter((use) => !all.some((it) => roomOf(it.from) === room && roomOf(it.to)?.path === use))
      .map((use) => `${room.path} uses ${use}`),
  );
  assert.deepEqual(idle, []);
});

test('rooms are entered through their door', () => {
  const windows = all.filter((it) => {
    const from = roomOf(it.from);
    const to = roomOf(it.to);
    if (!to || from === to || to.floor === 0) return false;
    return (
      it.to !== `src/${to.path}/index.ts` &&
      !(from?.path === 'entry' && it.to.endsWith('/contract.ts'))
    );
  });
  assert.deepEqual(windows.map(where), []);
});

test('the engine imports base and itself only, and no pipe', () => {
  const wet = all.filter(
    (it) => it.from.startsWith('src/engine/') && !/^src\/(base|engine)\//.test(it.to),
  );
  assert.deepEqual(wet.map(where), []);
});

test('contracts import base and contracts only', () => {
  const heavy = all.filter(
    (it) =>
      it.from.endsWith('/contract.ts') &&
      !it.to.startsWith('src/base/') &&
      !it.to.endsWith('contract.ts'),
  );
  assert.deepEqual(heavy.map(where), []);
});

test('a door is at most 30 lines of named re-exports', () => {
  const barrels = code
    .filter((path) => HOUSE.some((room) => path === `src/${room.path}/index.ts`))
    .filter((path) => {
      const text = textOf(path);
      const body = text
        .replace(/export\s+(type\s+)?\{[^}]*\}\s+from\s+'[^']+';/g, '')
        .replace(/\/\*[\s\S]*?\*\//g, '')
        .trim();
      return text.split('\n').length > 31 || /export \*/.test(text) || body !== '';
    });
  assert.deepEqual(barrels, []);
});

test('the faces import contracts and base, nothing else of src', () => {
  const web = filesBelow('web')
    .filter((path) => /\.tsx?$/.test(path))
    .flatMap(importsOf);
  const leaks = web.filter(
    (it) =>
      it.to.startsWith('src/') && !it.to.startsWith('src/base/') && !it.to.endsWith('/contract.ts'),
  );
  assert.deepEqual(leaks.map(where), []);
});

test('the faces share only the kit and the maps', () => {
  const faces = ['command', 'desk', 'field', 'portal'];
  const faceOf = (path: string) => faces.find((face) => path.startsWith(`web/${face}/`));
  const web = filesBelow('web')
    .filter((path) => /\.tsx?$/.test(path))
    .flatMap(importsOf);
  const crossing = web.filter((it) => faceOf(it.to) && faceOf(it.from) !== faceOf(it.to));
  assert.deepEqual(crossing.map(where), []);
});

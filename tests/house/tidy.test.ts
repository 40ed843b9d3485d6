import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { test } from 'node:test';
import { type Node, parseSync, Visitor } from 'oxc-parser';
import { SUITES } from '../../tools/checks/suite.ts';
import { filesBelow, ROOT, textOf } from './files.ts';

const FILE_LINES_MAX = 500;
const FUNCTION_LINES_MAX = 70;
const COLUMNS_MAX = 100;
/** A line that holds a text may be as wide as the text asks, up to here. */
const STRING_COLUMNS_MAX = 160;
const FOLDER_ENTRIES_MAX = 16;

const folders = ['src', 'web', 'tests', 'tools', 'bench'];
const code = folders.flatMap(filesBelow).filter((path) => /\.tsx?$/.test(path));
const product = code.filter((path) => /^(src|web)\//.test(path) && !path.includes('.test.'));

const quantile = (values: number[], q: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;
};
const linesOf = (path: string): number => textOf(path).split('\n').length - 1;

/** Line counts of all functions of a file, with the line each starts on. Screens (tsx) are markup and are not counted. */
function functionsOf(path: string): { lines: number; at: number }[] {
  const text = textOf(path);
  const { program } = parseSync(path, text);
  const found: { lines: number; at: number }[] = [];
  const note = (node: Node) => {
    const at = text.slice(0, node.start).split('\n').length;
    found.push({ at, lines: text.slice(node.start, node.end).split('\n').length });
  };
  new Visitor({
    FunctionDeclaration: note,
    FunctionExpression: note,
    ArrowFunctionExpression: note,
  }).visit(program);
  return found;
}

test(`no file is longer than ${FILE_LINES_MAX} lines`, () => {
  assert.deepEqual(
    code.filter((path) => linesOf(path) > FILE_LINES_MAX),
    [],
  );
});

test('half of the files fit in 90 lines, nine of ten in 250', () => {
  const lengths = product.map(linesOf);
  assert.ok(quantile(lengths, 0.5) <= 90, `median ${quantile(lengths, 0.5)}`);
  assert.ok(quantile(lengths, 0.9) <= 250, `p90 ${quantile(lengths, 0.9)}`);
});

test(`no function is longer than ${FUNCTION_LINES_MAX} lines`, () => {
  const long = product
    .filter((path) => path.endsWith('.ts'))
    .flatMap((path) =>
      functionsOf(path)
        .filter((f) => f.lines > FUNCTION_LINES_MAX)
        .map((f) => `${path}:${f.at} ${f.lines} lines`),
    );
  assert.deepEqual(long, []);
});

test('half of the functions fit in 12 lines', () => {
  const lengths = product
    .filter((path) => path.endsWith('.ts'))
    .flatMap(functionsOf)
    .map((f) => f.lines);
  assert.ok(quantile(lengths, 0.5) <= 12, `median ${quantile(lengths, 0.5)}`);
});

test(`no line of code is wider than ${COLUMNS_MAX} columns`, () => {
  const wide = product.flatMap((path) =>
    textOf(path)
      .split('\n')
      .map((line, index) => ({ line, at: `${path}:${index + 1}` }))
      .filter(
        ({ line }) =>
          line.length > STRING_COLUMNS_MAX || (line.length > COLUMNS_MAX && !/['"`/]/.test(line)),
      )
      .map(({ at }) => at),
  );
  assert.deepEqual(wide, []);
});

test(`no folder holds more than ${FOLDER_ENTRIES_MAX} entries`, () => {
  const seen = new Set(
    folders.flatMap(filesBelow).map((path) => path.slice(0, path.lastIndexOf('/'))),
  );
  const crowded = [...seen]
    .filter((folder) => !folder.endsWith('/migrations'))
    .map((folder) => ({
      folder,
      entries: readdirSync(join(ROOT, folder)).filter((name) => !name.endsWith('.test.ts')).length,
    }))
    .filter(({ entries }) => entries > FOLDER_ENTRIES_MAX);
  assert.deepEqual(crowded, []);
});

test('nothing is left for later and no check is switched off', () => {
  const marks =
    /\b(TODO|FIXME|XXX|HACK)\b|@ts-(ignore|expect-error|nocheck)|(oxlint|eslint)-disable|biome-ignore|: any\b|\bas any\b|<any>/;
  const left = code
    .filter((path) => path !== 'tests/house/tidy.test.ts')
    .flatMap((path) =>
      textOf(path)
        .split('\n')
        .flatMap((line, index) => (marks.test(line) ? [`${path}:${index + 1}`] : [])),
    );
  assert.deepEqual(left, []);
});

test('types are stripped, not compiled: no enum, namespace or parameter property', () => {
  const compiled = product.filter((path) =>
    /^\s*(export )?(const )?enum \w|^\s*(export )?namespace \w|constructor\((?:[^)]*,)?\s*(private|public|protected|readonly)\s+\w+\s*[:?]/m.test(
      textOf(path),
    ),
  );
  assert.deepEqual(compiled, []);
});

test('every room has a README of at most 12 lines and a first word about itself', () => {
  const rooms = new Set(
    filesBelow('src')
      .filter((p) => p.endsWith('/index.ts'))
      .map((p) => p.slice(0, -'/index.ts'.length)),
  );
  const bare = [...rooms]
    .filter((room) => room !== 'src/facts')
    .filter((room) => {
      try {
        return textOf(`${room}/README.md`).trim().split('\n').length > 14;
      } catch {
        return true;
      }
    });
  assert.deepEqual(bare, []);
});

test('a SQL statement names the schema of its own room only', () => {
  const schemas = new Set(
    filesBelow('src')
      .filter((p) => /\/migrations\/.*\.sql$/.test(p))
      .map((p) => p.split('/').at(-3) ?? ''),
  );
  const strangers = product
    .filter((path) => path.startsWith('src/') && !path.startsWith('src/entry/'))
    .flatMap((path) => {
      const own = path.split('/').at(-2);
      const used = [
        ...textOf(path).matchAll(/\b(?:from|join|into|update|table)\s+([a-z]+)\.[a-z_]+/g),
      ].map((m) => m[1] ?? '');
      return used
        .filter((schema) => schemas.has(schema) && schema !== own && !path.includes(`/${schema}/`))
        .map((schema) => `${path}: ${schema}`);
    });
  assert.deepEqual(strangers, []);
});

test('the clock and chance are arguments below entry', () => {
  const clocks = product
    .filter((path) => path.startsWith('src/') && !/^src\/(entry|platform)\//.test(path))
    .filter((path) => /\bDate\.now\(\)|new Date\(\)|Math\.random\(\)/.test(textOf(path)));
  assert.deepEqual(clocks, []);
});

test('every test file belongs to a part of npm test', () => {
  const patterns = Object.values(SUITES).flatMap((suite) => suite.patterns);
  const lost = code.filter(
    (path) =>
      /\.test\.tsx?$/.test(path) &&
      ![...patterns, 'tests/house/*.test.ts'].some((pattern) => matchesGlob(path, pattern)),
  );
  assert.deepEqual(lost, []);
});

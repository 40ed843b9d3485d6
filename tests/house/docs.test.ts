import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { filesBelow, ROOT } from './files.ts';

const PAGES = ['SECURITY.md', 'docs/asvs.md', 'docs/operations.md'];
/** Folders of the tree; other words in backticks are settings, addresses and names. */
const PATH = /^(src|web|tests|tools|bench|data|docs)\/[\w./@-]+$/;

const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** Every `path` a page cites, with the “words” that follow it on the same line until the next path. */
function citationsOf(page: string): { path: string; words: string[] }[] {
  return textOf(page)
    .split('\n')
    .flatMap((line) => {
      const cited: { path: string; words: string[] }[] = [];
      for (const [, path, words] of line.matchAll(/`([^`]+)`|“([^”]+)”/g)) {
        if (path !== undefined && PATH.test(path)) cited.push({ path, words: [] });
        else if (words !== undefined) cited.at(-1)?.words.push(words);
      }
      return cited;
    });
}

for (const page of PAGES)
  test(`every file and test that ${page} names is there`, () => {
    const cited = citationsOf(page);
    assert.ok(cited.length > 3, 'a page without any proves nothing');
    const gone = cited.flatMap(({ path, words }) => {
      if (!existsSync(join(ROOT, path))) return [`no ${path}`];
      if (!/\.tsx?$/.test(path)) return [];
      const text = textOf(path);
      return words.filter((it) => !text.includes(it)).map((it) => `${path} has no “${it}”`);
    });
    assert.deepEqual(gone, []);
  });

test('every item of ASVS 5.0 levels 1 and 2 has one line, one verdict, and its reason', () => {
  const rows = [...textOf('docs/asvs.md').matchAll(/^\| (V[\d.]+) \| ([12]) \|(.*)\|$/gm)].map(
    ([, id = '', level = '', rest = '']) => ({ id, level, cells: rest.split(' | ') }),
  );
  assert.equal(new Set(rows.map((it) => it.id)).size, rows.length, 'no item twice');
  const count = (level: string) => rows.filter((it) => it.level === level).length;
  assert.deepEqual([count('1'), count('2')], [70, 183], 'as the standard counts them');
  for (const { id, cells } of rows) {
    const [, verdict = '', by = ''] = cells.map((it) => it.trim());
    assert.match(verdict, /^(met|gap|n\/a)$/, `${id}: ${verdict}`);
    assert.ok(by.length > 3, `${id} says why`);
    if (verdict === 'met') assert.match(by, /`/, `${id} names what meets it`);
  }
  const tallied = (level: string) =>
    ['met', 'gap', 'n/a'].map(
      (it) => rows.filter((row) => row.level === level && row.cells[1]?.trim() === it).length,
    );
  for (const level of ['1', '2'])
    assert.ok(
      textOf('docs/asvs.md').includes(`| level ${level} | ${tallied(level).join(' | ')} | `),
      `the sums of level ${level} are ${tallied(level).join(', ')}`,
    );
});

/** What processes of the house tell each other, and what only tests and developers set. */
const INNER = ['FENGHUO_INNER_PORT', 'FENGHUO_SHARED_DATA', 'FENGHUO_DEBUG', 'PATH'];

test('every variable the house reads from its environment stands in docs/settings.md', () => {
  const page = textOf('docs/settings.md');
  const read = filesBelow('src')
    .filter((path) => path.endsWith('.ts') && !path.includes('.test.'))
    .flatMap((path) => [...textOf(path).matchAll(/\benv(?:\.|, ')([A-Z][A-Z_]{3,})\b/g)])
    .map(([, name = '']) => name);
  const names = [...new Set(read)].filter((name) => !INNER.includes(name));
  assert.ok(names.length > 15, 'the settings are found');
  assert.deepEqual(
    names.filter((name) => !page.includes(`\`${name}\``)),
    [],
  );
});

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const ROOT = join(import.meta.dirname, '..', '..');

type Chunk = {
  type: 'chunk';
  fileName: string;
  name: string;
  isEntry: boolean;
  code: string;
  imports: string[];
  dynamicImports: string[];
  viteMetadata?: { importedCss: Set<string> };
};
type Asset = { type: 'asset'; fileName: string; source: string | Uint8Array };
type Out = Chunk | Asset;

let bundle: Map<string, Out>;
const outDir = mkdtempSync(join(tmpdir(), 'fenghuo-faces-'));
after(() => rmSync(outDir, { recursive: true, force: true }));

before(async () => {
  const config = join(ROOT, 'web', 'vite.config.ts');
  const built = await build({ configFile: config, logLevel: 'error', build: { outDir } });
  const outputs = Array.isArray(built) ? built : [built];
  const files = outputs.flatMap((one) => ('output' in one ? one.output : [])) as unknown as Out[];
  bundle = new Map(files.map((file) => [file.fileName, file]));
});

const bytesOf = (file: Out): number =>
  gzipSync(file.type === 'chunk' ? file.code : file.source, { level: 9 }).length;

/** Gzipped bytes of everything an entry loads; lazy parts with it when asked. */
function weigh(entry: string, withLazy: boolean): number {
  const first = [...bundle.values()].find(
    (file): file is Chunk => file.type === 'chunk' && file.isEntry && file.name === entry,
  );
  assert.ok(first, `no entry ${entry}`);
  const seen = new Set<string>();
  const walk = (name: string): void => {
    const file = bundle.get(name);
    if (!file || seen.has(name)) return;
    seen.add(name);
    if (file.type !== 'chunk') return;
    for (const css of file.viteMetadata?.importedCss ?? []) walk(css);
    for (const next of [...file.imports, ...(withLazy ? file.dynamicImports : [])]) walk(next);
  };
  walk(first.fileName);
  return [...seen].reduce((sum, name) => {
    const file = bundle.get(name);
    return sum + (file ? bytesOf(file) : 0);
  }, 0);
}

const BUDGETS = [
  { entry: 'field', kilobytes: 110, withLazy: true },
  { entry: 'desk', kilobytes: 330, withLazy: true },
  { entry: 'command', kilobytes: 800, withLazy: true },
] as const;

for (const { entry, kilobytes, withLazy } of BUDGETS) {
  test(`the ${entry} face weighs at most ${kilobytes} KB gzipped`, () => {
    const weight = weigh(entry, withLazy) / 1024;
    assert.ok(weight <= kilobytes, `${entry} weighs ${weight.toFixed(1)} KB`);
  });
}

test('every text file is there compressed as well, so that the server only sends bytes', () => {
  const texts = [...bundle.keys()].filter((name) => /\.(js|css|html)$/.test(name));
  assert.ok(texts.length > 8);
  for (const name of texts) {
    for (const ending of ['br', 'gz'])
      assert.ok(existsSync(join(outDir, `${name}.${ending}`)), name);
  }
});

test('the service worker knows every file the field page is made of', () => {
  const worker = bundle.get('field/sw.js');
  assert.equal(worker?.type, 'chunk');
  assert.ok(!worker.code.includes('__SHELL__'));
  assert.match(worker.code, /\/assets\/field-[\w-]+\.js/);
});

test('no page carries a script of its own, so that the strict policy lets it run', () => {
  for (const name of ['index.html', 'command/index.html', 'desk/index.html', 'field/index.html']) {
    const page = bundle.get(name);
    const text = page?.type === 'asset' ? String(page.source) : '';
    assert.match(text, /<script type="module"[^>]* src="/, name);
    assert.doesNotMatch(text, /<script(?![^>]* src=)|<style| style="| on\w+="/, name);
  }
});

test('both languages of every face say the same things', () => {
  for (const face of ['kit', 'door', 'command', 'desk', 'field']) {
    const keys = (lang: string): string[] => {
      const text = readFileSync(join(ROOT, 'web', face, `strings.${lang}.ts`), 'utf8');
      return [...text.matchAll(/^ {2}'?([\w.-]+)'?:/gm)].map((found) => found[1] ?? '').toSorted();
    };
    assert.deepEqual(keys('en'), keys('zh'), face);
  }
});

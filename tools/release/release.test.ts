import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allowedScripts, type Locked, readLock, whereIs } from './lock.ts';
import { sbomOf } from './sbom.ts';
import { isLicenceAllowed, supplyFaults } from './supply.ts';

const sound: Locked = { version: '1.0.0', integrity: 'sha512-AAAA', license: 'MIT' };
const faults = (it: Locked) => supplyFaults({ packages: { 'node_modules/a': it } }, ['b']);

test('every package of the lock file has its hash, comes from the registry and has a known licence', () => {
  assert.deepEqual(supplyFaults(readLock(), allowedScripts()), []);
});

test('a package from elsewhere, without a hash, with a script or a strange licence is named', () => {
  assert.deepEqual(faults(sound), []);
  for (const [spoiled, words] of [
    [{ resolved: 'git+ssh://git@github.com/a/a.git' }, /comes from git/],
    [{ integrity: 'sha1-AAAA' }, /no SHA-512/],
    [{ hasInstallScript: true }, /runs a script/],
    [{ license: 'SSPL-1.0' }, /licence SSPL/],
    [{ link: true }, /is a link/],
  ] as const)
    assert.match(faults({ ...sound, ...spoiled }).join(), words);
});

test('of licences joined by OR one must do, of those joined by AND all', () => {
  assert.ok(isLicenceAllowed('(MIT OR GPL-3.0)'));
  assert.ok(!isLicenceAllowed('MIT AND GPL-3.0'));
  assert.ok(!isLicenceAllowed(undefined));
});

test('a package is found where Node would find it: nearest first', () => {
  const packages = {
    '': {},
    'node_modules/a': {},
    'node_modules/b': {},
    'node_modules/a/node_modules/b': {},
  };
  assert.equal(whereIs({ packages }, 'node_modules/a', 'b'), 'node_modules/a/node_modules/b');
  assert.equal(whereIs({ packages }, 'node_modules/a/node_modules/b', 'a'), 'node_modules/a');
  assert.equal(whereIs({ packages }, '', 'b'), 'node_modules/b');
  assert.equal(whereIs({ packages }, 'node_modules/a', 'none'), undefined);
});

test('the bill of materials names what the product runs with, each with hash and needs', () => {
  const bom = sbomOf(readLock()) as {
    specVersion: string;
    components: { name: string; 'bom-ref': string; hashes: { content: string }[] }[];
    dependencies: { ref: string; dependsOn: string[] }[];
  };
  const names = bom.components.map((it) => it.name);
  assert.ok(names.includes('fastify') && names.includes('pg'));
  assert.ok(!names.includes('oxlint'), 'tools of development are no part of it');
  assert.ok(bom.components.every((it) => it.hashes[0]?.content.length === 128));
  const refs = new Set(['fenghuo', ...bom.components.map((it) => it['bom-ref'])]);
  for (const { ref, dependsOn } of bom.dependencies)
    for (const it of [ref, ...dependsOn]) assert.ok(refs.has(it), it);
  assert.deepEqual(sbomOf(readLock()), bom, 'the same lock, the same document');
});

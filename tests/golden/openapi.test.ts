import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Endpoint } from '#base/contract.ts';
import { CONTRACTS } from '../../src/entry/commands/contracts.ts';
import { filesBelow, ROOT } from '../house/files.ts';

const isEndpoint = (it: unknown): it is Endpoint =>
  typeof it === 'object' && it !== null && 'permit' in it && 'path' in it && 'answer' in it;
const namesOf = (contracts: readonly Record<string, unknown>[]): Set<string> =>
  new Set(
    contracts
      .flatMap((it) => Object.values(it))
      .filter(isEndpoint)
      .map((it) => `${it.method} ${it.path}`),
  );

test('the printed OpenAPI document names every request of every contract', async () => {
  const files = filesBelow('src').filter((path) => path.endsWith('/contract.ts'));
  const all: Record<string, unknown>[] = [];
  for (const path of files) all.push((await import(join(ROOT, path))) as Record<string, unknown>);
  const printed = namesOf(CONTRACTS);
  assert.deepEqual(
    [...namesOf(all)].filter((name) => !printed.has(name)),
    [],
  );
  assert.ok(printed.size > 150);
});

test('no two requests share method and path', async () => {
  const endpoints = [...new Set(CONTRACTS.flatMap((it) => Object.values(it)).filter(isEndpoint))];
  const names = endpoints.map((it) => `${it.method} ${it.path}`);
  assert.deepEqual(
    names.filter((name, i) => names.indexOf(name) !== i),
    [],
  );
});

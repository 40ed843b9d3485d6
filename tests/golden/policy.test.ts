import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { globSync } from 'node:fs';
import { ACTIONS, printPolicy } from '#registers/access/index.ts';

const FILE = join(import.meta.dirname, 'policy.txt');
const SRC = join(import.meta.dirname, '../../src');

test('the policy is what was reviewed', () => {
  if (process.env.UPDATE_GOLDEN) writeFileSync(FILE, printPolicy());
  assert.equal(
    printPolicy(),
    readFileSync(FILE, 'utf8'),
    'the policy changed: review it like law, then run with UPDATE_GOLDEN=1',
  );
});

test('every action a room protects stands in the policy', async () => {
  const files = globSync('*/*/access.ts', { cwd: SRC });
  const known = new Set<string>(ACTIONS);
  const unknown: string[] = [];
  for (const file of files) {
    const { actions } = (await import(join(SRC, file))) as { actions: readonly string[] };
    unknown.push(...actions.filter((a) => !known.has(a)).map((a) => `${file}: ${a}`));
  }
  assert.deepEqual(unknown, []);
});

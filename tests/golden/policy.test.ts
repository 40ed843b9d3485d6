import assert from 'node:assert/strict';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
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

test('rooms and policy name the same actions', async () => {
  const named = new Set<string>();
  for (const file of globSync('*/*/access.ts', { cwd: SRC })) {
    const room = (await import(join(SRC, file))) as Record<string, unknown>;
    for (const list of Object.values(room)) if (Array.isArray(list)) list.map((a) => named.add(a));
  }
  assert.deepEqual([...named].sort(), [...ACTIONS].sort());
});

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openLake } from './index.ts';

const isAlive = (pid: number): boolean => {
  try {
    // Ended but not collected, as in a container, counts as ended.
    return process.kill(pid, 0) && !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
};

/** It lets the folder go a moment before it is gone itself; the test's own timeout is the limit. */
async function ended(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
}

const skip = process.platform === 'linux' ? false : 'looks into /proc';

test('the child leaves Ctrl-C to its parent and does not outlive it', {
  skip,
  timeout: 60_000,
}, async () => {
  const home = await mkdtemp(join(tmpdir(), 'fenghuo-lake-'));
  const parent = spawn(process.execPath, [`${import.meta.dirname}/orphan.child.ts`, home], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = await once(parent.stdout, 'data');
  const pid = Number(said);
  process.kill(pid, 'SIGINT');
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.equal(isAlive(pid), true, 'Ctrl-C is for the parent to act on');
  parent.kill('SIGKILL');
  const lake = await openLake({ home }); // waits for the orphan to let go
  try {
    await ended(pid);
    assert.deepEqual(await lake.query('(SELECT 1 AS a);'), [{ a: 1 }]);
  } finally {
    await lake.stop();
  }
  await rm(home, { recursive: true });
});

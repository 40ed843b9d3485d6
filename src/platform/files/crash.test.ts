import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import { openLog } from './index.ts';

/** Lines of answers a writer printed before it was killed after `lifeMs`. */
async function answersOf(dir: string, lifeMs: number): Promise<string[]> {
  const child = spawn(process.execPath, [`${import.meta.dirname}/crash.child.ts`, dir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  let timer: NodeJS.Timeout | undefined;
  for await (const chunk of child.stdout) {
    timer ??= setTimeout(() => child.kill('SIGKILL'), lifeMs);
    out += chunk;
  }
  return out.split('\n').slice(0, -1);
}

test('ten writers killed at random moments: every acknowledged block is there and intact', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'fenghuo-crash-'));
  const acknowledged = new Map<number, number>();
  for (let round = 0; round < 10; round++) {
    for (const line of await answersOf(dir, 20 + Math.random() * 150)) {
      const [, offset, sum] = line.split(' ');
      assert.ok(!acknowledged.has(Number(offset)), 'an offset is given once');
      acknowledged.set(Number(offset), Number(sum));
    }
  }
  const log = await openLog(dir);
  let found = 0;
  for await (const block of log.readFrom(0)) {
    const sum = acknowledged.get(block.offset);
    if (sum === undefined) continue;
    assert.equal(crc32(block.bytes), sum);
    found++;
  }
  await log.close();
  assert.equal(found, acknowledged.size);
  assert.ok(found > 100, `${found} blocks`);
  await rm(dir, { recursive: true });
});

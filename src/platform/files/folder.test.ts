import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { FolderHeld, holdFolder, readAll, writeDurable } from './index.ts';

test('a hold is taken over from the dead, from the uncollected and from a reused pid', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'fenghuo-hold-'));
  // A shell that does not wait for its child: the child ends and stays in the table as a zombie.
  const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 30'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [zombie] = await once(parent.stdout, 'data');
  await new Promise((resolve) => setTimeout(resolve, 100));
  const dead = [`${String(zombie).trim()} \n`, '999999999 1\n', 'nonsense'];
  if (process.platform === 'linux') dead.push(`${process.pid} 1\n`);
  for (const holder of dead) {
    await writeFile(join(dir, 'writer.lock'), holder);
    const hold = await holdFolder(dir, 'writer');
    await assert.rejects(holdFolder(dir, 'writer'), FolderHeld);
    await hold.release();
  }
  assert.deepEqual(await readdir(dir), []);
  parent.kill();
  await rm(dir, { recursive: true });
});

test('of many that find a dead holder at once, one gets the folder', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'fenghuo-hold-'));
  for (let round = 0; round < 20; round++) {
    await writeFile(join(dir, 'writer.lock'), '999999999 1\n');
    const holds = await Promise.allSettled(
      Array.from({ length: 8 }, () => holdFolder(dir, 'writer')),
    );
    const won = holds.filter((hold) => hold.status === 'fulfilled');
    assert.equal(won.length, 1, holds.map((h) => (h.status === 'rejected' ? h.reason : '')).join());
    await won[0]?.value.release();
  }
  await rm(dir, { recursive: true });
});

test('a durable file is written whole or stays as it was, and leaves nothing beside it', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'fenghuo-durable-'));
  const path = join(dir, 'deep', 'segment.native');
  assert.equal(await readAll(path), undefined);
  await writeDurable(path, Buffer.from('old'));
  await writeDurable(path, [Buffer.from('new '), Buffer.from('parts')]);
  assert.equal(String(await readAll(path)), 'new parts');
  await assert.rejects(writeDurable(join(path, 'below-a-file'), Buffer.from('x')));
  assert.equal(String(await readAll(path)), 'new parts');
  assert.deepEqual(await readdir(join(dir, 'deep')), ['segment.native']);
  await rm(dir, { recursive: true });
});

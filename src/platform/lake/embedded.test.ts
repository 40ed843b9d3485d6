import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { LakeFault, openLake } from './index.ts';
import type { Lake } from './index.ts';
import { aSegment, countsOf, lakeSuite, twoOrders } from './lake.suite.ts';

async function withLake(work: (lake: Lake, home: string) => Promise<void>): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'fenghuo-lake-'));
  const lake = await openLake({ home });
  try {
    await work(lake, home);
  } finally {
    await lake.stop();
    await rm(home, { recursive: true, force: true });
  }
}

const pidOf = (lake: Lake): number => {
  const { pid } = lake as Lake & { pid?: number };
  assert.ok(pid);
  return pid;
};

test('the embedded lake does what every lake does', async (t) => {
  await withLake(async (lake, home) => {
    await lakeSuite(t, lake, home);
  });
});

test('a second process on the same folder is refused; one that joins by address is served', async () => {
  await withLake(async (lake, home) => {
    await assert.rejects(
      openLake({ home }),
      (c) => c instanceof LakeFault && /in use by/.test(c.message),
    );
    const guest = await openLake({ url: lake.url });
    assert.deepEqual(await guest.query('SELECT 1 AS a'), [{ a: 1 }]);
    await guest.stop();
    await lake.stop();
    await assert.rejects(lake.query('SELECT 1'), LakeFault);
    const again = await openLake({ home });
    await again.stop();
  });
});

test('a child that is killed comes back, and questions asked meanwhile are answered', async () => {
  await withLake(async (lake) => {
    await lake.run('CREATE TABLE t (a UInt8) ENGINE = MergeTree ORDER BY a');
    await lake.run('INSERT INTO t SELECT number FROM numbers(100)');
    for (let round = 0; round < 3; round++) {
      const dead = pidOf(lake);
      const running = lake.query('SELECT count() AS n, sleep(0.2) AS s FROM t');
      await new Promise((resolve) => setTimeout(resolve, 50));
      process.kill(dead, 'SIGKILL');
      assert.equal((await running)[0] !== undefined, true);
      assert.deepEqual(await lake.query('SELECT count() AS n FROM t'), [{ n: 100 }]);
      assert.notEqual(pidOf(lake), dead);
    }
    const guest = await openLake({ url: lake.url });
    process.kill(pidOf(lake), 'SIGKILL');
    assert.deepEqual(await guest.query('SELECT count() AS n FROM t'), [{ n: 100 }]);
    await guest.stop();
  });
});

test('killed in the middle of inserts, the repeated token makes both orders agree', async () => {
  await withLake(async (lake, home) => {
    await lake.migrate(twoOrders('visits'));
    const rows = 300_000;
    for (let segment = 0; segment < 4; segment++) {
      const path = join(home, `${segment}.native`);
      await writeFile(path, aSegment(rows, segment * rows));
      const loading = lake.insertFile('visits', path, `segment-${segment}`);
      await new Promise((resolve) => setTimeout(resolve, 20 + segment * 60));
      process.kill(pidOf(lake), 'SIGKILL');
      const during = countsOf(lake, 'visits'); // waits for the healing
      await loading;
      const expected = Array(4).fill((segment + 1) * rows);
      // Asked before the insert began, the answer is as before it; never anything between.
      const seen = await during;
      assert.ok(seen.every((n) => n === seen[0]));
      assert.ok(seen[0] === segment * rows || seen[0] === (segment + 1) * rows);
      assert.deepEqual(await countsOf(lake, 'visits'), expected);
      await lake.insertFile('visits', path, `segment-${segment}`);
      assert.deepEqual(await countsOf(lake, 'visits'), expected);
    }
  });
});

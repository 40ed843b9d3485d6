import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type Block, dropOutlived, isBusy, logAges, openLog, readLog } from './index.ts';

const DAY = 86_400_000;
const homes: string[] = [];
const newDir = async (): Promise<string> => {
  const dir = await mkdtemp(join(tmpdir(), 'fenghuo-ages-'));
  homes.push(dir);
  return dir;
};
after(() => Promise.all(homes.map((dir) => rm(dir, { recursive: true }))));

const arrived = (day: number): Block => ({
  batch: `b${day}`,
  source: 1,
  format: 'ndjson',
  rows: 10,
  flags: 0,
  receivedAt: 1_700_000_000_000 + day * DAY,
  firstRow: 0,
  bytes: Buffer.from(`day ${day}`),
});
const at = (day: number): number => arrived(day).receivedAt;

test('a new file begins each day, also after a restart', async () => {
  const dir = await newDir();
  for (const day of [0, 0.5, 1.2, 2.5]) {
    const log = await openLog(dir);
    assert.ok(!isBusy(await log.append(arrived(day))));
    await log.close();
  }
  const ages = await logAges(dir);
  assert.deepEqual(
    ages.map((it) => [it.fileNo, it.rows, it.firstAt, it.lastAt, it.isLast]),
    [
      [1, 20, at(0), at(0.5), false],
      [2, 10, at(1.2), at(1.2), false],
      [3, 10, at(2.5), at(2.5), true],
    ],
  );
});

test('files go whole, oldest first, never past the consumer or under the writer', async () => {
  const dir = await newDir();
  const vault = {
    sealBytes: (plain: Buffer) => Buffer.concat([Buffer.from('01aabbccdd', 'hex'), plain]),
    openBytes: (sealed: Buffer) => sealed.subarray(5),
  };
  const log = await openLog(dir, { vault });
  for (const day of [0, 2, 4, 6]) await log.append(arrived(day));
  const [first, second] = await logAges(dir);
  assert.deepEqual(first?.headers, ['01aabbccdd']);
  assert.deepEqual(await dropOutlived(dir, at(5), 0), []);
  const reader = readLog(dir, { vault });
  assert.equal((await dropOutlived(dir, at(5), first?.next ?? 0)).length, 1);
  assert.equal((await dropOutlived(dir, at(9), await log.end())).length, 2);
  assert.deepEqual(
    (await logAges(dir)).map((it) => it.fileNo),
    [4],
  );
  const left: string[] = [];
  for await (const block of reader.readFrom(0)) left.push(block.batch);
  assert.deepEqual(left, ['b6']);
  assert.ok(!isBusy(await log.append(arrived(6.1))));
  assert.equal(await reader.readAt(second?.next ?? 0), undefined);
  await log.close();
  assert.ok((await readFile(join(dir, '00000004.log'))).length > 0);
});

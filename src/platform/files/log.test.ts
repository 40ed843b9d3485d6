import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { appendFile, mkdtemp, open, readdir, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import * as fc from 'fast-check';
import { byteOf, fileNoOf, pathOf } from './folder.ts';
import { BLOCK_FLAGS, FolderHeld, LogFault, isBusy, openLog, readLog } from './index.ts';
import type { Appended, Block, Busy, Log, Sealer, StoredBlock } from './index.ts';

const home = await mkdtemp(join(tmpdir(), 'fenghuo-log-'));
after(() => rm(home, { recursive: true, force: true }));
let dirs = 0;
const newDir = (): string => join(home, String(dirs++));

const aBlock = (over: Partial<Block> = {}): Block => ({
  batch: '01JD0000000000000000AB',
  source: 7,
  format: 'ndjson',
  rows: 2,
  flags: BLOCK_FLAGS.lastOfBatch,
  receivedAt: 1_763_000_000_123,
  firstRow: 0,
  bytes: Buffer.from('{"体温":38.5}\n{"体温":36.6}\n'),
  ...over,
});

const kept = (answer: Appended | Busy): Appended => {
  assert.ok(!isBusy(answer));
  return answer;
};

async function all(log: Pick<Log, 'readFrom'>, from = 0): Promise<StoredBlock[]> {
  const blocks: StoredBlock[] = [];
  for await (const block of log.readFrom(from)) blocks.push(block);
  return blocks;
}

const aVault = (key = randomBytes(32)): Sealer => ({
  sealBytes(plain) {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, iv);
    return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  },
  openBytes(sealed) {
    const cipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12));
    cipher.setAuthTag(sealed.subarray(-16));
    return Buffer.concat([cipher.update(sealed.subarray(12, -16)), cipher.final()]);
  },
});

test('any block comes back as it was appended, sealed or not, across files and reopening', async () => {
  const text = fc.string({ minLength: 1, maxLength: 16, unit: 'grapheme-ascii' });
  const blocks = fc.record({
    batch: text,
    format: text,
    source: fc.nat(0xffffffff),
    rows: fc.nat(0xffffffff),
    flags: fc.nat(0xffff),
    receivedAt: fc.maxSafeNat(),
    firstRow: fc.maxSafeNat(),
    bytes: fc.uint8Array({ maxLength: 3000 }).map((b) => Buffer.from(b)),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(blocks, { maxLength: 20 }), fc.boolean(), async (given, sealed) => {
      const dir = newDir();
      const options = { fileBytesMax: 4000, ...(sealed ? { vault: aVault() } : {}) };
      const log = await openLog(dir, options);
      const places = (await Promise.all(given.map((b) => log.append(b)))).map(kept);
      assert.equal(await log.end(), places.at(-1)?.next ?? (await log.start()));
      await log.close();
      const read = await all(readLog(dir, options));
      assert.deepEqual(
        read,
        given.map((b, i) => ({ ...b, ...places[i] })),
      );
    }),
    { numRuns: 40 },
  );
});

test('appends that come together share a commit and keep their order', async () => {
  const log = await openLog(newDir());
  let commits = 0;
  log.onCommit(() => commits++);
  const answers = await Promise.all(
    Array.from({ length: 500 }, (_, i) => log.append(aBlock({ firstRow: i }))),
  );
  assert.ok(commits < 20, `${commits} commits`);
  const read = await all(log);
  assert.deepEqual(
    read.map((b) => b.firstRow),
    Array.from({ length: 500 }, (_, i) => i),
  );
  assert.equal(kept(answers[499] ?? { busy: true, why: 'closed' }).offset, read[499]?.offset);
  assert.equal((await log.readAt(read[250]?.offset ?? 0))?.firstRow, 250);
  assert.equal(await log.readAt(await log.end()), undefined);
  await log.close();
  assert.deepEqual(await log.append(aBlock()), { busy: true, why: 'closed' });
});

test('a reader in another handle waits at the end and hears what comes', async () => {
  const dir = newDir();
  const log = await openLog(dir, { fileBytesMax: 600 });
  const stop = new AbortController();
  const seen: number[] = [];
  const reader = readLog(dir);
  const done = (async () => {
    for await (const block of reader.readFrom(0, { waitForMore: true, signal: stop.signal })) {
      seen.push(block.firstRow);
      if (seen.length === 30) stop.abort();
    }
  })();
  for (let i = 0; i < 30; i++) {
    kept(await log.append(aBlock({ firstRow: i })));
    if (i % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 70));
  }
  await done;
  assert.deepEqual(
    seen,
    Array.from({ length: 30 }, (_, i) => i),
  );
  await log.close();
});

test('an unfinished write at the tail is cut at open and the log goes on', async () => {
  const dir = newDir();
  const log = await openLog(dir);
  const place = kept(await log.append(aBlock()));
  await log.close();
  const file = await open(pathOf(dir, 1), 'r');
  const whole = (await file.readFile()).subarray(0, 70);
  await file.close();
  await appendFile(pathOf(dir, 1), whole);
  assert.equal((await all(readLog(dir))).length, 1);
  const again = await openLog(dir);
  assert.equal(again.cutBytes, 70);
  assert.equal(kept(await again.append(aBlock({ firstRow: 1 }))).offset, place.next);
  assert.deepEqual(
    (await all(again)).map((b) => b.firstRow),
    [0, 1],
  );
  await again.close();
});

test('damage to an acknowledged block is a fault with its place, never a silent cut', async () => {
  const dir = newDir();
  const log = await openLog(dir);
  const places: Appended[] = [];
  for (let i = 0; i < 3; i++) places.push(kept(await log.append(aBlock({ firstRow: i }))));
  await log.close();
  const file = await open(pathOf(dir, 1), 'r+');
  await file.write(Buffer.from([0xff]), 0, 1, byteOf(places[1]?.offset ?? 0) + 80);
  await file.close();
  await assert.rejects(
    all(readLog(dir)),
    (e) => e instanceof LogFault && /at byte/.test(e.message),
  );
  await rm(join(dir, 'end'));
  await assert.rejects(openLog(dir), LogFault);
  const cut = newDir();
  const short = await openLog(cut);
  kept(await short.append(aBlock()));
  await short.close();
  await truncate(pathOf(cut, 1), 40);
  await assert.rejects(openLog(cut), LogFault);
});

test('a sealed log shows no plain text and does not open with another key', async () => {
  const dir = newDir();
  const log = await openLog(dir, { vault: aVault(), compress: false });
  kept(await log.append(aBlock({ bytes: Buffer.from('张三 320102199001011234') })));
  await log.close();
  const file = await open(pathOf(dir, 1), 'r');
  assert.equal((await file.readFile()).indexOf('320102'), -1);
  await file.close();
  await assert.rejects(all(readLog(dir, { vault: aVault() })), LogFault);
  await assert.rejects(all(readLog(dir)), LogFault);
});

test('a second writer is refused by name of the first; after close it may', async () => {
  const dir = newDir();
  const log = await openLog(dir);
  await assert.rejects(
    openLog(dir),
    (e) => e instanceof FolderHeld && e.message.includes(`${process.pid}`),
  );
  await log.close();
  await (await openLog(dir)).close();
});

test('a full queue answers busy and takes blocks again when it has drained', async () => {
  const log = await openLog(newDir(), { queueBytesMax: 100_000, compress: false });
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => log.append(aBlock({ bytes: randomBytes(20_000) }))),
  );
  const refused = answers.filter(isBusy);
  assert.ok(refused.length > 0 && refused.every((r) => r.why === 'queue-full'));
  kept(await log.append(aBlock()));
  assert.equal((await all(log)).length, 20 - refused.length + 1);
  await log.close();
});

test('old files are dropped whole, and reading begins at the oldest kept', async () => {
  const dir = newDir();
  const log = await openLog(dir, { fileBytesMax: 500 });
  const places: Appended[] = [];
  for (let i = 0; i < 20; i++) places.push(kept(await log.append(aBlock({ firstRow: i }))));
  const cursor = places[10]?.offset ?? 0;
  assert.equal(await log.dropBefore(cursor), fileNoOf(cursor) - 1);
  assert.equal((await all(log)).at(-1)?.firstRow, 19);
  assert.equal((await all(log, cursor))[0]?.firstRow, 10);
  assert.equal(await log.readAt(places[0]?.offset ?? 0), undefined);
  assert.ok((await log.start()) <= cursor);
  await log.close();
});

test('a write the system refuses is answered busy, cut back, and harms nothing before it', async () => {
  const dir = newDir();
  const child = spawn(
    'sh',
    [
      '-c',
      'ulimit -f 256; exec "$0" "$@"',
      process.execPath,
      `${import.meta.dirname}/crash.child.ts`,
      dir,
      '30000',
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let out = '';
  for await (const chunk of child.stdout) {
    out += chunk;
    if (out.split('\n').length > 40) child.kill('SIGKILL');
  }
  const lines = out.split('\n').slice(0, -1);
  assert.ok(lines.some((line) => line.startsWith('busy write-failed')));
  const taken = lines.filter((line) => line.startsWith('kept')).map((l) => Number(l.split(' ')[1]));
  const log = await openLog(dir);
  const read = new Set((await all(log)).map((b) => b.offset));
  assert.ok(taken.length > 4 && taken.every((offset) => read.has(offset)));
  await log.close();
  assert.ok((await readdir(dir)).length > 2);
});

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { embeddedFolder, mendLinks } from './binaries.ts';
import { openDb, type Postgres, startPostgres } from './index.ts';
import { takeLock } from './lock.ts';

const home = mkdtempSync(join(tmpdir(), 'fenghuo-pg-'));
after(() => rmSync(home, { recursive: true, force: true }));
const data = join(home, 'postgres', 'data');

async function ask<T>(url: string, sql: string): Promise<T[]> {
  const db = openDb(url, { max: 1 });
  try {
    return await db.tx((tx) => tx.rows<T>(sql));
  } finally {
    await db.close();
  }
}
const pidOf = (): number =>
  Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);

test('a home is made at the first start, durable, and a second process is refused', async () => {
  const server = await startPostgres({ home });
  const [row] = await ask<Record<string, string>>(
    server.url,
    `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as sync,
       current_setting('server_encoding') as encoding, upper('é') as upper, to_char(now(), 'TZ') as zone`,
  );
  assert.deepEqual(row, { fsync: 'on', sync: 'on', encoding: 'UTF8', upper: 'É', zone: 'UTC' });
  await ask(server.url, 'create table kept (n int); insert into kept values (1)');
  await assert.rejects(startPostgres({ home }), /in use by process/);
  await server.stop();
  assert.ok(!existsSync(join(data, 'postmaster.pid')));
});

test('a password stands between the port and everybody else', async () => {
  const server = await startPostgres({ home });
  const wrong = new URL(server.url);
  wrong.password = 'guessed';
  await assert.rejects(ask(wrong.href, 'select 1'), /28P01/);
  await server.stop();
});

test('after kill -9 of our process the surviving server is ended and nothing is lost', async () => {
  const program = `
    const { startPostgres, openDb } = await import(${JSON.stringify(join(import.meta.dirname, 'index.ts'))});
    const server = await startPostgres({ home: ${JSON.stringify(home)} });
    const db = openDb(server.url, { max: 1 });
    await db.tx((tx) => tx.run('insert into kept values (2)'));
    console.log('written');
    setInterval(() => 0, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program]);
  await new Promise<void>((done, fail) => {
    child.stdout.once('data', () => done());
    child.once('exit', () => fail(new Error('the child ended early')));
  });
  const orphan = pidOf();
  child.kill('SIGKILL');
  await new Promise((done) => child.once('close', done));
  const server = await startPostgres({ home });
  assert.notEqual(pidOf(), orphan);
  assert.deepEqual(await ask(server.url, 'select n from kept order by n'), [{ n: 1 }, { n: 2 }]);
  await server.stop();
});

test('a server that falls comes back on the same address', async () => {
  const falls: string[] = [];
  const server = await startPostgres({ home, onCrash: (why) => falls.push(why) });
  process.kill(pidOf(), 'SIGKILL');
  await untilAnswers(server);
  assert.equal(falls.length, 1);
  await server.stop();
});

test('a stale postmaster.pid that names a living stranger is healed', async () => {
  writeFileSync(join(data, 'postmaster.pid'), `${process.pid}\n${data}\n`);
  const server = await startPostgres({ home });
  assert.deepEqual(await ask(server.url, 'select 1 as one'), [{ one: 1 }]);
  await server.stop();
});

test('a lock of a dead process is taken over, that of a living one is not', () => {
  const path = join(home, 'some.lock');
  writeFileSync(path, JSON.stringify({ pid: process.pid, born: 'another life' }));
  const release = takeLock(path, 'the thing');
  assert.throws(() => takeLock(path, 'the thing'), /the thing is in use by process/);
  release();
  takeLock(path, 'the thing')();
});

test('the embedded server of npm runs the same way, and its data stays with its version', async (t) => {
  if (!embeddedFolder()) return t.skip('not installed on this platform');
  const own = join(home, 'embedded');
  const first = await startPostgres({ home: own, embedded: true });
  await ask(first.url, 'create table kept as select 1 as n');
  await first.stop();
  const again = await startPostgres({ home: own });
  const [row] = await ask<{ n: number; version: string }>(
    again.url,
    `select n, current_setting('server_version') as version from kept`,
  );
  await again.stop();
  assert.equal(row?.n, 1);
  assert.match(row?.version ?? '', /^18/);
});

test('links that a blocked install script did not make are made', {
  skip: !embeddedFolder(),
}, () => {
  const root = join(home, 'package');
  mkdirSync(join(root, 'native', 'lib'), { recursive: true });
  writeFileSync(join(root, 'native', 'lib', 'libx.so.1.2'), 'x');
  const links = [{ source: 'native/lib/libx.so.1.2', target: 'native/lib/libx.so.1' }];
  writeFileSync(join(root, 'native', 'pg-symlinks.json'), JSON.stringify(links));
  mendLinks(root);
  mendLinks(root);
  assert.equal(readFileSync(join(root, 'native', 'lib', 'libx.so.1'), 'utf8'), 'x');
});

const asRoot = { skip: process.getuid?.() !== 0 && 'only root has to give way' };
test('a home that nobody can reach keeps its data elsewhere and says where', asRoot, async () => {
  const closed = mkdtempSync(join(tmpdir(), 'fenghuo-closed-'));
  const inside = join(closed, 'home');
  const server = await startPostgres({ home: inside });
  assert.deepEqual(await ask(server.url, 'select 1 as one'), [{ one: 1 }]);
  await server.stop();
  const place = readFileSync(join(inside, 'postgres.place'), 'utf8').split('\n')[0] ?? '';
  assert.ok(existsSync(join(place, 'data', 'PG_VERSION')));
  rmSync(closed, { recursive: true });
  rmSync(dirname(place), { recursive: true });
});

async function untilAnswers(server: Postgres): Promise<void> {
  const end = Date.now() + 20_000;
  for (;;) {
    const up = await ask(server.url, 'select 1').then(
      () => true,
      () => false,
    );
    if (up) return;
    if (Date.now() > end) throw new Error('it did not come back');
    await new Promise((done) => setTimeout(done, 50));
  }
}

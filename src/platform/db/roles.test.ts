import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { freshDatabase, type FreshDatabase } from '../../../tests/builders/database.ts';
import { HOUSE_SIGHT, openDb, prepareRoles, rolePasswords } from './index.ts';
import { isHouseSight, opening } from './wall.ts';

let fresh: FreshDatabase;
const folder = mkdtempSync(join(tmpdir(), 'fenghuo-roles-'));
before(async () => {
  fresh = await freshDatabase({ rooms: ['platform/db'] });
});
after(async () => {
  await fresh.drop();
  rmSync(folder, { recursive: true });
});

test('passwords are made once, by chance, and kept for their owner alone', () => {
  const made = rolePasswords(folder);
  assert.deepEqual(rolePasswords(folder), made);
  assert.notEqual(made.server, made.worker);
  assert.match(made.server, /^[\w-]{32}$/);
  const file = join(folder, 'database-roles.json');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  writeFileSync(file, readFileSync(file, 'utf8').replace(made.server, "x'; drop"));
});

test('an owner who may make no roles is told which SQL to run', async () => {
  const low = `low_${process.pid}`;
  const password = 'only-for-this-test-0123';
  await fresh.asOwner((tx) => tx.run(`create role ${low} login password '${password}'`));
  try {
    const url = new URL(fresh.ownerUrl);
    url.username = low;
    url.password = password;
    const unknown = { server: 'x'.repeat(24), worker: 'y'.repeat(24) };
    await assert.rejects(
      prepareRoles(url.href, unknown),
      /create role fenghuo_server login noinherit[^]*DATABASE_SERVER_URL/,
    );
  } finally {
    await fresh.asOwner((tx) => tx.run(`drop role ${low}`));
  }
});

test('a password that is not as we make them never stands in a statement', async () => {
  const bad = rolePasswords(folder);
  await assert.rejects(prepareRoles(fresh.ownerUrl, bad), /not as we make them/);
});

test('a sight is the city from four digits down, and nowhere when it is no digits', () => {
  assert.ok(isHouseSight(HOUSE_SIGHT));
  assert.ok(isHouseSight({ areaPrefix: '4299', actorId: 1 }));
  assert.ok(!isHouseSight({ areaPrefix: '429901', actorId: 1 }));
  for (const areaPrefix of ['-', '!', 'x', "9'; drop table x; --"]) {
    assert.ok(!isHouseSight({ areaPrefix, actorId: 1 }));
    const sql = opening('begin', { areaPrefix, actorId: 1 });
    assert.match(sql, /"from" = '~'; set local fenghuo.until = '~';/);
    assert.ok(!sql.includes('drop'));
  }
  assert.throws(() => opening('begin', { areaPrefix: '4299', persons: [1.5], actorId: 1 }));
});

test('what a transaction sees ends with it, committed or thrown', async () => {
  const db = openDb(fresh.serverUrl, { max: 1 });
  const told = () =>
    db.read((tx) =>
      tx.row(`select current_user::text as who, current_setting('fenghuo.until', true) as until`),
    );
  await db.seeing({ areaPrefix: '429901', actorId: 1 }).read(async (tx) => {
    const row = await tx.row(`select wall.sees('429901001001') as own, wall.sees('429902001001')
      as other, wall.sees('429901') as it, wall.sees('') as none, wall.actor() as actor`);
    assert.deepEqual(row, { own: true, other: false, it: true, none: false, actor: 1 });
  });
  assert.deepEqual(await told(), { who: 'fenghuo_server', until: '' });
  await assert.rejects(db.seeing(HOUSE_SIGHT).tx((tx) => tx.run('select nonsense')));
  assert.deepEqual(await told(), { who: 'fenghuo_server', until: '' });
  await db.close();
});

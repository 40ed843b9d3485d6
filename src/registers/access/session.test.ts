import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HOUSE } from '#base/access.ts';
import { isRefusal } from '#base/refusal.ts';
import { HOUR, MINUTE } from '#base/time.ts';
import { type FreshDatabase, freshDatabase } from '../../../tests/builders/database.ts';
import { createActor, importActors, setPassword } from './actors.ts';
import type { NewActor } from './contract.ts';
import { scopeFor } from './law/permits.ts';
import { listEntries, writeEntry } from '#registers/trace/index.ts';
import { authenticate, beginSession, endSession } from './session.ts';
import { checkPassword } from './sessions/password.ts';

const NOW = Date.parse('2026-03-02T01:00:00Z');
const PASSWORD = 'a long enough phrase';
let fresh: FreshDatabase;
before(async () => {
  fresh = await freshDatabase();
});
after(() => fresh.drop());

async function newActor(loginName: string, change: Partial<NewActor> = {}) {
  const made = await fresh.db.tx((tx) =>
    createActor(
      tx,
      HOUSE,
      {
        login: loginName,
        name: '李雷',
        roles: ['street_officer'],
        areaCode: '429001002000',
        password: PASSWORD,
        ...change,
      },
      NOW,
    ),
  );
  assert.ok(!isRefusal(made));
  return made;
}
async function enter(
  name: string,
  password = PASSWORD,
  address = '10.0.0.1',
  now = NOW,
  oldToken?: string,
) {
  const checked = await checkPassword(fresh.db, { login: name, password, address }, now);
  if (isRefusal(checked)) return checked;
  const how = { method: 'password' as const, oldToken };
  return fresh.db.tx((tx) => beginSession(tx, checked.actor, how, now));
}

async function signedIn(name: string, now = NOW) {
  const session = await enter(name, PASSWORD, '10.0.0.1', now);
  assert.ok(!isRefusal(session));
  return session;
}

test('a right password opens a session, and only the hash of its token is kept', async () => {
  const actor = await newActor('opens');
  const { token } = await signedIn('opens');
  assert.equal((await authenticate(fresh.db, token, NOW + MINUTE))?.id, actor.id);
  const kept = await fresh.db.read((tx) =>
    tx.rows<{ t: string }>(`select encode(token_hash, 'escape') t from access.session`),
  );
  assert.ok(kept.every((row) => !row.t.includes(token)));
});

test('a session ends when idle, when old, when signed out', async () => {
  await newActor('ends');
  const idle = await signedIn('ends');
  assert.equal(await authenticate(fresh.db, idle.token, NOW + 2 * HOUR + 1), undefined);
  const old = await signedIn('ends');
  for (let at = NOW; at < NOW + 16 * HOUR; at += HOUR) await authenticate(fresh.db, old.token, at);
  assert.equal(await authenticate(fresh.db, old.token, NOW + 16 * HOUR), undefined);
  const left = await signedIn('ends');
  assert.equal(await fresh.db.tx((tx) => endSession(tx, left.token, NOW)), true);
  assert.equal(await authenticate(fresh.db, left.token, NOW), undefined);
});

test('signing in again ends the session the browser held', async () => {
  await newActor('rotates');
  const first = await signedIn('rotates');
  assert.ok(!isRefusal(await enter('rotates', PASSWORD, 'a', NOW, first.token)));
  assert.equal(await authenticate(fresh.db, first.token, NOW), undefined);
});

test('an unknown login and a wrong password get the same answer', async () => {
  await newActor('same');
  const wrong = await enter('same', 'not the password');
  assert.ok(isRefusal(wrong));
  assert.deepEqual(await enter('nobody.here'), wrong);
});

test('a wrong password leaves a line in the trace, and nothing of what was typed', async () => {
  const actor = await newActor('watched');
  await enter('watched', 'a wrong guess of mine');
  await enter('no.such.login', 'a wrong guess of mine');
  const lines = await fresh.db.read((tx) =>
    tx.rows<{ subject: string; whole: string }>(
      `select subject, e::text as whole from trace.entry e where action = 'session.wrong'`,
    ),
  );
  assert.ok(lines.some((it) => it.subject === `actor:${actor.id}`));
  assert.ok(lines.some((it) => it.subject === 'actor'));
  for (const { whole } of lines) assert.doesNotMatch(whole, /guess of mine|no\.such\.login/);
});

test('five wrong passwords stop that login from that address, not the office', async () => {
  await newActor('guessed');
  await newActor('colleague');
  const guesses = await Promise.all(
    Array.from({ length: 8 }, (_, i) => enter('guessed', `wrong guess ${i}`, '10.9.9.9')),
  );
  const codes = guesses.map((g) => (isRefusal(g) ? g.code : 'in'));
  assert.equal(codes.filter((c) => c === 'wrong-login').length, 5);
  assert.equal(codes.filter((c) => c === 'too-many-attempts').length, 3);
  assert.ok(isRefusal(await enter('guessed', PASSWORD, '10.9.9.9')));
  assert.ok(!isRefusal(await enter('colleague', PASSWORD, '10.9.9.9')));
  assert.ok(!isRefusal(await enter('guessed', PASSWORD, '10.1.1.1')));
  assert.ok(!isRefusal(await enter('guessed', PASSWORD, '10.9.9.9', NOW + 3 * MINUTE)));
});

test('an actor without a password cannot sign in until one is set, which ends old sessions', async () => {
  const actor = await newActor('later', { password: null });
  assert.ok(isRefusal(await enter('later', '')));
  const input = { actorId: actor.id, password: PASSWORD };
  await fresh.db.tx((tx) => setPassword(tx, HOUSE, input, NOW));
  const { token } = await signedIn('later');
  await fresh.db.tx((tx) => setPassword(tx, HOUSE, input, NOW));
  assert.equal(await authenticate(fresh.db, token, NOW), undefined);
});

test('an actor with a short password, or outside the own area, is refused with every error', async () => {
  const boss = await newActor('boss', { roles: ['administrator'] });
  const refused = await fresh.db.tx((tx) =>
    createActor(
      tx,
      boss,
      { login: 'x', name: '某', roles: ['commander'], areaCode: '429002000000', password: 'short' },
      NOW,
    ),
  );
  assert.ok(isRefusal(refused));
  assert.deepEqual(
    refused.errors?.map((e) => e.path),
    ['login', 'password', 'areaCode'],
  );
});

test('an administrator makes no account that is two people, and no second person at once', async () => {
  const boss = await newActor('boss.alone', { roles: ['administrator'] });
  const row = { name: '某', areaCode: '429001002000', password: PASSWORD };
  const make = (login: string, roles: ('commander' | 'epidemiologist')[]) =>
    fresh.db.tx((tx) => createActor(tx, boss, { ...row, login, roles }, NOW));
  const both = await make('both.hands', ['commander', 'epidemiologist']);
  assert.deepEqual(isRefusal(both) && both.errors?.map((it) => it.path), ['roles']);
  assert.ok(!isRefusal(await make('second.hand', ['commander'])));
  const bare = { ...row, login: 'by.sign.on', password: null };
  await fresh.db.tx((tx) => createActor(tx, boss, { ...bare, roles: ['commander'] }, NOW));
  const unseen = await fresh.db.read((tx) =>
    tx.row(`select 1 from access.actor where login = 'by.sign.on' and handed_at is null`),
  );
  assert.equal(unseen, undefined, 'the sign-on of the city needs no password of ours');
  const { token } = await signedIn('second.hand');
  const approves = async (at: number) => {
    const actor = await authenticate(fresh.db, token, at);
    assert.ok(actor);
    const scope = scopeFor(actor, 'mandate.approve', '', at);
    return isRefusal(scope) ? scope.code : 'yes';
  };
  assert.equal(await approves(NOW), 'new-hand');
  await fresh.db.tx((tx) =>
    tx.run(`update access.actor set handed_at = $1 where login = 'second.hand'`, [
      new Date(NOW - 24 * HOUR),
    ]),
  );
  assert.equal(await approves(NOW), 'yes');
});

test('a taken login is refused, an import keeps the password', async () => {
  const row = { login: 'kept', name: '韩梅梅', roles: ['supervisor' as const] };
  await newActor('kept');
  const again = await fresh.db.tx((tx) =>
    createActor(tx, HOUSE, { ...row, areaCode: '429000000000', password: null }, NOW),
  );
  assert.ok(isRefusal(again) && again.code === 'login-taken');
  const rows = [{ ...row, areaCode: '429000000000' }];
  const before = await signedIn('kept');
  assert.deepEqual(await fresh.db.tx((tx) => importActors(tx, HOUSE, rows, NOW)), { written: 1 });
  assert.equal(await authenticate(fresh.db, before.token, NOW), undefined, 'other rights');
  const session = await signedIn('kept');
  assert.deepEqual(session.actor.roles, ['supervisor']);
  await fresh.db.tx((tx) => importActors(tx, HOUSE, rows, NOW));
  assert.ok(await authenticate(fresh.db, session.token, NOW), 'the same rights go on');
});

test('the audit trail can be added to and not changed', async () => {
  const actor = await newActor('audited');
  const entry = { at: NOW, actor, action: 'person.read', subject: 'person:1', purpose: 'p' };
  await fresh.db.tx((tx) => writeEntry(tx, { ...entry, areaCode: '429001002003' }));
  await assert.rejects(fresh.db.tx((tx) => tx.run('delete from trace.entry')));
  await assert.rejects(fresh.db.tx((tx) => tx.run(`update trace.entry set purpose = 'none'`)));
  const list = (areaPrefix: string) =>
    fresh.db.read((tx) => listEntries(tx, { areaPrefix, subject: 'person:1', limit: 10 }));
  assert.equal((await list('429001')).rows.length, 1);
  assert.equal((await list('429002')).rows.length, 0);
});

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { HOUSE } from '#base/access.ts';
import { buildHttp } from '#platform/http/index.ts';
import { vaultOf } from '#platform/secrets/index.ts';
import { signinRoutes } from '#registers/signin/index.ts';
import { type FreshDatabase, freshDatabase } from '../../../tests/builders/database.ts';
import { createActor } from './actors.ts';
import type { Role } from './contract.ts';
import { scopeFor } from './law/permits.ts';
import { accessRoutes } from './routes.ts';
import { authenticate } from './session.ts';

const NOW = Date.parse('2026-03-02T01:00:00Z');
const password = 'a long enough phrase';
let fresh: FreshDatabase;
let http: Awaited<ReturnType<typeof buildHttp>>;

before(async () => {
  fresh = await freshDatabase();
  const { db } = fresh;
  const make = (login: string, role: Role) => {
    const input = { login, name: login, roles: [role], areaCode: '429001000000', password };
    return db.tx((tx) => createActor(tx, HOUSE, input, NOW));
  };
  await make('admin', 'administrator');
  await make('watcher', 'supervisor');
  http = await buildHttp({
    db,
    clock: () => NOW,
    gate: { authenticate: (token, now) => authenticate(db, token, now), scopeFor },
    routes: [
      ...accessRoutes(),
      ...signinRoutes({
        db,
        vault: vaultOf([{ id: 1, key: randomBytes(32) }]),
        chance: randomBytes,
        settings: { secondFactor: 'offered' },
      }),
    ],
    onFault: (fault) => assert.fail(String(fault)),
  });
});
after(async () => {
  await http.app.close();
  await fresh.drop();
});

const signIn = (login: string, secret = password) =>
  http.app.inject({ method: 'POST', url: '/api/session', payload: { login, password: secret } });
async function cookieOf(login: string): Promise<Record<string, string>> {
  const reply = await signIn(login);
  assert.equal(reply.statusCode, 200, reply.body);
  const cookie = reply.cookies.find((c) => c.name === 'fenghuo_session');
  assert.ok(cookie?.httpOnly);
  assert.equal(cookie.sameSite, 'Lax');
  return { fenghuo_session: cookie.value };
}

test('signing in sets a cookie that says who one is until signing out', async () => {
  const cookies = await cookieOf('admin');
  const me = await http.app.inject({ url: '/api/session', cookies });
  assert.equal(me.json().login, 'admin');
  assert.equal(me.json().actions['actor.manage'], 'city');
  assert.equal(me.json().actions['person.read'], undefined);
  const out = await http.app.inject({ method: 'DELETE', url: '/api/session', cookies });
  assert.deepEqual(out.json(), { ended: true, next: null });
  assert.equal((await http.app.inject({ url: '/api/session', cookies })).statusCode, 401);
});

test('a wrong password is 401 and sets no cookie', async () => {
  const reply = await signIn('admin', 'wrong');
  assert.equal(reply.statusCode, 401);
  assert.equal(reply.cookies.length, 0);
});

test('an administrator makes and lists actors; a supervisor may not; what was done is on record', async () => {
  const cookies = await cookieOf('admin');
  const actor = { login: 'new.one', name: '新人', roles: ['street_officer'], password: null };
  const payload = { ...actor, areaCode: '429001002000' };
  const made = await http.app.inject({ method: 'POST', url: '/api/actors', cookies, payload });
  assert.equal(made.statusCode, 200, made.body);
  assert.equal(made.json().passwordHash, undefined);
  const list = await http.app.inject({ url: '/api/actors?role=street_officer', cookies });
  assert.equal(list.json().rows.length, 1);
  const watcher = await cookieOf('watcher');
  const no = await http.app.inject({ url: '/api/actors', cookies: watcher });
  assert.equal(no.statusCode, 403);
  const entries = await fresh.db.read((tx) =>
    tx.rows<{ action: string }>('select action from trace.entry'),
  );
  const actions = entries.map((row) => row.action);
  assert.ok(actions.includes('actor.create') && actions.includes('session.begin'));
});

test('an administrator gives a password and shuts an account; both end its sessions and leave entries', async () => {
  const cookies = await cookieOf('admin');
  const put = (url: string, payload: object) =>
    http.app.inject({ method: 'PUT', url, cookies, payload });
  const list = await http.app.inject({ url: '/api/actors?role=supervisor', cookies });
  const { id } = list.json().rows[0];
  const signedIn = async (it: Record<string, string>) =>
    (await http.app.inject({ url: '/api/session', cookies: it })).statusCode === 200;

  const watcher = await cookieOf('watcher');
  assert.equal((await put(`/api/actors/${id}/password`, { password: 'short' })).statusCode, 400);
  const given = await put(`/api/actors/${id}/password`, { password: 'once and then another' });
  assert.deepEqual(given.json(), { actorId: id });
  assert.equal(await signedIn(watcher), false);
  assert.equal((await signIn('watcher')).statusCode, 401);

  const again = (await signIn('watcher', 'once and then another')).cookies[0]?.value ?? '';
  const off = await put(`/api/actors/${id}/active`, { active: false });
  assert.equal(off.json().active, false);
  assert.equal(await signedIn({ fenghuo_session: again }), false);
  assert.equal((await signIn('watcher', 'once and then another')).statusCode, 401);
  assert.equal((await put(`/api/actors/${id}/active`, { active: true })).json().active, true);
  assert.equal((await signIn('watcher', 'once and then another')).statusCode, 200);

  const me = (await http.app.inject({ url: '/api/session', cookies })).json();
  const own = await put(`/api/actors/${me.id}/active`, { active: false });
  assert.equal(own.json().code, 'own-account');
  const lines = await fresh.db.read((tx) =>
    tx.rows<{ action: string }>(
      `select action from trace.entry where subject = $1 and action like 'actor.%' order by id`,
      [`actor:${id}`],
    ),
  );
  assert.deepEqual(lines.map((line) => line.action).slice(-3), [
    'actor.password',
    'actor.deactivate',
    'actor.activate',
  ]);
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DAY, MINUTE, SECOND } from '#base/time.ts';
import { setPassword } from '#registers/access/index.ts';
import { Authenticator } from '../../../tests/builders/authenticator.ts';
import { codeOf, door, newBrowser, ORIGIN, PASSWORD, T0 } from './signin.helper.ts';

let house: Awaited<ReturnType<typeof door>>;
before(async () => {
  house = await door();
});
after(async () => {
  await house.http.app.close();
  await house.drop();
});

/** An actor with a code app, and the browser they added it in. */
async function withTotp(login: string) {
  house.clock.now = T0;
  const actor = await house.make(login);
  const home = house.browser();
  assert.equal((await home.enter(login)).status, 200);
  const { body } = await home.post('/api/account/totp');
  const { secret } = body;
  const added = await home.post('/api/account/totp/confirm', { code: codeOf(secret, T0) });
  assert.equal(added.status, 200);
  return { actor, home, secret: String(secret), recovery: added.body.recovery as string[] };
}

test('a code app: the secret is sealed, its picture has no inline style, ten recovery codes are shown once', async () => {
  const { actor, home, secret, recovery } = await withTotp('app.one');
  assert.equal(new Set(recovery).size, 10);
  const kept = await house.db.read((tx) =>
    tx.row<{ sealed: string }>(
      `select encode(sealed_secret, 'escape') as sealed from signin.totp where actor_id = $1`,
      [actor.id],
    ),
  );
  assert.ok(kept && !kept.sealed.includes(secret));
  const again = await home.post('/api/account/totp');
  assert.equal(again.body.code, 'totp-exists');
  const account = await home.get('/api/account/me');
  assert.equal(account.body.recoveryLeft, 10);
  assert.equal(account.body.secret, undefined);
  const other = await house.browser();
  await house.make('app.two');
  await other.enter('app.two');
  const { body } = await other.post('/api/account/totp');
  assert.match(body.svg, /^<svg /);
  assert.doesNotMatch(body.svg, /style=/);
  assert.match(body.uri, /^otpauth:\/\/totp\/Fenghuo:app\.two\?/);
});

test('with a code app the password opens nothing: a code does, each once, a step early or late', async () => {
  const { secret } = await withTotp('steps');
  const browser = house.browser();
  house.clock.now = T0 + 10 * MINUTE;
  const first = await browser.enter('steps');
  assert.equal(first.body.next, 'factor');
  assert.deepEqual(first.body.methods, ['totp', 'recovery']);
  assert.equal((await browser.get('/api/session')).status, 401);
  const give = (code: string) =>
    browser.post('/api/session/factor', { pending: first.body.pending, proof: { code } });
  const late = codeOf(secret, house.clock.now - 60 * SECOND);
  assert.equal((await give(late)).body.code, 'wrong-code', 'two steps old');
  const right = codeOf(secret, house.clock.now - 30 * SECOND);
  assert.equal((await give(right)).status, 200);
  assert.equal((await browser.get('/api/session')).body.login, 'steps');

  const thief = house.browser();
  const { body } = await thief.enter('steps');
  const again = await thief.post('/api/session/factor', {
    pending: body.pending,
    proof: { code: right },
  });
  assert.equal(again.body.code, 'wrong-code', 'a code that was used is worth nothing');
  assert.equal((await give(codeOf(secret, house.clock.now))).body.code, 'start-again');
});

test('codes cannot be guessed: five tries a sign-in, ten an actor, and the passkey still enters', async () => {
  const { home } = await withTotp('guessed');
  const key = new Authenticator(ORIGIN);
  const { body } = await home.post('/api/account/passkeys/options');
  const passkey = key.register(body.options);
  assert.equal((await home.post('/api/account/passkeys', { name: '手机', passkey })).status, 200);
  house.clock.now = T0 + 20 * MINUTE;
  const thief = house.browser();
  const codes: string[] = [];
  for (let round = 0; round < 3; round++) {
    const { pending } = (await thief.enter('guessed')).body;
    for (let i = 0; i < 6; i++) {
      const proof = { code: `00000${i}` };
      codes.push((await thief.post('/api/session/factor', { pending, proof })).body.code);
    }
  }
  assert.equal(codes.filter((it) => it === 'wrong-code').length, 10);
  assert.equal(codes[5], 'start-again');
  assert.equal(codes.at(-2), 'too-many-attempts');
  const owner = house.browser();
  const { pending } = (await owner.enter('guessed')).body;
  const { options } = (await owner.post('/api/session/passkey/options', { pending })).body;
  const proof = { passkey: key.prove(options) };
  assert.equal((await owner.post('/api/session/factor', { pending, proof })).status, 200);
});

test('a recovery code signs in once', async () => {
  const { recovery } = await withTotp('lost.phone');
  const browser = house.browser();
  const give = async () => {
    const { pending } = (await browser.enter('lost.phone')).body;
    return browser.post('/api/session/factor', {
      pending,
      proof: { recovery: ` ${recovery[3]?.toUpperCase()} ` },
    });
  };
  assert.equal((await give()).status, 200);
  assert.equal((await give()).body.code, 'wrong-code');
  assert.equal((await browser.get('/api/account/me')).body.recoveryLeft, 9);
});

async function withPasskey(login: string) {
  house.clock.now = T0;
  const actor = await house.make(login);
  const home = house.browser();
  await home.enter(login);
  const key = new Authenticator(ORIGIN);
  const { options } = (await home.post('/api/account/passkeys/options')).body;
  const passkey = key.register(options);
  const added = await home.post('/api/account/passkeys', { name: '办公室电脑', passkey });
  assert.equal(added.status, 200, JSON.stringify(added.body));
  return { actor, home, key, passkey, options };
}
const optionsFor = async (browser: ReturnType<typeof house.browser>) =>
  (await browser.post('/api/session/passkey/options')).body.options;

test('a passkey alone signs in when it verified its holder, and each challenge counts once', async () => {
  const { key } = await withPasskey('keyed');
  const browser = house.browser();
  const passkey = key.prove(await optionsFor(browser));
  assert.equal((await browser.post('/api/session/passkey', { passkey })).status, 200);
  assert.equal((await browser.get('/api/session')).body.login, 'keyed');
  const replay = await house.browser().post('/api/session/passkey', { passkey });
  assert.equal(replay.body.code, 'wrong-passkey');
  key.verifies = false;
  const weak = key.prove(await optionsFor(browser));
  assert.equal((await browser.post('/api/session/passkey', { passkey: weak })).status, 401);
});

test('a passkey is refused from another site, for another purpose, after five minutes, and when copied', async () => {
  const { key, home } = await withPasskey('copied');
  const browser = house.browser();
  const enter = async (passkey: object) =>
    (await browser.post('/api/session/passkey', { passkey })).status;
  const phished = new Authenticator('http://localhost.evil.example');
  Object.assign(phished, { id: key.id });
  assert.equal(await enter(phished.prove(await optionsFor(browser))), 401, 'another site');
  const forProof = (await home.post('/api/account/proof/options')).body.options;
  assert.equal(await enter(key.prove(forProof)), 401, 'another purpose');
  const old = await optionsFor(browser);
  house.clock.now = T0 + 5 * MINUTE + 1;
  assert.equal(await enter(key.prove(old)), 401, 'too late');
  key.counter = 0;
  assert.equal(await enter(key.prove(await optionsFor(browser))), 401, 'the counter went back');
  key.counter = 40;
  assert.equal(await enter(key.prove(await optionsFor(browser))), 200);
});

test('a passkey registered by one actor is not another’s', async () => {
  const { passkey, key } = await withPasskey('owner.one');
  const other = house.browser();
  await house.make('owner.two');
  await other.enter('owner.two');
  await other.post('/api/account/passkeys/options');
  const stolen = await other.post('/api/account/passkeys', { name: 'x', passkey });
  assert.equal(stolen.status, 401, 'a challenge of somebody else');
  const { options } = (await other.post('/api/account/passkeys/options')).body;
  const same = await other.post('/api/account/passkeys', {
    name: 'x',
    passkey: key.register(options),
  });
  assert.equal(same.status, 401, 'the credential is taken');
});

test('grave acts ask for a proof of the last five minutes', async () => {
  const { home } = await withPasskey('grave');
  house.clock.now = T0 + 6 * MINUTE;
  assert.equal((await home.post('/api/account/totp')).body.code, 'prove-again');
  assert.equal((await home.remove('/api/account/passkeys/1')).body.code, 'prove-again');
  const wrong = await home.post('/api/account/proof', { password: 'not my password' });
  assert.equal(wrong.status, 403, 'the session goes on');
  assert.equal((await home.post('/api/account/proof', { password: PASSWORD })).status, 200);
  assert.equal((await home.post('/api/account/totp')).status, 200);
});

test('a given password opens nothing but its change, and the change gives a new session', async () => {
  house.clock.now = T0;
  const admin = await house.make('boss', 'administrator', '429000000000');
  const actor = await house.make('given');
  const input = { actorId: actor.id, password: 'given by somebody else' };
  await house.db.tx((tx) => setPassword(tx, admin, input, T0));
  const browser = house.browser();
  const me = await browser.enter('given', 'given by somebody else');
  assert.equal(me.body.must, 'change');
  assert.equal((await browser.get('/api/actors')).body.code, 'change-first');
  house.clock.now = T0 + 8 * DAY;
  const late = await house.browser().enter('given', 'given by somebody else');
  assert.equal(late.body.code, 'given-expired');
  house.clock.now = T0;
  const old = browser.cookies['fenghuo_session'];
  const change = (password: string, was = 'given by somebody else') =>
    browser.put('/api/account/password', { old: was, password });
  assert.equal((await change('my very own words', 'wrong')).body.code, 'wrong-password');
  assert.equal((await change('given by somebody else')).body.code, 'same-password');
  assert.equal((await change('password123456')).body.code, 'weak-password');
  const done = await change('my very own words');
  assert.equal(done.body.must, null);
  assert.notEqual(browser.cookies['fenghuo_session'], old);
  assert.equal((await house.browser().enter('given', 'my very own words')).body.must, null);
  const stale = house.browser();
  stale.cookies['fenghuo_session'] = old ?? '';
  assert.equal((await stale.get('/api/session')).status, 401);
});

test('sessions are listed in words, ended one by one, all others, and everywhere by an administrator', async () => {
  house.clock.now = T0;
  const actor = await house.make('roams');
  const [one, two, three] = [house.browser(), house.browser(), house.browser()];
  for (const browser of [one, two, three]) await browser.enter('roams');
  const { rows } = (await one.get('/api/account/sessions')).body;
  assert.equal(rows.length, 3);
  assert.equal(rows[0].device, 'Chrome · Windows');
  const mine = rows.filter((it: { isThis: boolean }) => it.isThis);
  assert.equal(mine.length, 1);
  const theirs = (await two.get('/api/account/sessions')).body.rows;
  const id = theirs.find((it: { isThis: boolean }) => it.isThis).id;
  assert.equal((await one.remove(`/api/account/sessions/${id}`)).body.ended, 1);
  assert.equal((await two.get('/api/session')).status, 401);
  assert.equal((await one.remove('/api/account/sessions')).body.ended, 1);
  assert.equal((await three.get('/api/session')).status, 401);
  assert.equal((await one.get('/api/session')).status, 200);

  const stranger = house.browser();
  await house.make('stranger');
  await stranger.enter('stranger');
  const own = (await one.get('/api/account/sessions')).body.rows[0].id;
  assert.equal((await stranger.remove(`/api/account/sessions/${own}`)).body.ended, 0);
  assert.equal((await stranger.remove(`/api/actors/${actor.id}/sessions`)).status, 403);
  const admin = house.browser();
  await house.make('boss.two', 'administrator', '429000000000');
  await admin.enter('boss.two');
  assert.equal((await admin.remove(`/api/actors/${actor.id}/sessions`)).body.ended, 1);
  assert.equal((await one.get('/api/session')).status, 401);
});

test('guesses from everywhere slow one login down; the owner’s own browser and passkey are not slowed', async () => {
  house.clock.now = T0;
  const { key } = await withPasskey('hunted');
  const home = house.browser();
  const { pending } = (await home.enter('hunted')).body;
  const { options } = (await home.post('/api/session/passkey/options', { pending })).body;
  const proof = { passkey: key.prove(options) };
  assert.equal((await home.post('/api/session/factor', { pending, proof })).status, 200);
  const statuses: number[] = [];
  for (let i = 0; i < 14; i++) {
    const from = newBrowser(house.http.app, `10.7.${i}.1`);
    statuses.push((await from.enter('hunted', `guess number ${i}`)).status);
  }
  assert.equal(statuses.filter((it) => it === 401).length, 11, 'ten and one, then waits begin');
  const elsewhere = newBrowser(house.http.app, '10.8.0.1');
  assert.equal((await elsewhere.enter('hunted')).status, 503, 'an unknown browser waits');
  assert.equal((await home.enter('hunted')).status, 200, 'a known one does not');
  const passkey = key.prove(await optionsFor(elsewhere));
  assert.equal((await elsewhere.post('/api/session/passkey', { passkey })).status, 200);
});

test('an administrator takes the factors of a lost phone away, which ends its sessions', async () => {
  const { actor, home } = await withTotp('phone.gone');
  const admin = house.browser();
  await house.make('boss.three', 'administrator', '429000000000');
  await admin.enter('boss.three');
  assert.equal((await admin.remove(`/api/actors/${actor.id}/factors`)).body.ended, 1);
  assert.equal((await home.get('/api/session')).status, 401);
  assert.equal((await home.enter('phone.gone')).body.login, 'phone.gone');
});

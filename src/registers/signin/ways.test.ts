import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DAY, HOUR, MINUTE } from '#base/time.ts';
import { type Letter, sendWaiting } from '#platform/notify/index.ts';
import { inviteFirst, whoHolds } from './index.ts';
import { codeOf, door, newBrowser, PASSWORD, T0 } from './signin.helper.ts';

const PHONE = '138 0013 8000';
let house: Awaited<ReturnType<typeof door>>;
before(async () => {
  house = await door(
    { secondFactor: 'required' },
    {
      personOfPhone: async (_tx, phone) =>
        phone === '13800138000' ? { id: 17, areaCode: '429001002003' } : undefined,
    },
  );
});
after(async () => {
  await house.http.app.close();
  await house.drop();
});

test('the first administrator comes by a code that works once, within an hour, while there is none', async () => {
  const browser = house.browser();
  const chosen = { login: 'first.one', name: '王磊', areaCode: '429000000000', password: PASSWORD };
  const none = await browser.post('/api/session/first', { ...chosen, code: 'guess' });
  assert.equal(none.body.code, 'no-such-invitation');
  const old = await house.db.tx((tx) => inviteFirst(tx, T0 - HOUR - 1));
  const invited = await house.db.tx((tx) => inviteFirst(tx, T0));
  assert.ok('code' in invited && 'code' in old && 'endsAt' in old && 'endsAt' in invited);
  const { code } = invited;
  const late = await browser.post('/api/session/first', { ...chosen, code: old.code });
  assert.equal(late.body.code, 'no-such-invitation');
  const weak = await browser.post('/api/session/first', {
    ...chosen,
    code,
    password: 'password1234',
  });
  assert.equal(weak.status, 400, 'and the code is still good');
  const made = await browser.post('/api/session/first', { ...chosen, code });
  assert.equal(made.body.must, 'enrol');
  const twice = await browser.post('/api/session/first', { ...chosen, code, login: 'second' });
  assert.equal(twice.body.code, 'no-such-invitation');
  const again = await house.db.tx((tx) => inviteFirst(tx, T0));
  assert.ok('refused' in again && again.code === 'administrator-exists');
});

test('where factors are required, who needs one can only add it until they have', async () => {
  house.clock.now = T0;
  await house.make('dpo', 'data_protection_officer');
  const browser = house.browser();
  assert.equal((await browser.enter('dpo')).body.must, 'enrol');
  assert.equal((await browser.get('/api/actors/1/keys')).body.code, 'enrol-first');
  const { secret } = (await browser.post('/api/account/totp')).body;
  const old = browser.cookies['fenghuo_session'];
  const code = codeOf(secret, T0);
  assert.equal((await browser.post('/api/account/totp/confirm', { code })).status, 200);
  assert.notEqual(browser.cookies['fenghuo_session'], old, 'a new session for new rights');
  assert.equal((await browser.get('/api/session')).body.must, null);
  assert.equal((await browser.remove('/api/account/totp')).body.code, 'last-factor');
  await house.make('worker', 'community_worker');
  assert.equal((await house.browser().enter('worker')).body.must, null);
});

/** What was sent so far, emptied. */
async function letters(): Promise<Letter[]> {
  const sent: Letter[] = [];
  const send = async (letter: Letter): Promise<void> => void sent.push(letter);
  await sendWaiting({ db: house.db, vault: house.vault, send }, house.clock.now);
  return sent;
}

test('a resident signs in with the code sent to their phone, and is bound to their own file', async () => {
  house.clock.now = T0 + HOUR;
  const browser = house.browser();
  assert.deepEqual((await browser.post('/api/session/phone', { phone: PHONE })).body, {
    sent: true,
  });
  const [letter] = await letters();
  assert.equal(letter?.to, '13800138000');
  assert.equal(letter.template, 'signin-code');
  const code = letter.params['code'] ?? '';
  assert.match(code, /^\d{6}$/);
  const me = await browser.post('/api/session/phone/code', { phone: PHONE, code });
  assert.deepEqual(me.body.roles, ['resident']);
  const actor = await whoHolds(house.db, browser.cookies['fenghuo_session'] ?? '', house.clock.now);
  assert.equal(actor?.personId, 17);
  assert.doesNotMatch(actor.login + actor.name, /138/);
  const twice = await house.browser().post('/api/session/phone/code', { phone: PHONE, code });
  assert.equal(twice.body.code, 'wrong-code');
});

test('an unknown phone gets the same answer and no message', async () => {
  house.clock.now = T0 + 2 * HOUR;
  const reply = await house.browser().post('/api/session/phone', { phone: '13900000000' });
  assert.deepEqual([reply.status, reply.body], [200, { sent: true }]);
  assert.deepEqual(await letters(), []);
});

test('a phone code dies after five tries, after five minutes, and three are sent in half an hour', async () => {
  house.clock.now = T0 + 3 * HOUR;
  const browser = house.browser();
  const ask = () => browser.post('/api/session/phone', { phone: PHONE });
  const enter = (code: string) => browser.post('/api/session/phone/code', { phone: PHONE, code });
  await ask();
  const code = (await letters())[0]?.params['code'] ?? '';
  const wrong = code === '000000' ? '000001' : '000000';
  for (let i = 0; i < 5; i++) assert.equal((await enter(wrong)).status, 401);
  assert.equal((await enter(code)).status, 401, 'the sixth try, though right');
  await ask();
  const late = (await letters())[0]?.params['code'] ?? '';
  house.clock.now += 5 * MINUTE + 1;
  assert.equal((await enter(late)).status, 401);
  assert.equal((await ask()).status, 200);
  assert.equal((await ask()).body.code, 'too-many-attempts');
  const family = newBrowser(house.http.app, '10.0.0.1');
  const other = await family.post('/api/session/phone', { phone: '13700000000' });
  assert.equal(other.status, 200, 'another phone behind the same address');
});

test('a device’s key opens the actions it was made for, is rotated with an overlap, and manages no account', async () => {
  house.clock.now = T0 + 4 * HOUR;
  const { db } = house;
  const device = await house.make('gate.one', 'guard_device');
  const admin = await house.make('boss', 'administrator', '429000000000');
  const { issueDeviceKey, revokeDeviceKey } = await import('./devices.ts');
  const issue = async (now: number) => {
    const input = { id: device.id, actions: ['area.read'], days: 365, overlapDays: 7 };
    const made = await db.tx((tx) => issueDeviceKey(tx, admin, input, now));
    assert.ok('key' in made);
    return made;
  };
  const now = house.clock.now;
  const first = await issue(now);
  assert.match(first.key, /^fd_/);
  const holder = await whoHolds(db, first.key, now);
  assert.deepEqual([holder?.login, holder?.only], ['gate.one', ['area.read']]);
  const asDevice = (url: string) =>
    house.http.app.inject({ url, headers: { authorization: `Bearer ${first.key}` } });
  assert.equal((await asDevice('/api/actors')).json().code, 'not-of-this-key');
  assert.equal((await asDevice('/api/account/me')).json().code, 'not-a-person');
  const second = await issue(now + DAY);
  assert.ok(await whoHolds(db, first.key, now + 7 * DAY), 'the old one lives on');
  assert.equal(await whoHolds(db, first.key, now + 9 * DAY), undefined);
  assert.ok(await whoHolds(db, second.key, now + 9 * DAY));
  await db.tx((tx) => revokeDeviceKey(tx, admin, { id: device.id, keyId: second.id }, now + DAY));
  assert.equal(await whoHolds(db, second.key, now + 2 * DAY), undefined);
  const person = await house.make('person');
  const none = await db.tx((tx) =>
    issueDeviceKey(tx, admin, { id: person.id, actions: [], days: 1, overlapDays: 0 }, now),
  );
  assert.ok('refused' in none && none.code === 'no-such-device');
});

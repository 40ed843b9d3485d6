import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import Provider from 'oidc-provider';
import { allowedOf } from '#platform/outbound/index.ts';
import { Authenticator } from '../../../tests/builders/authenticator.ts';
import { door, T0 } from './signin.helper.ts';

/** A city's sign-on: a real OpenID provider on this machine, whose login page takes any name. */
async function startProvider() {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'fenghuo',
        client_secret: 'a secret of the house',
        redirect_uris: [`http://localhost/api/session/oidc/return`],
        post_logout_redirect_uris: ['http://localhost/'],
        response_types: ['code'],
        grant_types: ['authorization_code'],
      },
    ],
    claims: { openid: ['sub'], profile: ['preferred_username'] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    features: { devInteractions: { enabled: true } },
    findAccount: (_ctx, id) => ({
      accountId: id,
      claims: () => ({ sub: `subject-of-${id}`, preferred_username: id.replace(/^new-/, '') }),
    }),
    cookies: { keys: ['test'] },
    ttl: { Session: 3600, Interaction: 600, Grant: 3600, IdToken: 600, AccessToken: 600 },
  });
  server.on('request', provider.callback());
  return { issuer, server };
}

let city: { issuer: string; server: Server };
let house: Awaited<ReturnType<typeof door>>;
before(async () => {
  city = await startProvider();
  house = await door({
    secondFactor: 'offered',
    publicUrl: 'http://localhost',
    allowed: allowedOf('127.0.0.1'),
    oidc: {
      issuer: city.issuer,
      clientId: 'fenghuo',
      clientSecret: 'a secret of the house',
      label: '云江统一认证',
    },
  });
});
after(async () => {
  await house.http.app.close();
  await house.drop();
  city.server.closeAllConnections();
  city.server.close();
});

type Browser = ReturnType<typeof house.browser>;

/** Follows the provider's own pages as a person does; answers where it leads back to. */
async function throughProvider(start: string, account: string): Promise<string> {
  const cookies = new Map<string, string>();
  let url = start;
  let form: URLSearchParams | undefined;
  for (let hops = 0; hops < 12; hops++) {
    const reply = await fetch(url, {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form ? { body: form } : {}),
    });
    form = undefined;
    for (const line of reply.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value) cookies.set(name, value);
      else cookies.delete(name);
    }
    const location = reply.headers.get('location');
    if (location) {
      url = new URL(location, url).href;
      if (url.startsWith('http://localhost/')) return url;
      continue;
    }
    const page = await reply.text();
    const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1];
    assert.ok(prompt, `a login page, not ${reply.status} ${page.slice(0, 200)}`);
    url = new URL(/action="([^"]+)"/.exec(page)?.[1] ?? '', url).href;
    form = new URLSearchParams({ prompt, login: account, password: 'any' });
  }
  throw new Error('the provider goes round in circles');
}

async function signOn(browser: Browser, account: string) {
  const away = await browser.get('/api/session/oidc').catch(() => undefined);
  assert.equal(away?.status, 302);
  const back = new URL(await throughProvider(String(away.headers.location), account));
  const home = await browser.get(back.pathname + back.search);
  return { home: String(home.headers.location), back };
}

test('the city’s sign-on lets in who has an account here, links them, and signs them out there too', async () => {
  await house.make('wang.lei');
  const browser = house.browser();
  assert.equal((await browser.get('/api/session/ways')).body.oidc, '云江统一认证');
  assert.equal((await signOn(browser, 'wang.lei')).home, '/#in');
  assert.equal((await browser.get('/api/session')).body.login, 'wang.lei');
  const out = await browser.remove('/api/session');
  assert.match(out.body.next, new RegExp(`^${city.issuer}/session/end\\?`));
  assert.equal((await browser.get('/api/session')).status, 401);
});

test('who has no account here does not come in, and none is made', async () => {
  const browser = house.browser();
  assert.equal((await signOn(browser, 'nobody.here')).home, '/#sorry=oidc-unknown');
  assert.equal((await browser.get('/api/session')).status, 401);
});

test('a login that was given anew at the provider does not inherit the account', async () => {
  await house.make('zhang.san');
  assert.equal((await signOn(house.browser(), 'zhang.san')).home, '/#in');
  const heir = await signOn(house.browser(), 'new-zhang.san');
  assert.equal(heir.home, '/#sorry=oidc-unknown');
});

test('an answer without our thread, with another’s state, or heard twice is refused', async () => {
  await house.make('li.si');
  const browser = house.browser();
  const { back } = await signOn(browser, 'li.si');
  const replayed = await house.browser().get(back.pathname + back.search);
  assert.equal(replayed.headers.location, '/#sorry=oidc-failed', 'no thread');
  const again = await browser.get(back.pathname + back.search);
  assert.equal(again.headers.location, '/#sorry=oidc-failed', 'the thread is used up');
  const victim = house.browser();
  await victim.get('/api/session/oidc');
  const forged = await victim.get(back.pathname + back.search);
  assert.equal(forged.headers.location, '/#sorry=oidc-failed', 'another’s state and code');
  assert.equal((await victim.get('/api/session')).status, 401);
});

test('an actor with a second factor here is asked for it after a sign-on that used one only', async () => {
  house.clock.now = T0;
  await house.make('strong');
  const own = house.browser();
  await own.enter('strong');
  const key = new Authenticator('http://localhost');
  const { options } = (await own.post('/api/account/passkeys/options')).body;
  const passkey = key.register(options);
  assert.equal((await own.post('/api/account/passkeys', { name: 'k', passkey })).status, 200);
  const browser = house.browser();
  const { home } = await signOn(browser, 'strong');
  assert.match(home, /^\/#pending=[\w-]{43}&methods=passkey,recovery$/);
  assert.equal((await browser.get('/api/session')).status, 401);
  const pending = new URLSearchParams(home.slice(2)).get('pending') ?? '';
  const asked = (await browser.post('/api/session/passkey/options', { pending })).body.options;
  const proof = { passkey: key.prove(asked) };
  assert.equal((await browser.post('/api/session/factor', { pending, proof })).status, 200);
});

test('a house whose provider cannot be reached says so and lives', async () => {
  const away = await door({
    secondFactor: 'offered',
    oidc: { issuer: 'http://10.255.0.1:9', clientId: 'x', clientSecret: 'y', label: 'z' },
  });
  const reply = await away.browser().get('/api/session/oidc');
  assert.equal(reply.headers.location, '/#sorry=oidc-failed', 'an address that is not listed');
  await away.http.app.close();
  await away.drop();
});

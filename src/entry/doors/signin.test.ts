import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from '../config.ts';

test('second factors are required where there is no sample city, and offered where there is', () => {
  assert.equal(readConfig({}).signin.secondFactor, 'offered');
  assert.equal(readConfig({ FENGHUO_SAMPLE: 'off' }).signin.secondFactor, 'required');
  const said = readConfig({ FENGHUO_SAMPLE: 'off', FENGHUO_SECOND_FACTOR: 'offered' });
  assert.equal(said.signin.secondFactor, 'offered');
});

for (const [env, names] of [
  [{ FENGHUO_SECOND_FACTOR: 'never' }, /FENGHUO_SECOND_FACTOR=never/],
  [{ PUBLIC_URL: 'city.example' }, /PUBLIC_URL=city\.example/],
  [{ OIDC_ISSUER: 'https://sso.example', OIDC_CLIENT_ID: 'a' }, /OIDC_CLIENT_SECRET/],
  [{ NOTIFY_URL: 'ftp://sms.example' }, /NOTIFY_URL=ftp/],
  [{ OUTBOUND_ALLOW: 'a b' }, /OUTBOUND_ALLOW/],
] as const)
  test(`${Object.keys(env).join(' and ')} that cannot be used stops the start with a sentence`, () => {
    assert.throws(() => readConfig({ ...env }), names);
  });

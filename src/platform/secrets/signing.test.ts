import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { canonicalJson } from './canonical.ts';
import {
  newSigner,
  openSigner,
  publicKeysIn,
  publicKeysOf,
  signDocument,
  verifyDocument,
} from './signing.ts';

const home = mkdtempSync(join(tmpdir(), 'fenghuo-signing-'));
after(() => rmSync(home, { recursive: true }));

test('canonical JSON is the one of RFC 8785', () => {
  // The example of RFC 8785 §3.2.2–3.2.3.
  const value = JSON.parse(
    '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],' +
      '"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
  ) as unknown;
  assert.equal(
    canonicalJson(value),
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
      '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
  assert.equal(canonicalJson({ '😀': 1, '\ufb33': 2, a: undefined }), '{"😀":1,"\ufb33":2}');
  for (const alien of [Number.NaN, '\ud800', () => 1, 1n])
    assert.throws(() => canonicalJson(alien), /canonical JSON/);
});

for (const suite of ['std', 'sm'] as const)
  test(`a document signed in suite ${suite} verifies until anything of it changes`, () => {
    const signer = newSigner(suite);
    const keys = publicKeysIn(signer.publicPem);
    const signed = signDocument(signer, { rows: 3, hash: 'ab', by: '证人' });
    assert.equal(verifyDocument(keys, signed), 'right');
    const reordered = { ...signed, document: { by: '证人', hash: 'ab', rows: 3 } };
    assert.equal(verifyDocument(keys, reordered), 'right');
    const changed = { ...signed, document: { ...signed.document, rows: 4 } };
    assert.equal(verifyDocument(keys, changed), 'wrong-signature');
    const other = publicKeysIn(newSigner(suite).publicPem);
    assert.equal(verifyDocument(other, signed), 'unknown-key');
    const forged = { ...signed.signature, alg: suite === 'std' ? 'sm2-sm3' : 'ed25519' };
    assert.equal(verifyDocument(keys, { ...signed, signature: forged }), 'wrong-signature');
  });

test('the signing key is made once, for its owner only; both suites live side by side', () => {
  const std = openSigner({ home });
  const sm = openSigner({ home, suite: 'sm' });
  assert.equal(openSigner({ home }).keyId, std.keyId);
  assert.equal(openSigner({ home, suite: 'sm' }).keyId, sm.keyId);
  assert.deepEqual([...publicKeysOf(home).keys()].sort(), [std.keyId, sm.keyId].sort());
  const folder = join(home, 'keys', 'signing');
  const names = readdirSync(folder).sort();
  assert.deepEqual(names, ['0001.ed25519.pem', '0001.sm2-sm3.pem']);
  const file = join(folder, names[0] ?? '');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  chmodSync(file, 0o644);
  assert.throws(() => openSigner({ home }), /chmod 600/);
});

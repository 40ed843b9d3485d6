import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { canonicalJson } from './canonical.ts';
import type { SuiteName } from './suites.ts';

/** Ed25519 (RFC 8032), or SM2 with SM3 (GB/T 32918.2, signature in DER) in the national suite. */
export const SIGN_ALGS = ['ed25519', 'sm2-sm3'] as const;
export type SignAlg = (typeof SIGN_ALGS)[number];

export type Signer = {
  readonly alg: SignAlg;
  /** Sixteen hex digits of the digest of the public key: another key can never pass for it. */
  readonly keyId: string;
  /** SPKI in PEM: to be kept where the house cannot reach it. */
  readonly publicPem: string;
  sign(bytes: Uint8Array): Buffer;
};

/** Public keys by id. */
export type PublicKeys = ReadonlyMap<string, KeyObject>;

export type Signature = { readonly alg: string; readonly keyId: string; readonly value: string };
/** A document somebody outside can verify with the public key: `value` is base64. */
export type Signed<T> = { readonly document: T; readonly signature: Signature };
export type Verdict = 'right' | 'wrong-signature' | 'unknown-key';

const ALG_OF: Record<SuiteName, SignAlg> = { std: 'ed25519', sm: 'sm2-sm3' };

/**
 * The signing key of a house: the newest of `home/keys/signing/*.pem` that fits the suite, made at
 * the first start. Rotation is a further file with a later name; older ones stay to verify with.
 */
export function openSigner(from: { readonly home: string; readonly suite?: SuiteName }): Signer {
  const alg = ALG_OF[from.suite ?? 'std'];
  const folder = join(from.home, 'keys', 'signing');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const newest = (): KeyObject | undefined =>
    privateKeysIn(folder)
      .filter((key) => algOf(key) === alg)
      .at(-1);
  if (!newest()) makeKey(folder, alg);
  const key = newest();
  if (!key) throw new Error(`${folder}: the signing key that was made cannot be read`);
  return signerOf(key);
}

/** A signer that lives in memory only: for tests and tools. */
export const newSigner = (suite: SuiteName = 'std'): Signer =>
  signerOf(createPrivateKey(generate(ALG_OF[suite])));

/** Every public key of a house, old ones too. */
export const publicKeysOf = (home: string): PublicKeys =>
  keysByIds(privateKeysIn(join(home, 'keys', 'signing')).map((key) => createPublicKey(key)));

/** The public keys of a text of one or more PEM blocks. */
export const publicKeysIn = (pem: string): PublicKeys =>
  keysByIds(
    [...pem.matchAll(/-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g)].map((block) =>
      createPublicKey(block[0]),
    ),
  );

/** Whether the signature over these bytes was made by the key it names. */
export function verifySignature(
  keys: PublicKeys,
  signature: { readonly alg: string; readonly keyId: string; readonly value: Uint8Array },
  bytes: Uint8Array,
): Verdict {
  const key = keys.get(signature.keyId);
  if (!key) return 'unknown-key';
  if (algOf(key) !== signature.alg) return 'wrong-signature';
  const digest = signature.alg === 'ed25519' ? null : 'sm3';
  return verify(digest, bytes, key, signature.value) ? 'right' : 'wrong-signature';
}

const bytesOf = (document: unknown): Buffer => Buffer.from(canonicalJson(document), 'utf8');

/** Signs the canonical JSON (RFC 8785) of a document. */
export function signDocument<T>(signer: Signer, document: T): Signed<T> {
  const value = signer.sign(bytesOf(document)).toString('base64');
  return { document, signature: { alg: signer.alg, keyId: signer.keyId, value } };
}

/** Whether a signed document is as it was signed, by a key among these. */
export const verifyDocument = (keys: PublicKeys, signed: Signed<unknown>): Verdict =>
  verifySignature(
    keys,
    { ...signed.signature, value: Buffer.from(signed.signature.value, 'base64') },
    bytesOf(signed.document),
  );

/** The curve of SM2, 1.2.156.10197.1.301, in DER. */
const SM2_CURVE = Buffer.from('06082a811ccf5501822d', 'hex');

/** OpenSSL names the type of an SM2 key to nobody: its curve says what it is. */
const algOf = (key: KeyObject): SignAlg | undefined => {
  if (key.asymmetricKeyType === 'ed25519') return 'ed25519';
  const open = key.type === 'private' ? createPublicKey(key) : key;
  return spkiOf(open).includes(SM2_CURVE) ? 'sm2-sm3' : undefined;
};

const spkiOf = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' });

const idOf = (key: KeyObject): string =>
  createHash('sha256').update(spkiOf(key)).digest('hex').slice(0, 16);

const keysByIds = (keys: readonly KeyObject[]): PublicKeys =>
  new Map(keys.map((key) => [idOf(key), key]));

function signerOf(key: KeyObject): Signer {
  const alg = algOf(key);
  if (!alg) throw new Error('a signing key is Ed25519 or SM2');
  const open = createPublicKey(key);
  return {
    alg,
    keyId: idOf(open),
    publicPem: open.export({ type: 'spki', format: 'pem' }).toString(),
    sign: (bytes) => sign(alg === 'ed25519' ? null : 'sm3', bytes, key),
  };
}

/** As PEM: a key of the SM2 curve fresh from the generator would sign by ECDSA, a read one by SM2. */
const generate = (alg: SignAlg): string => {
  const { privateKey } =
    alg === 'ed25519'
      ? generateKeyPairSync('ed25519')
      : generateKeyPairSync('ec', { namedCurve: 'SM2' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
};

function privateKeysIn(folder: string): KeyObject[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith('.pem'));
  return names.sort().map((name) => {
    const path = join(folder, name);
    if ((statSync(path).mode & 0o077) !== 0)
      throw new Error(`${path} can be read by others than its owner: chmod 600 it`);
    return createPrivateKey(readFileSync(path));
  });
}

/** On disk before it is used, whole or not at all: when two processes begin at once, one wins. */
function makeKey(folder: string, alg: SignAlg): void {
  const path = join(folder, `0001.${alg}.pem`);
  const draft = `${path}.${process.pid}.new`;
  const file = openSync(draft, 'w', 0o600);
  try {
    writeSync(file, generate(alg));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  try {
    linkSync(draft, path);
  } catch (fault) {
    if (!existsSync(path)) throw fault;
  } finally {
    rmSync(draft, { force: true });
  }
}

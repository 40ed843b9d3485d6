import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { type Chance, keysOfHome, keysOfText, type RootKey } from './keys.ts';

/**
 * Field encryption and blind indexes. A sealed value is
 * `version 1 · key id 4 · nonce 12 · ciphertext · tag 16` bytes, 33 more than its plain text;
 * version and key id are authenticated. Nonces are random: change the key before 2^32 seals with it
 * (NIST SP 800-38D §8.3).
 */
export type Vault = {
  seal(plain: string): Buffer;
  /** Throws when the value was changed or its key is not here. */
  open(sealed: Uint8Array): string;
  sealBytes(plain: Uint8Array): Buffer;
  openBytes(sealed: Uint8Array): Buffer;
  /**
   * 16 bytes by which equal values of one domain are found without opening them: HMAC-SHA-256, cut.
   * Normalise before (`normaliseIdNo`): different spellings have different indexes. Always of the
   * oldest key, so that adding a key keeps every index.
   */
  blindIndex(domain: string, value: string): Buffer;
};

const VERSION = 1;
const NONCE_AT = 5;
const TEXT_AT = 17;
const TAG_BYTES = 16;
const INDEX_BYTES = 16;
/** Randomness is fetched for so many nonces at once: the system call is the dear part. */
const NONCES_AHEAD = 1_024;

/**
 * The vault of FENGHUO_KEY (`key`) when it is set, else of `home/keys`, made at the first
 * start.
 */
export function openVault(
  from: { readonly home: string; readonly key?: string | undefined },
  chance: Chance = randomBytes,
): Vault {
  const keys = from.key ? keysOfText(from.key, 'FENGHUO_KEY') : keysOfHome(from.home, chance);
  return vaultOf(keys, chance);
}

/** The vault of given root keys, oldest first. */
export function vaultOf(keys: readonly RootKey[], chance: Chance = randomBytes): Vault {
  const [oldest] = keys;
  const newest = keys.at(-1);
  if (!oldest || !newest) throw new Error('a vault needs a key');
  const sealKeys = new Map(keys.map((root) => [root.id, derive(root, 'seal')]));
  const sealBytes = sealer(newest.id, derive(newest, 'seal'), nonces(chance));
  const openBytes = opener(sealKeys);
  return {
    seal: (plain) => sealBytes(Buffer.from(plain, 'utf8')),
    open: (sealed) => openBytes(sealed).toString('utf8'),
    sealBytes,
    openBytes,
    blindIndex: indexer(derive(oldest, 'blind index')),
  };
}

/** One key per use, so that a weakness of one use says nothing about another (RFC 5869). */
const derive = (root: RootKey, use: string): KeyObject =>
  createSecretKey(Buffer.from(hkdfSync('sha256', root.key, '', `fenghuo ${use} v1`, 32)));

function nonces(chance: Chance): () => Buffer {
  let pool: Buffer = Buffer.alloc(0);
  let at = 0;
  return () => {
    if (at >= pool.length) {
      pool = chance(12 * NONCES_AHEAD);
      at = 0;
    }
    at += 12;
    return pool.subarray(at - 12, at);
  };
}

function sealer(id: number, key: KeyObject, nonce: () => Buffer): (plain: Uint8Array) => Buffer {
  const header = Buffer.from([VERSION, 0, 0, 0, 0]);
  header.writeUInt32BE(id, 1);
  return (plain) => {
    const out = Buffer.allocUnsafe(TEXT_AT + plain.length + TAG_BYTES);
    const iv = nonce();
    header.copy(out, 0);
    iv.copy(out, NONCE_AT);
    const cipher = createCipheriv('aes-256-gcm', key, iv);
    cipher.setAAD(header);
    cipher.update(plain).copy(out, TEXT_AT);
    cipher.final();
    cipher.getAuthTag().copy(out, TEXT_AT + plain.length);
    return out;
  };
}

function opener(keys: ReadonlyMap<number, KeyObject>): (sealed: Uint8Array) => Buffer {
  return (sealed) => {
    const b = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
    if (b.length < TEXT_AT + TAG_BYTES || b[0] !== VERSION) throw new Error('not a sealed value');
    const key = keys.get(b.readUInt32BE(1));
    if (!key) {
      throw new Error(`sealed with key ${b.toString('hex', 1, 5)}, which this vault does not have`);
    }
    const cipher = createDecipheriv('aes-256-gcm', key, b.subarray(NONCE_AT, TEXT_AT));
    cipher.setAAD(b.subarray(0, NONCE_AT));
    cipher.setAuthTag(b.subarray(b.length - TAG_BYTES));
    const plain = cipher.update(b.subarray(TEXT_AT, b.length - TAG_BYTES));
    try {
      cipher.final();
    } catch (cause) {
      throw new Error('a sealed value was changed', { cause });
    }
    return plain;
  };
}

/** The domain ends in a NUL, so that no domain and value run into another pair. */
const indexer =
  (key: KeyObject) =>
  (domain: string, value: string): Buffer => {
    if (domain.includes('\0')) throw new Error('a domain of a blind index has no NUL');
    const whole = createHmac('sha256', key).update(`${domain}\0${value}`, 'utf8').digest();
    return whole.subarray(0, INDEX_BYTES);
  };

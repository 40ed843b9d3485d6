import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto';

/**
 * Two suites of algorithms, one layout. `std`: AES-256-GCM, HMAC-SHA-256, SHA-256. `sm`, the national
 * one (密码法 Art 27; GB/T 32905 SM3, GB/T 32907 SM4, GB/T 32918 SM2): SM4-CTR, then HMAC-SM3 over
 * everything before it, since OpenSSL offers no SM4-GCM. The first byte of a sealed value names
 * its suite, so both open in any house that has the key.
 */
export const SUITES = ['std', 'sm'] as const;
export type SuiteName = (typeof SUITES)[number];

export const NONCE_BYTES = 12;
export const TAG_BYTES = 16;

/** One direction bound to one root key. The header is authenticated, not encrypted. */
export type Cipher = {
  /** Writes ciphertext and tag into `out` from `at`; `at` is where the nonce ended. */
  readonly seal: (
    header: Buffer,
    nonce: Buffer,
    plain: Uint8Array,
    out: Buffer,
    at: number,
  ) => void;
  /** Undefined when anything was changed. */
  readonly open: (header: Buffer, nonce: Buffer, text: Buffer, tag: Buffer) => Buffer | undefined;
};

export type Suite = {
  readonly name: SuiteName;
  /** First byte of what it sealed. */
  readonly version: number;
  readonly digest: 'sha256' | 'sm3';
  readonly cipherOf: (rootKey: Buffer) => Cipher;
  /** The key of blind indexes: HMAC under `digest`. */
  readonly indexKeyOf: (rootKey: Buffer) => KeyObject;
};

/** One key per use, so that a weakness of one use says nothing about another (RFC 5869). */
const derive = (digest: string, root: Buffer, use: string, bytes: number): KeyObject =>
  createSecretKey(Buffer.from(hkdfSync(digest, root, '', `fenghuo ${use} v1`, bytes)));

function gcm(root: Buffer): Cipher {
  const key = derive('sha256', root, 'seal', 32);
  return {
    seal(header, nonce, plain, out, at) {
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      cipher.setAAD(header);
      cipher.update(plain).copy(out, at);
      cipher.final();
      cipher.getAuthTag().copy(out, at + plain.length);
    },
    open(header, nonce, text, tag) {
      const cipher = createDecipheriv('aes-256-gcm', key, nonce);
      cipher.setAAD(header);
      cipher.setAuthTag(tag);
      const plain = cipher.update(text);
      try {
        cipher.final();
      } catch {
        return undefined;
      }
      return plain;
    },
  };
}

/** Encrypt, then MAC (GB/T 36624 mechanism 5; the MAC by GB/T 15852.2, cut to 128 bits). */
function sm4(root: Buffer): Cipher {
  const key = derive('sm3', root, 'sm4 seal', 16);
  const macKey = derive('sm3', root, 'sm3 seal', 32);
  // The counter fills the last four bytes: 64 GiB under one nonce, more than any block.
  const ivOf = (nonce: Buffer): Buffer => Buffer.concat([nonce, Buffer.alloc(4)]);
  const macOf = (header: Buffer, nonce: Buffer, text: Buffer): Buffer =>
    createHmac('sm3', macKey)
      .update(header)
      .update(nonce)
      .update(text)
      .digest()
      .subarray(0, TAG_BYTES);
  return {
    seal(header, nonce, plain, out, at) {
      const cipher = createCipheriv('sm4-ctr', key, ivOf(nonce));
      cipher.update(plain).copy(out, at);
      cipher.final();
      macOf(header, nonce, out.subarray(at, at + plain.length)).copy(out, at + plain.length);
    },
    open(header, nonce, text, tag) {
      if (!timingSafeEqual(macOf(header, nonce, text), tag)) return undefined;
      const cipher = createDecipheriv('sm4-ctr', key, ivOf(nonce));
      return Buffer.concat([cipher.update(text), cipher.final()]);
    },
  };
}

const SUITE: Record<SuiteName, Suite> = {
  std: {
    name: 'std',
    version: 1,
    digest: 'sha256',
    cipherOf: gcm,
    indexKeyOf: (root) => derive('sha256', root, 'blind index', 32),
  },
  sm: {
    name: 'sm',
    version: 2,
    digest: 'sm3',
    cipherOf: sm4,
    indexKeyOf: (root) => derive('sm3', root, 'blind index', 32),
  },
};

export const suiteOf = (name: SuiteName): Suite => SUITE[name];
export const suiteOfVersion = (version: number): Suite | undefined =>
  SUITES.map(suiteOf).find((suite) => suite.version === version);

/** FENGHUO_SUITE; `std` when it is not set. */
export function suiteNamed(text: string | undefined): SuiteName {
  const name = SUITES.find((it) => it === (text || 'std'));
  if (!name) throw new Error(`FENGHUO_SUITE=${text} is neither std nor sm`);
  return name;
}

/** SHA-256 or SM3 of bytes, 32 bytes. */
export const digestOf = (suite: SuiteName, bytes: Uint8Array | string): Buffer =>
  createHash(SUITE[suite].digest).update(bytes).digest();

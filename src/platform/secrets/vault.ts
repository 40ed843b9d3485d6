import { createHmac, type KeyObject, randomBytes } from 'node:crypto';
import { type Chance, type RootKey, keyName, keysOfHome, keysOfText } from './keys.ts';
import { firstRing, type Index, readRing, type Ring } from './ring/ring.ts';
import {
  type Cipher,
  NONCE_BYTES,
  type SuiteName,
  suiteOf,
  suiteOfVersion,
  TAG_BYTES,
} from './suites.ts';

/**
 * Field encryption and blind indexes. A sealed value is
 * `suite 1 · key id 4 · nonce 12 · ciphertext · tag 16` bytes, 33 more than its plain text; suite
 * and key id are authenticated. Nonces are random: change the key before 2^32 seals with it
 * (NIST SP 800-38D §8.3).
 */
export type Vault = {
  seal(plain: string): Buffer;
  /** Throws when the value was changed or its key is not here. */
  open(sealed: Uint8Array): string;
  sealBytes(plain: Uint8Array): Buffer;
  openBytes(sealed: Uint8Array): Buffer;
  /**
   * 16 bytes by which equal values of one domain are found without opening them: an HMAC, cut.
   * Normalise before (`normaliseIdNo`): different spellings have different indexes. Always of the
   * oldest live index, so that adding a key keeps every index.
   */
  blindIndex(domain: string, value: string): Buffer;
  /**
   * The index of a value under every live index key, oldest first; one but for the time of a
   * rotation. Look up by all of them and write all of them: a value is then found whichever of
   * them a process knows.
   */
  blindIndexes(domain: string, value: string): Buffer[];
  /** The header every seal of now begins with: what begins otherwise is of an older key or suite. */
  header(): Buffer;
  /** Reads keys and ring again; running processes call it every second or so. */
  refresh(): Promise<void>;
  /** What the vault holds, for `fenghuo keys status`: never a key itself. */
  state(): VaultState;
};

export type VaultState = {
  readonly suite: SuiteName;
  /** Oldest first. */
  readonly keys: readonly { readonly id: number; readonly name: string; readonly seals: boolean }[];
  readonly indexes: readonly Index[];
};

const ID_AT = 1;
const NONCE_AT = 5;
const TEXT_AT = NONCE_AT + NONCE_BYTES;
const INDEX_BYTES = 16;
/** Randomness is fetched for so many nonces at once: the system call is the dear part. */
const NONCES_AHEAD = 1_024;

export type VaultOptions = {
  readonly suite?: SuiteName | undefined;
  readonly ring?: Ring | undefined;
  readonly chance?: Chance | undefined;
};

/** Keys and ring as they stand now. */
export type Loaded = { readonly keys: readonly RootKey[]; readonly ring?: Ring | undefined };

/**
 * The vault of FENGHUO_KEY (`key`) when it is set, else of `home/keys`, made at the first start.
 * Key files that are added later are seen at `refresh`, and at once when a value names one.
 */
export function openVault(
  from: {
    readonly home: string;
    readonly key?: string | undefined;
    readonly suite?: SuiteName | undefined;
  },
  chance: Chance = randomBytes,
): Vault {
  const load = (): Loaded => ({
    keys: from.key ? keysOfText(from.key, 'FENGHUO_KEY') : keysOfHome(from.home, chance),
    ring: readRing(from.home),
  });
  return liveVault(load(), { suite: from.suite, chance, loadNow: load });
}

/** The vault of given root keys, oldest first. */
export function vaultOf(keys: readonly RootKey[], options: VaultOptions | Chance = {}): Vault {
  const given = typeof options === 'function' ? { chance: options } : options;
  return liveVault({ keys, ring: given.ring }, given);
}

/**
 * A vault whose keys may change while it is used. `loadNow` answers at once (files); `load` may ask
 * somebody (a KMS). Without either, the keys stay as given.
 */
export function liveVault(
  first: Loaded,
  how: VaultOptions & {
    readonly loadNow?: () => Loaded;
    readonly load?: () => Promise<Loaded>;
  },
): Vault {
  const suite = how.suite ?? 'std';
  const nonce = nonces(how.chance ?? randomBytes);
  let now = keysIn(first, suite);
  const take = (loaded: Loaded): void => {
    if (!sameKeys(now.loaded, loaded)) now = keysIn(loaded, suite);
  };
  const sealBytes = (plain: Uint8Array): Buffer => seal(now, nonce(), plain);
  const openBytes = (sealed: Uint8Array): Buffer => {
    const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
    if (isOfUnknownKey(now, bytes) && how.loadNow) take(how.loadNow());
    return open(now, bytes);
  };
  return {
    seal: (plain) => sealBytes(Buffer.from(plain, 'utf8')),
    open: (sealed) => openBytes(sealed).toString('utf8'),
    sealBytes,
    openBytes,
    blindIndex: (domain, value) => now.first(domain, value),
    blindIndexes: (domain, value) => now.indexers.map((index) => index(domain, value)),
    header: () => Buffer.from(now.header),
    async refresh() {
      if (how.loadNow) take(how.loadNow());
      else if (how.load) take(await how.load());
    },
    state: () => ({
      suite,
      keys: now.loaded.keys.map(({ id }) => ({
        id,
        name: keyName(id),
        seals: id === now.header.readUInt32BE(ID_AT),
      })),
      indexes: now.ring.indexes,
    }),
  };
}

type Indexer = (domain: string, value: string) => Buffer;
type Keys = {
  readonly loaded: Loaded;
  readonly ring: Ring;
  readonly roots: ReadonlyMap<number, Buffer>;
  /** By suite and key id, made when first needed. */
  readonly ciphers: Map<string, Cipher>;
  readonly header: Buffer;
  readonly sealing: Cipher;
  readonly first: Indexer;
  readonly indexers: readonly Indexer[];
};

const sameKeys = (a: Loaded, b: Loaded): boolean =>
  a.keys.length === b.keys.length &&
  a.keys.every((key, i) => key.id === b.keys[i]?.id) &&
  JSON.stringify(a.ring) === JSON.stringify(b.ring);

function keysIn(loaded: Loaded, suiteName: SuiteName): Keys {
  const { keys } = loaded;
  const newest = keys.at(-1);
  if (!newest) throw new Error('a vault needs a key');
  const suite = suiteOf(suiteName);
  const ring = loaded.ring ?? firstRing(keys, suiteName);
  const roots = new Map(keys.map((root) => [root.id, root.key]));
  const seals = (ring.seals === undefined ? undefined : roots.get(ring.seals)) ?? newest.key;
  const id = keys.find((root) => root.key === seals)?.id ?? newest.id;
  const header = Buffer.from([suite.version, 0, 0, 0, 0]);
  header.writeUInt32BE(id, ID_AT);
  const indexers = ring.indexes.flatMap((index) => {
    const root = roots.get(index.key);
    return root ? [indexer(index, suiteOf(index.suite).indexKeyOf(root))] : [];
  });
  const [first] = indexers;
  if (!first)
    throw new Error('the key of the blind indexes is not here: was keys/ring.json moved?');
  const sealing = suite.cipherOf(seals);
  const ciphers = new Map([[`${suite.version} ${id}`, sealing]]);
  return { loaded, ring, roots, ciphers, header, sealing, first, indexers };
}

function nonces(chance: Chance): () => Buffer {
  let pool: Buffer = Buffer.alloc(0);
  let at = 0;
  return () => {
    if (at >= pool.length) {
      pool = chance(NONCE_BYTES * NONCES_AHEAD);
      at = 0;
    }
    at += NONCE_BYTES;
    return pool.subarray(at - NONCE_BYTES, at);
  };
}

function seal({ header, sealing }: Keys, nonce: Buffer, plain: Uint8Array): Buffer {
  const out = Buffer.allocUnsafe(TEXT_AT + plain.length + TAG_BYTES);
  header.copy(out, 0);
  nonce.copy(out, NONCE_AT);
  sealing.seal(header, nonce, plain, out, TEXT_AT);
  return out;
}

const isSealed = (b: Buffer): boolean =>
  b.length >= TEXT_AT + TAG_BYTES && suiteOfVersion(b[0] ?? 0) !== undefined;

const isOfUnknownKey = (keys: Keys, b: Buffer): boolean =>
  isSealed(b) && !keys.roots.has(b.readUInt32BE(ID_AT));

function cipherOf(keys: Keys, b: Buffer): Cipher {
  const suite = isSealed(b) ? suiteOfVersion(b[0] ?? 0) : undefined;
  if (!suite) throw new Error('not a sealed value');
  const id = b.readUInt32BE(ID_AT);
  const known = keys.ciphers.get(`${suite.version} ${id}`);
  if (known) return known;
  const root = keys.roots.get(id);
  if (!root) throw new Error(`sealed with key ${keyName(id)}, which this vault does not have`);
  const made = suite.cipherOf(root);
  keys.ciphers.set(`${suite.version} ${id}`, made);
  return made;
}

function open(keys: Keys, b: Buffer): Buffer {
  const header = b.subarray(0, NONCE_AT);
  const nonce = b.subarray(NONCE_AT, TEXT_AT);
  const tagAt = b.length - TAG_BYTES;
  const plain = cipherOf(keys, b).open(
    header,
    nonce,
    b.subarray(TEXT_AT, tagAt),
    b.subarray(tagAt),
  );
  if (!plain) throw new Error('a sealed value was changed');
  return plain;
}

/** The domain ends in a NUL, so that no domain and value run into another pair. */
function indexer(index: Index, key: KeyObject): Indexer {
  const { digest, version } = suiteOf(index.suite);
  const name = Buffer.alloc(5, version);
  name.writeUInt32BE(index.key, ID_AT);
  return (domain, value) => {
    if (domain.includes('\0')) throw new Error('a domain of a blind index has no NUL');
    const whole = createHmac(digest, key).update(`${domain}\0${value}`, 'utf8').digest();
    const cut = whole.subarray(0, INDEX_BYTES);
    return index.plain ? cut : Buffer.concat([name, cut]);
  };
}

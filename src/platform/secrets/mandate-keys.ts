import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { type Chance, KEY_BYTES, rootKey } from './keys.ts';
import type { Vault } from './vault.ts';
import { vaultOf } from './vault.ts';

/**
 * One key per order, in `home/keys/mandates/ID.key`, 32 bytes wrapped by the root key. What an
 * order brought in is sealed with its key only, so that destroying the key destroys every copy,
 * also those in backups (crypto-shredding; NIST SP 800-88 §2.5). Therefore this folder is **never
 * backed up**: a lost key loses data that the law wants gone soon anyway. Several processes share
 * the folder; each use looks whether the file is still there.
 */
export type MandateKeys = {
  /** Makes the key, on disk before it is used; a second call answers the same one's fingerprint. */
  create(id: number): string;
  has(id: number): boolean;
  /** Seals and opens with the order's key. Throws when it is gone: ask `has` first. */
  vaultFor(id: number): Vault;
  /** Overwrites, unlinks, and makes both durable. Again: nothing. */
  destroy(id: number): void;
  /** Wraps every key anew with the newest root key: before an old root key is taken away. */
  rewrap(): number;
};

/**
 * The keys of a home. `root` wraps them; a key port of a city's KMS would stand in its place, with
 * the same five verbs.
 */
export function openMandateKeys(
  home: string,
  root: Pick<Vault, 'sealBytes' | 'openBytes'>,
  chance: Chance = randomBytes,
): MandateKeys {
  const folder = join(home, 'keys', 'mandates');
  const pathOf = (id: number): string => {
    if (!Number.isSafeInteger(id) || id < 1) throw new Error('no id of an order');
    return join(folder, `${id}.key`);
  };
  const opened = new Map<number, Vault>();
  const read = (id: number): Buffer => {
    const path = pathOf(id);
    if ((statSync(path).mode & 0o077) !== 0) {
      throw new Error(`${path} can be read by others than its owner: chmod 600 it`);
    }
    return root.openBytes(readFileSync(path));
  };
  const has = (id: number): boolean => {
    const isThere = existsSync(pathOf(id));
    if (!isThere) opened.delete(id);
    return isThere;
  };
  return {
    has,
    create(id) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      if (!has(id)) writeWhole(folder, pathOf(id), root.sealBytes(chance(KEY_BYTES)), linkSync);
      return fingerprintOf(read(id));
    },
    vaultFor(id) {
      if (!has(id)) throw new Error(`the key of order ${id} is gone`);
      const known = opened.get(id);
      if (known) return known;
      const vault = vaultOf([rootKey(read(id))], chance);
      opened.set(id, vault);
      return vault;
    },
    destroy(id) {
      opened.delete(id);
      const path = pathOf(id);
      if (!existsSync(path)) return;
      overwrite(path, chance(statSync(path).size));
      unlinkSync(path);
      syncFolder(folder);
    },
    rewrap() {
      if (!existsSync(folder)) return 0;
      const ids = readdirSync(folder).filter((name) => /^\d+\.key$/.test(name));
      for (const name of ids) {
        const sealed = root.sealBytes(read(Number.parseInt(name, 10)));
        writeWhole(folder, join(folder, name), sealed, renameSync);
      }
      return ids.length;
    },
  };
}

/** Says which key it was without saying the key: kept with the order and in its certificate. */
const fingerprintOf = (key: Buffer): string =>
  createHash('sha256').update('fenghuo mandate key').update(key).digest('hex');

/** On disk and whole or not at all; `place` makes the draft the file. */
function writeWhole(
  folder: string,
  path: string,
  bytes: Buffer,
  place: (from: string, to: string) => void,
): void {
  const draft = `${path}.${process.pid}.new`;
  const file = openSync(draft, 'w', 0o600);
  try {
    writeSync(file, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  try {
    place(draft, path);
  } catch (fault) {
    if (!existsSync(path)) throw fault;
  } finally {
    rmSync(draft, { force: true });
  }
  syncFolder(folder);
}

function overwrite(path: string, noise: Buffer): void {
  const file = openSync(path, 'r+');
  try {
    writeSync(file, noise, 0, noise.length, 0);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function syncFolder(folder: string): void {
  const it = openSync(folder, 'r');
  try {
    fsyncSync(it);
  } finally {
    closeSync(it);
  }
}

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { assertPrivate, writeSecret } from './ring/files.ts';

/** A root key and the four bytes of its digest by which sealed values name it. */
export type RootKey = { readonly id: number; readonly key: Buffer };
/** Chance as an argument: so many unpredictable bytes. */
export type Chance = (bytes: number) => Buffer;

export const KEY_BYTES = 32;

/**
 * The id follows from the key itself: another key can never pass for a lost one. A name, not a
 * protection, so it is the same under both suites.
 */
export const rootKey = (key: Buffer): RootKey => ({
  id: createHash('sha256').update('fenghuo key id').update(key).digest().readUInt32BE(0),
  key,
});

/** How a key's id is written for people: eight hexadecimal digits. */
export const keyName = (id: number): string => id.toString(16).padStart(8, '0');

/** Keys of a FENGHUO_KEY: base64 of 32 bytes each, oldest first, separated by commas. */
export function keysOfText(text: string, from: string): RootKey[] {
  return text.split(',').map((part) => {
    const key = Buffer.from(part.trim(), 'base64');
    if (key.length !== KEY_BYTES) {
      throw new Error(`${from}: a key is ${KEY_BYTES} bytes in base64, this one has ${key.length}`);
    }
    return rootKey(key);
  });
}

export const keyFolder = (home: string): string => join(home, 'keys');

/** The key files of a home, oldest first: `.key` as they are, `.wrapped` under a root or a KMS. */
export function keyFiles(home: string): string[] {
  mkdirSync(keyFolder(home), { recursive: true, mode: 0o700 });
  return readdirSync(keyFolder(home))
    .filter((name) => /\.(key|wrapped)$/.test(name))
    .sort();
}

export function readKeyFile(home: string, name: string): string {
  const path = join(keyFolder(home), name);
  assertPrivate(path);
  return readFileSync(path, 'utf8');
}

/**
 * The keys of `home/keys/*.key`, oldest first by name, of which the last seals. Without any, the
 * first one is made. Refuses a file that others than its owner can read.
 */
export function keysOfHome(home: string, chance: Chance): RootKey[] {
  if (keyFiles(home).length === 0) addKeyFile(home, chance);
  return keyFiles(home)
    .filter((name) => name.endsWith('.key'))
    .flatMap((name) => keysOfText(readKeyFile(home, name), join(keyFolder(home), name)));
}

/** Number of the next key file: four digits, never one that was retired. */
export function nextKeyNo(home: string): string {
  const retired = join(keyFolder(home), 'retired');
  const gone = existsSync(retired) ? readdirSync(retired) : [];
  const used = [...keyFiles(home), ...gone].map((name) => Number.parseInt(name, 10));
  return String(Math.max(0, ...used.filter(Number.isFinite)) + 1).padStart(4, '0');
}

/** Makes a key file after all others; running processes seal with it as soon as they see it. */
export function addKeyFile(home: string, chance: Chance): RootKey {
  const made = rootKey(chance(KEY_BYTES));
  const path = join(keyFolder(home), `${nextKeyNo(home)}.key`);
  writeSecret(path, `${made.key.toString('base64')}\n`, 'new');
  return made;
}

/**
 * Takes a key out of use: its file goes to `keys/retired`, where it stays for old backups until
 * somebody destroys it together with them.
 */
export function retireKeyFile(home: string, name: string): void {
  const folder = keyFolder(home);
  mkdirSync(join(folder, 'retired'), { recursive: true, mode: 0o700 });
  renameSync(join(folder, name), join(folder, 'retired', name));
}

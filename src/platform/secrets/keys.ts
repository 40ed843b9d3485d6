import { createHash } from 'node:crypto';
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

/** A root key and the four bytes of its digest by which sealed values name it. */
export type RootKey = { readonly id: number; readonly key: Buffer };
/** Chance as an argument: so many unpredictable bytes. */
export type Chance = (bytes: number) => Buffer;

export const KEY_BYTES = 32;

/** The id follows from the key itself: another key can never pass for a lost one. */
export const rootKey = (key: Buffer): RootKey => ({
  id: createHash('sha256').update('fenghuo key id').update(key).digest().readUInt32BE(0),
  key,
});

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

/**
 * The keys of `home/keys/*.key`, oldest first by name, of which the last seals. Without any, the
 * first one is made. Refuses a file that others than its owner can read.
 */
export function keysOfHome(home: string, chance: Chance): RootKey[] {
  const folder = join(home, 'keys');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const first = join(folder, '0001.key');
  const names = (): string[] => readdirSync(folder).filter((name) => name.endsWith('.key'));
  if (names().length === 0) makeKey(first, chance);
  return names()
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      if ((statSync(path).mode & 0o077) !== 0) {
        throw new Error(`${path} can be read by others than its owner: chmod 600 it`);
      }
      return keysOfText(readFileSync(path, 'utf8'), path);
    });
}

/**
 * On disk before it is used, and whole or not at all: when two processes begin at once, one
 * wins.
 */
function makeKey(path: string, chance: Chance): void {
  const draft = `${path}.${process.pid}.new`;
  const file = openSync(draft, 'w', 0o600);
  try {
    writeSync(file, `${chance(KEY_BYTES).toString('base64')}\n`);
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

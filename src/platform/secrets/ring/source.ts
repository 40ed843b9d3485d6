import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  addKeyFile,
  type Chance,
  KEY_BYTES,
  keyFiles,
  keyFolder,
  keysOfText,
  nextKeyNo,
  readKeyFile,
  rootKey,
  type RootKey,
} from '../keys.ts';
import type { SuiteName } from '../suites.ts';
import { type Loaded, liveVault, openVault, type Vault, vaultOf } from '../vault.ts';
import { writeSecret } from './files.ts';
import { readRing } from './ring.ts';

/**
 * Who wraps the data keys of the house (envelope encryption): a root key of the environment or a
 * key management service. Data keys lie in `home/keys/*.wrapped`; to turn the root wraps them
 * anew and leaves the data as it is.
 */
export type KeySource = {
  /** Written into the file, so that one sees who can open it: `root 0a1b2c3d`, `transit fenghuo`. */
  readonly name: string;
  wrap(key: Buffer): Promise<string>;
  /** Throws when this source did not wrap it or cannot be reached. */
  unwrap(wrapped: string): Promise<Buffer>;
};

/** Root keys of FENGHUO_ROOT_KEY: base64 of 32 bytes each, oldest first; the last one wraps. */
export function rootSource(text: string, suite: SuiteName = 'std'): KeySource {
  const roots = vaultOf(keysOfText(text, 'FENGHUO_ROOT_KEY'), { suite });
  const newest = roots.state().keys.at(-1)?.name ?? '';
  return {
    name: `root ${newest}`,
    wrap: async (key) => roots.sealBytes(key).toString('base64'),
    unwrap: async (wrapped) => roots.openBytes(Buffer.from(wrapped, 'base64')),
  };
}

type WrappedFile = { readonly by: string; readonly wrapped: string };

const wrappedIn = (home: string, name: string): WrappedFile =>
  JSON.parse(readKeyFile(home, name)) as WrappedFile;

async function writeWrapped(
  home: string,
  name: string,
  source: KeySource,
  key: Buffer,
  how: 'new' | 'replace',
): Promise<void> {
  const file: WrappedFile = { by: source.name, wrapped: await source.wrap(key) };
  writeSecret(join(keyFolder(home), name), `${JSON.stringify(file)}\n`, how);
}

/** Every data key of a home, oldest first; without any, the first one is made under the source. */
async function loadWrapped(home: string, source: KeySource, chance: Chance): Promise<Loaded> {
  if (keyFiles(home).length === 0)
    await writeWrapped(home, '0001.wrapped', source, chance(KEY_BYTES), 'new');
  const keys: RootKey[] = [];
  for (const name of keyFiles(home)) {
    if (name.endsWith('.key')) keys.push(...keysOfText(readKeyFile(home, name), name));
    else keys.push(rootKey(await source.unwrap(wrappedIn(home, name).wrapped)));
  }
  return { keys, ring: readRing(home) };
}

export type VaultFrom = {
  readonly home: string;
  /** FENGHUO_KEY: the data keys themselves; nothing is read from the home then. */
  readonly key?: string | undefined;
  readonly source?: KeySource | undefined;
  readonly suite?: SuiteName | undefined;
};

/** The vault of a house whose data keys may be wrapped. Without a source, `openVault`. */
export async function openWrappedVault(
  from: VaultFrom,
  chance: Chance = randomBytes,
): Promise<Vault> {
  const { home, source, suite } = from;
  if (from.key || !source) return openVault(from, chance);
  const load = (): Promise<Loaded> => loadWrapped(home, source, chance);
  return liveVault(await load(), { suite, chance, load });
}

/** Makes a data key after all others, under the source when there is one. */
export async function addKey(from: VaultFrom, chance: Chance = randomBytes): Promise<RootKey> {
  if (from.key) throw new Error('keys come from FENGHUO_KEY: add the new one there and restart');
  if (!from.source) return addKeyFile(from.home, chance);
  const made = rootKey(chance(KEY_BYTES));
  await writeWrapped(from.home, `${nextKeyNo(from.home)}.wrapped`, from.source, made.key, 'new');
  return made;
}

/**
 * Wraps every data key with the newest root: after it, the older root opens nothing of this home.
 * Plain key files become wrapped ones. Returns how many keys.
 */
export async function rewrapKeys(home: string, source: KeySource): Promise<number> {
  let keys = 0;
  for (const name of keyFiles(home)) {
    const isPlain = name.endsWith('.key');
    const plain = isPlain
      ? keysOfText(readKeyFile(home, name), name)[0]?.key
      : await source.unwrap(wrappedIn(home, name).wrapped);
    if (!plain) throw new Error(`${name} holds no key`);
    const wrapped = name.replace(/\.key$/, '.wrapped');
    await writeWrapped(home, wrapped, source, plain, 'replace');
    if (isPlain) rmSync(join(keyFolder(home), name));
    keys++;
  }
  return keys;
}

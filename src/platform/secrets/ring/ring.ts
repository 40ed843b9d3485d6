import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RootKey } from '../keys.ts';
import { SUITES, type SuiteName } from '../suites.ts';
import { writeSecret } from './files.ts';

/**
 * Which blind indexes are alive, oldest first, and which key seals. An index is named by suite and
 * key; the first of a house is `plain`: its values carry no name (16 bytes), those of every later
 * one begin with the five bytes of a seal's header (21 bytes), so that they are told apart.
 */
export type Index = { readonly suite: SuiteName; readonly key: number; readonly plain: boolean };
export type Ring = {
  readonly indexes: readonly Index[];
  /** The key that seals; absent: the newest. Set while a new key spreads that others must fetch. */
  readonly seals?: number | undefined;
};

const pathOf = (home: string): string => join(home, 'keys', 'ring.json');
const hex = (id: number): string => id.toString(16).padStart(8, '0');

type Written = { indexes: { suite: string; key: string; plain: boolean }[]; seals?: string };

/** The ring of a home; undefined when it was never written: one index, of the oldest key. */
export function readRing(home: string): Ring | undefined {
  const path = pathOf(home);
  if (!existsSync(path)) return undefined;
  const written = JSON.parse(readFileSync(path, 'utf8')) as Written;
  return {
    indexes: written.indexes.map((it) => ({
      suite: SUITES.find((name) => name === it.suite) ?? 'std',
      key: Number.parseInt(it.key, 16),
      plain: it.plain,
    })),
    ...(written.seals ? { seals: Number.parseInt(written.seals, 16) } : {}),
  };
}

/** Whole or not at all: a running process may read it at any moment. */
export function writeRing(home: string, ring: Ring): void {
  const written: Written = {
    indexes: ring.indexes.map((it) => ({ ...it, key: hex(it.key) })),
    ...(ring.seals === undefined ? {} : { seals: hex(ring.seals) }),
  };
  writeSecret(pathOf(home), `${JSON.stringify(written, undefined, 2)}\n`, 'replace');
}

/** What a house without a ring has: one plain index, of its oldest key. */
export const firstRing = (keys: readonly RootKey[], suite: SuiteName): Ring => {
  const [oldest] = keys;
  if (!oldest) throw new Error('a vault needs a key');
  return { indexes: [{ suite, key: oldest.id, plain: true }] };
};

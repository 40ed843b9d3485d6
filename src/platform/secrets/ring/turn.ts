import { keyFiles, keyName, keysOfText, readKeyFile, retireKeyFile } from '../keys.ts';
import type { VaultState } from '../vault.ts';
import { type Index, readRing, writeRing } from './ring.ts';

const isSame = (a: Index, b: Index): boolean => a.key === b.key && a.suite === b.suite;

/**
 * Begins a new blind index under the newest key and the vault's suite: from then on every process
 * writes under both and looks up under both. Returns it; the same again when it has begun.
 */
export function beginIndex(home: string, state: VaultState): Index {
  const newest = state.keys.at(-1);
  if (!newest) throw new Error('a vault needs a key');
  const wanted: Index = { suite: state.suite, key: newest.id, plain: false };
  const known = state.indexes.find((it) => isSame(it, wanted));
  if (known) return known;
  writeRing(home, { ...readRing(home), indexes: [...state.indexes, wanted] });
  return wanted;
}

/** Ends every index but the newest one: values under them are dropped by their rooms. */
export function endOlderIndexes(home: string, state: VaultState): readonly Index[] {
  const newest = state.indexes.at(-1);
  if (!newest) return [];
  writeRing(home, { ...readRing(home), indexes: [newest] });
  return state.indexes.slice(0, -1);
}

/** Which key seals; undefined: the newest. A key that others must fetch spreads before it seals. */
export function sealWith(home: string, state: VaultState, key: number | undefined): void {
  const { indexes } = readRing(home) ?? state;
  writeRing(home, key === undefined ? { indexes } : { indexes, seals: key });
}

/**
 * Takes a key out of use. The caller has proved that nothing names it; here only the newest key
 * and one that an index needs are refused.
 */
export function retireKey(home: string, state: VaultState, id: number): string {
  const place = state.keys.findIndex((key) => key.id === id);
  if (place < 0) throw new Error(`this house has no key ${keyName(id)}`);
  if (place === state.keys.length - 1) throw new Error('the newest key cannot be retired');
  if (state.indexes.some((index) => index.key === id))
    throw new Error(`blind indexes still stand under key ${keyName(id)}: run keys rotate first`);
  // Files stand in the order of the keys; one file may hold several keys in a row.
  const name = fileOf(home, place, id);
  retireKeyFile(home, name);
  return name;
}

function fileOf(home: string, place: number, id: number): string {
  let at = 0;
  for (const name of keyFiles(home)) {
    const held = name.endsWith('.key') ? keysOfText(readKeyFile(home, name), name) : [undefined];
    if (place >= at && place < at + held.length) {
      if (held.length > 1)
        throw new Error(`${name} holds several keys: write each into a file of its own`);
      if (held[0] && held[0].id !== id) throw new Error(`${name} changed meanwhile; try again`);
      return name;
    }
    at += held.length;
  }
  throw new Error(`no file of this home holds key ${keyName(id)}`);
}

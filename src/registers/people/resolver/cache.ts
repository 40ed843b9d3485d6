import type { Resolved } from '../model.ts';

/** What the resolver remembers of a person it has met, so that an unchanged row costs no SQL. */
export type Known = {
  /** The person the handle belongs to; `result.person` is another when it was linked into one. */
  self: number;
  identified: boolean;
  result: Resolved;
  areaTrust: number;
  areaAt: number;
  unitTrust: number;
  unitAt: number;
  /** The last print of each source: equal print, nothing new. */
  sources: number[];
  prints: number[];
  /** Prints of the names, phones and triples the person is known to be found by. */
  searched: number[];
  /** This resolver made the person, so that it knows every source that spoke of it, up to PRINTS_MAX. */
  madeHere: boolean;
  /** Read from the database then; another worker may have changed it since. */
  readAt: number;
};

/** Persons in memory at most, some 300 bytes each. */
export const RESOLVER_CACHE_MAX = 500_000;
/** Prints kept per person; further sources push out the first. */
export const PRINTS_MAX = 16;
const SEARCHED_MAX = 12;

export type Cache = {
  get(key: string): Known | undefined;
  set(key: string, known: Known): void;
  /** Forgets persons whose files were linked: they are read again when next met. */
  dropPersons(persons: Iterable<number>): void;
  readonly size: number;
};

/**
 * Two generations: what was used since the last turn is young; when the young are half of the
 * maximum, the old are forgotten and the young grow old. Near LRU at the price of one map
 * look-up.
 */
export function newCache(max: number = RESOLVER_CACHE_MAX): Cache {
  let young = new Map<string, Known>();
  let old = new Map<string, Known>();
  let stale = new Set<number>();
  const set = (key: string, known: Known): void => {
    if (young.size >= max / 2) {
      old = young;
      young = new Map();
    }
    young.set(key, known);
  };
  const find = (key: string): Known | undefined => {
    const hit = young.get(key);
    if (hit) return hit;
    const again = old.get(key);
    if (again) {
      old.delete(key);
      set(key, again);
    }
    return again;
  };
  return {
    get(key) {
      const known = find(key);
      return known && stale.size > 0 && stale.has(known.self) ? undefined : known;
    },
    set(key, known) {
      stale.delete(known.self);
      set(key, known);
    },
    dropPersons(persons) {
      for (const person of persons) stale.add(person);
      if (stale.size < max / 4) return;
      young = new Map();
      old = new Map();
      stale = new Set();
    },
    get size() {
      return young.size + old.size;
    },
  };
}

export const copyOf = (known: Known): Known => ({
  ...known,
  sources: [...known.sources],
  prints: [...known.prints],
  searched: [...known.searched],
});

/** Whether the source can have said nothing about the person so far. */
export const isNewSource = (known: Known, source: number): boolean =>
  known.madeHere && known.sources.length < PRINTS_MAX && !known.sources.includes(source);

export const hasPrint = (known: Known, source: number, print: number): boolean => {
  const at = known.sources.indexOf(source);
  return at >= 0 && known.prints[at] === print;
};

/** True the first time; forgetting the oldest only costs a question the database answers with no. */
export function keepSearched(known: Known, print: number): boolean {
  if (known.searched.includes(print)) return false;
  if (known.searched.length >= SEARCHED_MAX) known.searched.shift();
  known.searched.push(print);
  return true;
}

export function keepPrint(known: Known, source: number, print: number): void {
  const at = known.sources.indexOf(source);
  if (at >= 0) {
    known.prints[at] = print;
    return;
  }
  if (known.sources.length >= PRINTS_MAX) {
    known.sources.shift();
    known.prints.shift();
  }
  known.sources.push(source);
  known.prints.push(print);
}

/**
 * 53-bit hash of a text (cyrb53, public domain): two multiplicative lanes over its UTF-16 units.
 */
export function printOf(text: string): number {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 2654435761);
    b = Math.imul(b ^ unit, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 4294967296 * (2097151 & b) + (a >>> 0);
}

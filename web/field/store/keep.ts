import { type DBSchema, type IDBPDatabase, openDB } from 'idb';

/**
 * What the phone keeps: everything personal is sealed (AES-256-GCM) under a key that cannot be read
 * out of the browser, one per user, thrown away at logout. Where the page came without TLS there is
 * no WebCrypto: then nothing is written, and things live as long as the page.
 */
type Sealed = { iv: Uint8Array<ArrayBuffer>; bytes: ArrayBuffer };
type Shelf = 'kept' | 'draft' | 'outbox';
interface Shelves extends DBSchema {
  keys: { key: string; value: CryptoKey };
  kept: { key: string; value: Sealed };
  draft: { key: string; value: Sealed };
  outbox: { key: string; value: Sealed };
}

export const isSafe = globalThis.crypto?.subtle !== undefined && 'indexedDB' in globalThis;
const memory = new Map<string, unknown>();
let opened: Promise<IDBPDatabase<Shelves>> | undefined;

const shelves = (): Promise<IDBPDatabase<Shelves>> =>
  (opened ??= openDB<Shelves>('fenghuo-field', 1, {
    upgrade(db) {
      db.createObjectStore('keys');
      for (const name of ['kept', 'draft', 'outbox'] as const) db.createObjectStore(name);
    },
  }));

async function keyOf(user: string): Promise<CryptoKey> {
  const db = await shelves();
  const kept = await db.get('keys', user);
  if (kept) return kept;
  const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
    'encrypt',
    'decrypt',
  ]);
  // Another tab may have been faster: the first key stays.
  const tx = db.transaction('keys', 'readwrite');
  const first = await tx.store.get(user);
  if (!first) await tx.store.put(made, user);
  await tx.done;
  return first ?? made;
}

const nameOf = (user: string, name: string): string => `${user}/${name}`;
const slotOf = (shelf: Shelf, user: string, name: string): string => `${shelf}:${user}/${name}`;

export async function put(shelf: Shelf, user: string, name: string, value: unknown): Promise<void> {
  if (!isSafe) {
    memory.set(slotOf(shelf, user, name), value);
    return;
  }
  const key = await keyOf(user);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(JSON.stringify(value));
  const bytes = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, plain);
  await (await shelves()).put(shelf, { iv, bytes }, nameOf(user, name));
}

async function opens<T>(user: string, sealed: Sealed): Promise<T> {
  const key = await keyOf(user);
  const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: sealed.iv }, key, sealed.bytes);
  return JSON.parse(new TextDecoder().decode(plain)) as T;
}

export async function get<T>(shelf: Shelf, user: string, name: string): Promise<T | undefined> {
  if (!isSafe) return memory.get(slotOf(shelf, user, name)) as T | undefined;
  const sealed = await (await shelves()).get(shelf, nameOf(user, name));
  return sealed ? opens<T>(user, sealed) : undefined;
}

/** Everything of one user on one shelf, by name: outbox names sort by birth. */
export async function all<T>(shelf: Shelf, user: string): Promise<T[]> {
  if (!isSafe) {
    const head = slotOf(shelf, user, '');
    const mine = [...memory].filter(([slot]) => slot.startsWith(head)).sort();
    return mine.map(([, value]) => value as T);
  }
  const range = IDBKeyRange.bound(nameOf(user, ''), nameOf(user, '\uffff'));
  const sealed = await (await shelves()).getAll(shelf, range);
  return Promise.all(sealed.map((one) => opens<T>(user, one)));
}

export async function drop(shelf: Shelf, user: string, name: string): Promise<void> {
  if (!isSafe) memory.delete(slotOf(shelf, user, name));
  else await (await shelves()).delete(shelf, nameOf(user, name));
}

/** Forgets one user wholly, the key with it. */
export async function wipe(user: string): Promise<void> {
  memory.clear();
  localStorage.removeItem('fenghuo.field.user');
  if (!isSafe) return;
  const db = await shelves();
  const range = IDBKeyRange.bound(nameOf(user, ''), nameOf(user, '\uffff'));
  for (const shelf of ['kept', 'draft', 'outbox'] as const) await db.delete(shelf, range);
  await db.delete('keys', user);
}

import { argon2, createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

/** OWASP Password Storage Cheat Sheet: argon2id with at least 19 MiB, 2 passes, 1 lane. */
const COST = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const SALT_BYTES = 16;
const TAG_BYTES = 32;
/** A stored hash that asks for more was not made here; it must not exhaust the machine. */
const MEMORY_MAX = 262_144;

const derive = promisify(argon2);
type Cost = { memory: number; passes: number; parallelism: number };

const digest = (password: string, salt: Uint8Array, cost: Cost, bytes: number): Promise<Buffer> =>
  derive('argon2id', {
    message: password.normalize('NFKC'),
    nonce: salt,
    tagLength: bytes,
    ...cost,
  });

/** A PHC string: `$argon2id$v=19$m=19456,t=2,p=1$salt$tag`. */
export async function hashPassword(
  password: string,
  salt: Uint8Array = randomBytes(SALT_BYTES),
): Promise<string> {
  const tag = await digest(password, salt, COST, TAG_BYTES);
  const cost = `m=${COST.memory},t=${COST.passes},p=${COST.parallelism}`;
  return `$argon2id$v=19$${cost}$${base64(salt)}$${base64(tag)}`;
}

const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** Whether the password made this hash; false for a text that is no such hash. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const m = PHC.exec(stored);
  if (!m) return false;
  const cost = { memory: Number(m[1]), passes: Number(m[2]), parallelism: Number(m[3]) };
  if (cost.memory > MEMORY_MAX || cost.passes > 10 || cost.parallelism > 4) return false;
  const tag = Buffer.from(m[5] ?? '', 'base64');
  const again = await digest(password, Buffer.from(m[4] ?? '', 'base64'), cost, tag.length);
  return timingSafeEqual(tag, again);
}

/** 256 bits of chance as 43 characters, for sessions and source keys. Only its hash is stored. */
export const newToken = (chance: (bytes: number) => Buffer = randomBytes): string =>
  chance(32).toString('base64url');

/** SHA-256, 32 bytes. A token is random, so no slow hash is needed (unlike a password). */
export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest();

const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes).toString('base64').replace(/=+$/, '');

import { z } from 'zod';
import { FIRST_INSTANT, LAST_INSTANT } from './time.ts';

/** Keyset paging: `after` is the opaque cursor a page ended with. Pages hold at most 200 rows. */
export const pageQuery = {
  after: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
};

export const page = <T extends z.ZodType>(row: T) =>
  z.object({ rows: z.array(row), next: z.string().nullable() });

export type Page<T> = { rows: T[]; next: string | null };

/** A cursor is the sort key of the last row, as JSON in base64url. */
export const cursorOf = (key: readonly (string | number | null)[]): string =>
  btoa(encodeURIComponent(JSON.stringify(key)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');

const isWhole = (it: unknown): it is number => typeof it === 'number' && Number.isSafeInteger(it);

/** What may stand at one place of a cursor: anybody may write one, so each is checked. */
const PARTS = {
  text: (it: unknown) => typeof it === 'string' && !it.includes('\0'),
  id: (it: unknown) => isWhole(it) && it >= 0,
  instant: (it: unknown) => isWhole(it) && it >= FIRST_INSTANT && it <= LAST_INSTANT,
  number: (it: unknown) => typeof it === 'number' && Number.isFinite(it),
};
type Part = keyof typeof PARTS;
type KeyOf<P extends readonly Part[]> = { [I in keyof P]: P[I] extends 'text' ? string : number };

/** Reads a cursor back; undefined when it is none of this list's: the list then begins anew. */
export function keyOf<const P extends readonly Part[]>(
  cursor: string | undefined,
  parts: P,
): KeyOf<P> | undefined {
  if (!cursor) return undefined;
  try {
    const text = decodeURIComponent(atob(cursor.replaceAll('-', '+').replaceAll('_', '/')));
    const key: unknown = JSON.parse(text);
    const fits =
      Array.isArray(key) &&
      key.length === parts.length &&
      parts.every((part, i) => PARTS[part](key[i]));
    return fits ? (key as KeyOf<P>) : undefined;
  } catch {
    return undefined;
  }
}

/** Cuts a fetched list of up to limit + 1 rows to a page. */
export function pageOf<T>(
  rows: T[],
  limit: number,
  key: (row: T) => readonly (string | number | null)[],
): Page<T> {
  const kept = rows.slice(0, limit);
  const last = kept.at(-1);
  return { rows: kept, next: rows.length > limit && last ? cursorOf(key(last)) : null };
}

import { z } from 'zod';

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

/** Reads a cursor back; undefined when it is none of ours. */
export function keyOf(
  cursor: string | undefined,
  length: number,
): (string | number | null)[] | undefined {
  if (!cursor) return undefined;
  try {
    const text = decodeURIComponent(atob(cursor.replaceAll('-', '+').replaceAll('_', '/')));
    const key: unknown = JSON.parse(text);
    return Array.isArray(key) && key.length === length ? key : undefined;
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

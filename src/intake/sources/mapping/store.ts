import { keyOf, type Page, pageOf } from '#base/paging.ts';
import type { Tx } from '#platform/db/index.ts';
import type { Mapping, SavedMapping } from './model.ts';

const MAPPING = `id, source_id as "sourceId", version, mapping, author_id as "authorId",
  saved_at as "savedAt"`;

/** The newest version of a source's mapping; undefined when it sends our own names. */
export const mappingInForce = (tx: Tx, sourceId: number): Promise<SavedMapping | undefined> =>
  tx.row<SavedMapping>(
    `select ${MAPPING} from sources.mapping where source_id = $1 order by version desc limit 1`,
    [sourceId],
  );

/** Mappings by id: those batches were received under. */
export const mappingsById = (tx: Tx, ids: readonly number[]): Promise<SavedMapping[]> =>
  tx.rows<SavedMapping>(`select ${MAPPING} from sources.mapping where id = any($1::int[])`, [ids]);

/** Versions of a source's mapping, newest first. */
export async function mappingsPage(
  tx: Tx,
  query: { sourceId: number; after?: string | undefined; limit: number },
): Promise<Page<SavedMapping>> {
  const [after = null] = keyOf(query.after, ['id']) ?? [];
  const rows = await tx.rows<SavedMapping>(
    `select ${MAPPING} from sources.mapping
     where source_id = $1 and ($2::int is null or version < $2) order by version desc limit $3`,
    [query.sourceId, after, query.limit + 1],
  );
  return pageOf(rows, query.limit, (row) => [row.version]);
}

/** Undefined when another version was saved meanwhile. */
export const insertMapping = (
  tx: Tx,
  it: { sourceId: number; version: number; mapping: Mapping; authorId: number },
  now: number,
): Promise<SavedMapping | undefined> =>
  tx.row<SavedMapping>(
    `insert into sources.mapping (source_id, version, mapping, author_id, saved_at)
     values ($1, $2, $3, $4, $5) on conflict do nothing returning ${MAPPING}`,
    [it.sourceId, it.version, JSON.stringify(it.mapping), it.authorId, new Date(now)],
  );

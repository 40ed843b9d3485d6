import { keyOf, type Page, pageOf } from '#base/paging.ts';
import type { FieldError } from '#base/refusal.ts';
import type { Tx } from '#platform/db/index.ts';
import type { Vault } from '#platform/secrets/index.ts';
import type { Rejected } from './model.ts';

export type QuarantinedRow = {
  id: number;
  batchId: string;
  sourceId: number;
  rowNo: number;
  kind: string;
  errors: FieldError[];
  state: 'open' | 'mended' | 'dropped';
  at: number;
};

const ROW = `id, batch_id as "batchId", source_id as "sourceId", row_no as "rowNo", kind, errors,
  state, at`;

export type NewQuarantined = {
  readonly batchId: string;
  readonly sourceId: number;
  readonly rowNo: number;
  readonly rejected: Rejected;
};

type Sealed = { raw: string; fields: Record<string, unknown> | null };

/** Keeps rows that were not admitted: their content sealed, their errors in the open. */
export async function insertQuarantined(
  tx: Tx,
  vault: Vault,
  rows: readonly NewQuarantined[],
  now: number,
): Promise<void> {
  if (rows.length === 0) return;
  const sealed = rows.map(({ rejected }) => {
    const content: Sealed = { raw: rejected.raw, fields: rejected.fields ?? null };
    return vault.seal(JSON.stringify(content)).toString('hex');
  });
  await tx.run(
    `insert into records.quarantine (batch_id, source_id, row_no, kind, errors, codes, sealed, at)
     select b, s, n, k, e::jsonb, string_to_array(c, ','), decode(x, 'hex'), $8
     from unnest($1::text[], $2::int[], $3::int8[], $4::text[], $5::text[], $6::text[], $7::text[])
       as q (b, s, n, k, e, c, x)`,
    [
      rows.map((it) => it.batchId),
      rows.map((it) => it.sourceId),
      rows.map((it) => it.rowNo),
      rows.map((it) => it.rejected.kind),
      rows.map((it) => JSON.stringify(it.rejected.errors)),
      rows.map((it) => [...new Set(it.rejected.errors.map((e) => e.code))].join(',')),
      sealed,
      new Date(now),
    ],
  );
}

export type QuarantineQuery = {
  after?: string | undefined;
  limit: number;
  batchId?: string | undefined;
  source?: number | undefined;
  code?: string | undefined;
  state?: QuarantinedRow['state'] | undefined;
};

/** Rows of a batch in their order, or of the whole city newest first. */
export async function quarantinePage(
  tx: Tx,
  query: QuarantineQuery,
): Promise<Page<QuarantinedRow>> {
  const isBatch = query.batchId !== undefined;
  const where: string[] = [];
  const params: unknown[] = [query.limit + 1];
  const add = (sql: string, value: unknown): void => {
    where.push(sql.replace('?', `$${params.push(value)}`));
  };
  const [after] = keyOf(query.after, ['id']) ?? [];
  if (after !== undefined) add(isBatch ? 'id > ?' : 'id < ?', after);
  if (isBatch) add('batch_id = ?', query.batchId);
  if (query.source) add('source_id = ?', query.source);
  if (query.code) add('codes @> array[?::text]', query.code);
  if (query.state) add('state = ?', query.state);
  const rows = await tx.rows<QuarantinedRow>(
    `select ${ROW} from records.quarantine
     ${where.length > 0 ? `where ${where.join(' and ')}` : ''}
     order by id ${isBatch ? '' : 'desc'} limit $1`,
    params,
  );
  return pageOf(rows, query.limit, (row) => [row.id]);
}

export type OpenedRow = QuarantinedRow & { raw: string; fields: Record<string, unknown> | null };

const opened = (vault: Vault, row: QuarantinedRow & { sealed: Buffer }): OpenedRow => {
  const { sealed, ...rest } = row;
  const content: Sealed = JSON.parse(vault.open(sealed));
  return { ...rest, ...content };
};

export async function openQuarantined(
  tx: Tx,
  vault: Vault,
  id: number,
): Promise<OpenedRow | undefined> {
  const row = await tx.row<QuarantinedRow & { sealed: Buffer }>(
    `select ${ROW}, sealed from records.quarantine where id = $1`,
    [id],
  );
  return row && opened(vault, row);
}

/** Opened rows of a batch after `afterId`, for the export. */
export async function openedOfBatch(
  tx: Tx,
  vault: Vault,
  batchId: string,
  afterId: number,
  limit: number,
): Promise<OpenedRow[]> {
  const rows = await tx.rows<QuarantinedRow & { sealed: Buffer }>(
    `select ${ROW}, sealed from records.quarantine
     where batch_id = $1 and id > $2 order by id limit $3`,
    [batchId, afterId, limit],
  );
  return rows.map((row) => opened(vault, row));
}

/** Marks a row as mended by a batch; 0 when it was not open any more. */
export const markMended = (
  tx: Tx,
  it: { id: number; batchId: string; actorId: number },
): Promise<number> =>
  tx.run(
    `update records.quarantine set state = 'mended', mended_batch = $2, mended_by = $3
     where id = $1 and state = 'open'`,
    [it.id, it.batchId, it.actorId],
  );

/** Rows whose mended copy never reached the log: they wait for somebody again. */
export const reopenMended = (tx: Tx, batchIds: readonly string[]): Promise<number> =>
  tx.run(
    `update records.quarantine set state = 'open', mended_batch = null, mended_by = null
     where mended_batch = any($1) and state = 'mended'`,
    [batchIds],
  );

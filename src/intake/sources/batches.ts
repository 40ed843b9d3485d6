import type { KindName } from '#base/kinds.ts';
import { keyOf, type Page, pageOf } from '#base/paging.ts';
import type { Tx } from '#platform/db/index.ts';
import type { BatchHead, BatchStatus } from './model.ts';

const BATCH = `id, source_id as "sourceId", channel, format, charset, kind, kinds,
  place_code as "placeCode", status, received, bytes, checksum, cut_reason as "cutReason",
  started_at as "startedAt", ended_at as "endedAt", mapping_id as "mappingId"`;

export type NewBatch = Pick<
  BatchHead,
  'id' | 'sourceId' | 'channel' | 'format' | 'charset' | 'kind' | 'placeCode'
> & {
  readonly keyId?: number;
  readonly kinds?: readonly KindName[];
  readonly mappingId?: number | null;
};

export const openBatch = (tx: Tx, it: NewBatch, now: number): Promise<number> =>
  tx.run(
    `insert into sources.batch (id, source_id, channel, format, charset, kind, place_code, key_id,
       status, started_at, kinds, mapping_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, 'receiving', $9, $10, $11)`,
    [
      it.id,
      it.sourceId,
      it.channel,
      it.format,
      it.charset,
      it.kind,
      it.placeCode,
      it.keyId ?? null,
      new Date(now),
      it.kinds ?? [],
      it.mappingId ?? null,
    ],
  );

/** How far a batch that is still receiving has come; an ended one keeps what it ended with. */
export const growBatch = (tx: Tx, id: string, received: number, bytes: number): Promise<number> =>
  tx.run(
    `update sources.batch set received = greatest(received, $2), bytes = greatest(bytes, $3)
     where id = $1 and status = 'receiving'`,
    [id, received, bytes],
  );

export type BatchEnd = {
  readonly status: Exclude<BatchStatus, 'receiving'>;
  readonly received: number;
  readonly bytes?: number;
  readonly checksum?: string;
  readonly cutReason?: string;
};

/** Ends a batch once and adds its rows to the tally of its source; ending it again changes nothing. */
export async function closeBatch(tx: Tx, id: string, end: BatchEnd, now: number): Promise<void> {
  const row = await tx.row<{ sourceId: number }>(
    `update sources.batch set status = $2, received = $3, bytes = coalesce($4, bytes),
       checksum = $5, cut_reason = $6, ended_at = $7
     where id = $1 and status = 'receiving' returning source_id as "sourceId"`,
    [
      id,
      end.status,
      end.received,
      end.bytes ?? null,
      end.checksum ?? null,
      end.cutReason ?? null,
      new Date(now),
    ],
  );
  if (!row) return;
  await tx.run(
    `insert into sources.tally as t (source_id, received) values ($1, $2)
     on conflict (source_id) do update set received = t.received + excluded.received`,
    [row.sourceId, end.received],
  );
}

export const batchById = (tx: Tx, id: string): Promise<BatchHead | undefined> =>
  tx.row<BatchHead>(`select ${BATCH} from sources.batch where id = $1`, [id]);

export const batchesById = (tx: Tx, ids: readonly string[]): Promise<BatchHead[]> =>
  tx.rows<BatchHead>(`select ${BATCH} from sources.batch where id = any($1)`, [ids]);

/** Batches still receiving: live ones, and those a crash left behind (see records/recover). */
export const openBatches = (tx: Tx): Promise<BatchHead[]> =>
  tx.rows<BatchHead>(`select ${BATCH} from sources.batch where status = 'receiving' order by id`);

/** Rows received in ended batches, by source. */
export const receivedTotals = (tx: Tx): Promise<{ sourceId: number; received: number }[]> =>
  tx.rows('select source_id as "sourceId", received from sources.tally order by source_id');

/** Batches, newest first: ids sort by birth. */
export async function batchesPage(
  tx: Tx,
  query: {
    after?: string | undefined;
    limit: number;
    source?: number | undefined;
    status?: BatchStatus | undefined;
  },
): Promise<Page<BatchHead>> {
  const [after = 'a'] = keyOf(query.after, ['text']) ?? [];
  const where = ['id < $1'];
  const params: unknown[] = [after, query.limit + 1];
  if (query.source) where.push(`source_id = $${params.push(query.source)}`);
  if (query.status) where.push(`status = $${params.push(query.status)}`);
  const rows = await tx.rows<BatchHead>(
    `select ${BATCH} from sources.batch where ${where.join(' and ')} order by id desc limit $2`,
    params,
  );
  return pageOf(rows, query.limit, (row) => [row.id]);
}

/** The batch answered under an idempotency key. */
export const batchOfReceipt = (
  tx: Tx,
  sourceId: number,
  key: string,
): Promise<BatchHead | undefined> =>
  tx.row<BatchHead>(
    `select ${BATCH} from sources.batch
     where id = (select batch_id from sources.receipt where source_id = $1 and key = $2)`,
    [sourceId, key],
  );

/** Says which batch stands for a key from now on. */
export const writeReceipt = (
  tx: Tx,
  it: { sourceId: number; key: string; batchId: string },
  now: number,
): Promise<number> =>
  tx.run(
    `insert into sources.receipt (source_id, key, batch_id, at) values ($1, $2, $3, $4)
     on conflict (source_id, key) do update set batch_id = excluded.batch_id, at = excluded.at`,
    [it.sourceId, it.key, it.batchId, new Date(now)],
  );

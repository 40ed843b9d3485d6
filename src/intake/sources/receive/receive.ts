import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { sortableId } from '#base/ids.ts';
import type { KindName } from '#base/kinds.ts';
import { isRefusal, type Refusal, refuse } from '#base/refusal.ts';
import type { Clock } from '#base/time.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import type { Log } from '#platform/files/index.ts';
import { batchOfReceipt, closeBatch, growBatch, openBatch, writeReceipt } from '../batches.ts';
import { bodyOf, promiseOf, TOO_LARGE, TOO_SLOW, TooLarge, TooSlow } from './body.ts';
import { BrokenStructure } from '../decode/scan.ts';
import { RowTooLong, rowSplitter } from '../decode/split.ts';
import type { Mapping } from '../mapping/model.ts';
import { mappingInForce } from '../mapping/store.ts';
import { opened, type Utf16, utf16Of, utf8From } from '../tables/dialect.ts';
import { TableRefused } from '../tables/model.ts';
import {
  type BatchHead,
  type Charset,
  type Format,
  formatName,
  LIMITS,
  type Source,
} from '../model.ts';
import { BadHeadings, headingFinder, knowsOf } from './heading.ts';
import { DocumentRefused, writeDocument } from './document.ts';
import { writeMessages } from './messages.ts';
import { holdFile, wholeFile, writeTable } from './table.ts';
import { appendDurably, BlockWriter, LogBusy } from './writer.ts';

export type ReceiveDeps = {
  readonly db: Db;
  readonly log: Log;
  readonly clock: Clock;
  readonly chance: (bytes: number) => Uint8Array;
  /** Whether the worker is so far behind that nothing more may be taken (records' backlogGate). */
  readonly isBehind?: () => Promise<boolean>;
};

export type Receipt = {
  readonly batch: string;
  readonly received: number;
  readonly status: string;
  readonly link: string;
  readonly replay: boolean;
};

const receiptOf = (batch: string, received: number, status: string, replay: boolean): Receipt => ({
  batch,
  received,
  status,
  link: `/api/batches/${batch}`,
  replay,
});

const BUSY = refuse('busy', 'log-busy', {
  zh: '接收队列已满，请稍后重发；已收到的行不会重复。',
  en: 'The intake queue is full; send again later. Rows already taken will not be doubled.',
});
const HEADINGS = refuse('invalid', 'headings', {
  zh: 'CSV 第一行没有可识别的列名。',
  en: 'The first line of the CSV holds no heading we know.',
});
const OTHER_BODY = refuse('conflict', 'key-reused', {
  zh: '同一个 Idempotency-Key 已用于另一份内容，请换一个新的键。',
  en: 'This Idempotency-Key was used for other content; send a new key.',
});
const brokenAt = (at: string): Refusal =>
  refuse('invalid', 'broken-structure', {
    zh: `内容结构有误（${at}），此处之前的行已收下，其余未收。`,
    en: `The structure breaks (${at}); rows before it were taken, the rest was not.`,
  });

/** What an upload that stopped is answered and remembered as. Undefined: the sender went away. */
export function stopOf(cause: unknown): { reason: string; refusal: Refusal | undefined } {
  if (cause instanceof LogBusy) return { reason: 'log-busy', refusal: BUSY };
  if (cause instanceof TooLarge) return { reason: 'too-large', refusal: TOO_LARGE };
  if (cause instanceof TooSlow) return { reason: 'too-slow', refusal: TOO_SLOW };
  if (cause instanceof DocumentRefused)
    return { reason: cause.refusal.code, refusal: cause.refusal };
  if (cause instanceof TableRefused) return { reason: cause.refusal.code, refusal: cause.refusal };
  if (cause instanceof BadHeadings) return { reason: 'headings', refusal: HEADINGS };
  if (cause instanceof RowTooLong)
    return { reason: 'row-too-long', refusal: brokenAt(`> ${LIMITS.rowBytesMax} bytes/row`) };
  if (cause instanceof BrokenStructure)
    return { reason: 'broken-structure', refusal: brokenAt(`byte ${cause.at}`) };
  const code = (cause as NodeJS.ErrnoException)?.code ?? '';
  if (code.startsWith('Z_')) return { reason: 'bad-gzip', refusal: brokenAt('gzip') };
  return { reason: 'broken-off', refusal: undefined };
}

type Upload = {
  readonly batch: string;
  readonly source: Source;
  readonly format: Format;
  readonly charset: Charset;
  readonly utf16?: Utf16;
  readonly isGzip: boolean;
  readonly mapping: Mapping | undefined;
  readonly request: IncomingMessage;
};

/** Cuts a text body into rows as it comes; the heading of a CSV says how its fields are set apart. */
export async function cutRows(
  upload: Pick<Upload, 'format' | 'charset' | 'utf16' | 'mapping'>,
  head: Buffer,
  body: AsyncGenerator<Buffer>,
  writer: BlockWriter,
  after: () => Promise<void>,
): Promise<(isWhole: boolean) => boolean> {
  const { format } = upload;
  const utf16 = utf16Of(head) ?? upload.utf16;
  const charset = utf16 ? 'utf-8' : upload.charset;
  const heading = format === 'csv' ? headingFinder(charset, knowsOf(upload.mapping)) : undefined;
  const splitter = rowSplitter(format, charset, (row, flag) => {
    if (!heading || heading.isFound()) return writer.add(row, flag);
    const dialect = heading.look(row, flag);
    if (dialect === undefined) return writer.keep(Buffer.from(row), format);
    splitter.setDialect(dialect);
    writer.setHeading(Buffer.from(row.map((byte) => (byte === 10 ? 32 : byte))));
  });
  const end = (isWhole: boolean): boolean => {
    const isClosed = splitter.end(isWhole);
    if (isWhole && heading?.isMissed()) throw new BadHeadings();
    return isClosed;
  };
  try {
    for await (const chunk of utf16 ? utf8From(body, utf16) : body) {
      splitter.push(chunk);
      await writer.room();
      await after();
    }
  } catch (cause) {
    if (!heading || heading.isFound()) end(false);
    throw cause;
  }
  return end;
}

/** Streams rows into the log; every whole row that arrived is durable when it returns. */
async function streamRows(deps: ReceiveDeps, upload: Upload) {
  const { format, batch, mapping } = upload;
  const hash = createHash('sha256');
  let bytes = 0;
  let stop: ReturnType<typeof stopOf> | undefined;
  let grownAt = deps.clock();
  let writer: BlockWriter | undefined;
  const grow = async (): Promise<void> => {
    if (deps.clock() - grownAt <= 1000 || !writer) return;
    grownAt = deps.clock();
    const { durable } = writer;
    await deps.db.tx((tx) => growBatch(tx, batch, durable, bytes));
  };
  const counted = async function* (): AsyncGenerator<Buffer> {
    const onRaw = (chunk: Buffer): void => void hash.update(chunk);
    for await (const chunk of bodyOf(upload.request, upload.isGzip, onRaw, deps.clock)) {
      bytes += chunk.length;
      yield chunk;
    }
  };
  const table = format === 'xlsx' || format === 'parquet' ? format : undefined;
  let release: (() => void) | undefined;
  try {
    const isWhole = table !== undefined || format === 'fhir' || format === 'cda';
    release = isWhole ? holdFile() : undefined;
    const { head, body } = await opened(counted());
    const isUtf8 = table !== undefined || upload.utf16 || utf16Of(head);
    const written = {
      format: table ? 'csv' : format,
      charset: isUtf8 ? 'utf-8' : upload.charset,
    } as const;
    writer = new BlockWriter(deps.log, { batch, source: upload.source.id, ...written }, deps.clock);
    if (table) {
      const file = await wholeFile(body, table, writer);
      const ask = { knows: knowsOf(mapping), sheet: mapping?.sheet ?? undefined };
      await writeTable(file, table, writer, ask);
    } else if (format === 'fhir' || format === 'cda') {
      const utf16 = utf16Of(head) ?? upload.utf16;
      const plain = utf16 ? utf8From(body, utf16) : body;
      await writeDocument(plain, format, written.charset, writer);
    } else if (format === 'hl7') await writeMessages(body, written.charset, writer, grow);
    else {
      const end = await cutRows(upload, head, body, writer, grow);
      if (!end(true)) stop = { reason: 'not-closed', refusal: undefined };
    }
  } catch (cause) {
    stop = stopOf(cause);
  }
  release?.();
  try {
    await writer?.finish();
  } catch (cause) {
    const later = stopOf(cause);
    stop = { ...later, refusal: stop?.refusal ?? later.refusal };
  }
  return { stop, received: writer?.durable ?? 0, bytes, checksum: hash.digest('hex') };
}

/** Reads a replayed body to its end; whether it is the one answered before. */
async function isSameBody(request: IncomingMessage, before: BatchHead): Promise<boolean> {
  const hash = createHash('sha256');
  for await (const chunk of request) hash.update(chunk as Buffer);
  return before.checksum === hash.digest('hex');
}

let uploads = 0;

/**
 * Takes one upload of a source whose key was checked. Resolves when every row is durable. A replay
 * under the key of a complete upload is answered as before, without a second append; after a cut
 * one it is taken again, and rows already admitted will be duplicates.
 */
export async function receiveUpload(
  deps: ReceiveDeps,
  ask: {
    source: Source;
    keyId: number;
    kind: KindName | undefined;
    /** What its key may send; rows of another kind are quarantined. Empty: whatever the source may. */
    kinds: readonly KindName[];
    placeCode: string | undefined;
    key: string | undefined;
    request: IncomingMessage;
  },
): Promise<Receipt | Refusal> {
  const { source, request } = ask;
  const promise = promiseOf(source, request.headers);
  if (isRefusal(promise)) return promise;
  if (uploads >= LIMITS.uploadsMax || (await deps.isBehind?.())) return BUSY;
  uploads++;
  try {
    const digest = request.headers['content-digest']?.toString().slice(0, 200);
    const key = ask.key ?? (digest ? `digest ${digest}` : undefined);
    const before = key && (await deps.db.read((tx) => batchOfReceipt(tx, source.id, key)));
    if (before && before.status === 'complete') {
      if (!(await isSameBody(request, before))) return OTHER_BODY;
      return receiptOf(before.id, before.received, before.status, true);
    }
    return await takeUpload(deps, { ...ask, ...promise, key });
  } finally {
    uploads--;
  }
}

async function takeUpload(
  deps: ReceiveDeps,
  ask: Parameters<typeof receiveUpload>[1] & Omit<Upload, 'batch' | 'mapping'>,
): Promise<Receipt | Refusal> {
  const { source, key, format, charset } = ask;
  const now = deps.clock();
  const batch = sortableId(now, deps.chance(12));
  const mapping = await deps.db.tx(async (tx) => {
    const inForce = await mappingInForce(tx, source.id);
    await openBatch(
      tx,
      {
        id: batch,
        sourceId: source.id,
        mappingId: inForce?.id ?? null,
        channel: 'http',
        format,
        charset,
        kind: ask.kind ?? source.kind,
        placeCode: ask.placeCode ?? source.placeCode,
        keyId: ask.keyId,
        kinds: ask.kinds,
      },
      now,
    );
    if (key) await writeReceipt(tx, { sourceId: source.id, key, batchId: batch }, now);
    return inForce?.mapping;
  });
  const done = await streamRows(deps, { ...ask, batch, mapping });
  const status = done.stop ? 'cut' : 'complete';
  const { received, bytes, checksum } = done;
  const cutReason = done.stop?.reason;
  const end = { status, received, bytes, checksum, ...(cutReason ? { cutReason } : {}) } as const;
  await deps.db.tx((tx) => closeBatch(tx, batch, end, deps.clock()));
  return done.stop?.refusal ?? receiptOf(batch, received, status, false);
}

/**
 * One row through the same log, for a row a person mended. `claim` runs with the opening of the
 * batch and may stop it. Returns the batch the row stands in; undefined when it was stopped.
 * Refuses log-busy, and then `release` has run.
 */
export async function receiveRow(
  deps: ReceiveDeps,
  input: {
    source: Source;
    fields: Record<string, unknown>;
    kind: KindName | null;
    placeCode: string | null;
    claim: (tx: Tx, batch: string) => Promise<boolean>;
    /** Undoes the claim when the log took no row. */
    release: (tx: Tx, batch: string) => Promise<unknown>;
  },
): Promise<string | Refusal | undefined> {
  const { source, kind, placeCode } = input;
  const now = deps.clock();
  const batch = sortableId(now, deps.chance(12));
  const bytes = Buffer.from(JSON.stringify(input.fields));
  const how = { channel: 'mend', format: 'ndjson', charset: 'utf-8' } as const;
  const isClaimed = await deps.db.tx(async (tx) => {
    await openBatch(tx, { id: batch, sourceId: source.id, ...how, kind, placeCode }, now);
    return (await input.claim(tx, batch)) || NOT_CLAIMED;
  });
  if (isRefusal(isClaimed)) return undefined;
  const head = { batch, source: source.id, format: formatName('ndjson', 'utf-8') };
  const block = { ...head, rows: 1, flags: 0, receivedAt: now, firstRow: 0, bytes };
  try {
    await appendDurably(deps.log, block, deps.clock);
  } catch (cause) {
    // Of anything else nobody knows whether the row is on disk: the next start finds out.
    if (!(cause instanceof LogBusy)) throw cause;
    const cut = { status: 'cut', received: 0, cutReason: 'log-busy' } as const;
    await deps.db.tx(async (tx) => {
      await closeBatch(tx, batch, cut, deps.clock());
      await input.release(tx, batch);
    });
    return BUSY;
  }
  const end = { status: 'complete', received: 1, bytes: bytes.length } as const;
  await deps.db.tx((tx) => closeBatch(tx, batch, end, deps.clock()));
  return batch;
}

/** A refusal rolls the transaction back. */
const NOT_CLAIMED = refuse('conflict', 'not-claimed', { zh: '未领取', en: 'Not claimed' });

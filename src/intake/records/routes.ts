import { Readable } from 'node:stream';
import type { Scope } from '#base/access.ts';
import { isRefusal, type Refusal, refuse } from '#base/refusal.ts';
import { type Route, route, SENT } from '#platform/http/index.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import type { Lake } from '#platform/lake/index.ts';
import { writeEntry } from '#registers/trace/index.ts';
import { personInScope } from '#registers/people/index.ts';
import { batchById, type BatchHead, batchesPage, sourceNames } from '#intake/sources/index.ts';
import { accountOf, countsOfBatch } from './account.ts';
import * as api from './contract.ts';
import { quarantineCsv } from './export.ts';
import { recordById, recordsAtPlace } from './lake/read.ts';
import { readTimeline } from './lake/timeline.ts';
import { type MendDeps, mendRow, NO_ROW } from './mend.ts';
import { openQuarantined, quarantinePage } from './quarantine.ts';
import { countsOf, errorCounts, lineageOf } from './store.ts';

export type RecordsDeps = MendDeps & { readonly lake: Lake };

const missing = (zh: string, en: string): Refusal => refuse('missing', 'no-such-thing', { zh, en });
const NO_BATCH = missing('没有这个批次。', 'There is no such batch.');
const NO_RECORD = missing(
  '没有这条记录，或不在您的辖区内。',
  'There is no such record, or it lies outside your area.',
);

/** Who read rows as they came; the door notes the rest. */
const note = (db: Db, scope: Scope, action: string, subject: string, now: number): Promise<void> =>
  db.tx((tx) =>
    writeEntry(tx, {
      at: now,
      actor: scope.actor,
      action,
      subject,
      purpose: scope.purpose,
      areaCode: scope.actor.areaCode,
    }),
  );

async function shownBatches(tx: Tx, heads: readonly BatchHead[]) {
  const counts = await countsOf(
    tx,
    heads.map((it) => it.id),
  );
  const byBatch = new Map(counts.map((it) => [it.batchId, it]));
  const names = new Map((await sourceNames(tx)).map((it) => [it.id, it.words]));
  return heads.map((head) => {
    const verdicts = byBatch.get(head.id);
    const numbers = countsOfBatch(head, verdicts);
    return {
      ...head,
      ...numbers,
      source: names.get(head.sourceId) ?? { zh: '', en: '' },
      isSettled: head.status !== 'receiving' && numbers.pending === 0,
      settledAt: verdicts?.settledAt ?? null,
    };
  });
}

const batchRoutes = (): Route[] => [
  route(api.getAccount, ({ db, now }) => db.read((tx) => accountOf(tx, now))),
  route(api.listBatches, ({ db, query }) =>
    db.read(async (tx) => {
      const found = await batchesPage(tx, query);
      return { ...found, rows: await shownBatches(tx, found.rows) };
    }),
  ),
  route(api.getBatch, ({ db, params }) =>
    db.read(async (tx) => {
      const head = await batchById(tx, params.id);
      const [shown] = head ? await shownBatches(tx, [head]) : [];
      if (!head || !shown) return NO_BATCH;
      const received = {
        step: 'receive',
        from: head.channel,
        to: 'log',
        rows: shown.received,
        at: head.startedAt,
        by: shown.source.en,
      };
      return {
        ...shown,
        errors: await errorCounts(tx, head.id),
        timeline: [received, ...(await lineageOf(tx, head.id))],
      };
    }),
  ),
];

const quarantineRoutes = (deps: RecordsDeps): Route[] => [
  route(api.batchQuarantine, ({ db, params, query }) =>
    db.read((tx) => quarantinePage(tx, { ...query, batchId: params.id })),
  ),
  route(api.exportQuarantine, async ({ db, scope, params, reply, now }) => {
    if (!(await db.read((tx) => batchById(tx, params.id)))) return NO_BATCH;
    await note(db, scope, 'quarantine.export', `batch:${params.id}`, now);
    reply
      .header('Content-Disposition', `attachment; filename="quarantine-${params.id}.csv"`)
      .type('text/csv; charset=utf-8');
    await reply.send(Readable.from(quarantineCsv(db, deps.vault, params.id)));
    return SENT;
  }),
  route(api.listQuarantine, ({ db, query }) => db.read((tx) => quarantinePage(tx, query))),
  route(api.getQuarantined, async ({ db, scope, params, now }) => {
    const row = await db.read((tx) => openQuarantined(tx, deps.vault, params.id));
    if (row) await note(db, scope, 'quarantine.read', `row:${params.id}`, now);
    return row ?? NO_ROW;
  }),
  route(api.mendRow, async ({ db, scope, params, body, actor, now }) => {
    const mended = await mendRow(db, deps, actor, { id: params.id, fields: body.fields });
    if (!isRefusal(mended)) await note(db, scope, 'quarantine.mend', `row:${params.id}`, now);
    return mended;
  }),
];

const lakeRoutes = ({ lake }: RecordsDeps): Route[] => [
  route(api.personTimeline, ({ db, scope, params, query, now }) =>
    readTimeline(db, lake, scope, { ...params, ...query }, now),
  ),
  route(api.getRecord, async ({ db, scope, params }) => {
    const sees = (id: number) =>
      db.read(async (tx) => (await personInScope(tx, scope, id)) !== undefined);
    return (await recordById(db, lake, scope, params.id, sees)) ?? NO_RECORD;
  }),
  route(api.placeRecords, ({ scope, params, query }) =>
    recordsAtPlace(lake, scope, params.id, query),
  ),
];

export const recordsRoutes = (deps: RecordsDeps): Route[] => [
  ...batchRoutes(),
  ...quarantineRoutes(deps),
  ...lakeRoutes(deps),
];

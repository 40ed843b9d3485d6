import { Readable } from 'node:stream';
import { isRefusal } from '#base/refusal.ts';
import type { Page } from '#base/paging.ts';
import type { Tx } from '#platform/db/index.ts';
import { type Route, route, SENT } from '#platform/http/index.ts';
import { actorOf, namesOf, requireFresh } from '#registers/access/index.ts';
import * as verbs from './ask.ts';
import * as api from './contract.ts';
import { exportOfMark, fetchExport, isSpent } from './fetch.ts';
import type { LineDeps } from './lines.ts';
import { LIMITS } from './contract.ts';
import { type AskRow, asksPage } from './store.ts';

async function shown(tx: Tx, rows: readonly AskRow[], now: number): Promise<api.ExportRow[]> {
  const names = await namesOf(
    tx,
    rows.flatMap((row) => [row.askedBy, ...(row.decidedBy === null ? [] : [row.decidedBy])]),
  );
  return rows.map((row) => ({
    ...row,
    state: row.state === 'approved' && isSpent(row, now) ? 'expired' : row.state,
    askedName: names.get(row.askedBy) ?? '',
    decidedName: row.decidedBy === null ? null : (names.get(row.decidedBy) ?? ''),
    downloadsMax: LIMITS.downloadsMax,
  }));
}

async function one(tx: Tx, row: AskRow, now: number): Promise<api.ExportRow> {
  const [first] = await shown(tx, [row], now);
  if (!first) throw new Error('one row in, one row out');
  return first;
}

const pageOf = async (tx: Tx, found: Page<AskRow>, now: number) => ({
  rows: await shown(tx, found.rows, now),
  next: found.next,
});

/** The requests of this room. */
export const exportRoutes = (deps: LineDeps): Route[] => [
  route(api.askExport, ({ once, scope, body, now }) =>
    once(async (tx) => {
      const row = await verbs.ask(tx, scope, body, now);
      return isRefusal(row) ? row : one(tx, row, now);
    }),
  ),
  route(api.listExports, ({ db, actor, query, now }) =>
    db.read(async (tx) => pageOf(tx, await asksPage(tx, { askedBy: actor.id }, query), now)),
  ),
  route(api.listAsked, ({ db, query, now }) =>
    db.read(async (tx) => pageOf(tx, await asksPage(tx, { state: query.state }, query), now)),
  ),
  route(
    api.decideExport,
    async ({ once, actor, params, body, now }) =>
      requireFresh(actor, now) ??
      once(async (tx) => {
        const askerUnit = async (id: number) => (await actorOf(tx, id))?.unit ?? '';
        const input = { ...body, id: params.id, askerUnit };
        const row = await verbs.decideExport(tx, actor, input, now);
        return isRefusal(row) ? row : one(tx, row, now);
      }),
  ),
  route(api.withdrawExport, ({ once, actor, params, now }) =>
    once(async (tx) => {
      const row = await verbs.withdraw(tx, actor, params, now);
      return isRefusal(row) ? row : one(tx, row, now);
    }),
  ),
  route(api.fetchExport, async ({ db, scope, params, now, reply }) => {
    const file = await fetchExport(db, deps, { scope, id: params.id }, now);
    if (isRefusal(file)) return file;
    reply
      .header('Content-Disposition', `attachment; filename="export-${params.id}.csv"`)
      .type('text/csv; charset=utf-8');
    await reply.send(Readable.from(file.lines));
    return SENT;
  }),
  route(api.findMark, async ({ db, body, now }) => {
    const row = await exportOfMark(db, deps.vault, body.mark);
    return isRefusal(row) ? row : db.read((tx) => one(tx, row, now));
  }),
];

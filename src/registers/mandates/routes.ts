import { isRefusal } from '#base/refusal.ts';
import { instantOf } from '#base/time.ts';
import { type Route, route } from '#platform/http/index.ts';
import type { Tx } from '#platform/db/index.ts';
import type { MandateKeys, Signer } from '#platform/secrets/index.ts';
import { requireFresh } from '#registers/access/index.ts';
import { certificateOf, NO_CERTIFICATE, witnessDestruction } from './certificate.ts';
import * as api from './contract.ts';
import { decideMandate, NO_MANDATE_HERE, revokeMandate } from './decide.ts';
import { articlesAt, retentionClasses } from './law.ts';
import { dueAt } from './model.ts';
import { proposeMandate } from './propose.ts';
import { mandateById, mandatesPage } from './store.ts';
import { functionViews } from './under.ts';

export type MandatesDeps = {
  readonly keys: MandateKeys;
  readonly signer: Signer;
  /** Which tables the sunset will empty, and by whose clock. */
  readonly stores: readonly { readonly store: string; readonly dataClass: string }[];
};

export const mandateRoutes = (deps: MandatesDeps): Route[] => [
  route(api.listFunctions, async ({ db, now }) => ({
    rows: await db.read((tx) => functionViews(tx, now)),
    now,
  })),
  route(api.readLegalBasis, async ({ now }) => ({
    articles: articlesAt(now),
    retention: [...retentionClasses()],
  })),
  route(api.listMandates, async ({ db, query, now }) => ({
    ...(await db.read((tx) => mandatesPage(tx, query, now))),
    now,
  })),
  route(api.readMandate, ({ db, params, now }) =>
    db.read(async (tx) => {
      const order = await mandateById(tx, params.id, now);
      return order ? { ...(await detailOf(tx, deps, order)), now } : NO_MANDATE_HERE;
    }),
  ),
  route(api.proposeMandate, ({ once, actor, body, now }) =>
    once((tx) => proposeMandate(tx, actor, body, now)),
  ),
  route(
    api.decideMandate,
    async ({ once, actor, params, body, now }) =>
      requireFresh(actor, now) ??
      once((tx) => decideMandate(tx, deps.keys, actor, { ...params, ...body }, now)),
  ),
  route(api.revokeMandate, ({ once, actor, params, body, now }) =>
    once(async (tx) => {
      const ended = await revokeMandate(tx, actor, { ...params, ...body }, now);
      if (isRefusal(ended)) return ended;
      return (await mandateById(tx, params.id, now)) ?? NO_MANDATE_HERE;
    }),
  ),
  route(api.readCertificate, ({ db, params }) =>
    db.read(async (tx) => (await certificateOf(tx, params.id)) ?? NO_CERTIFICATE),
  ),
  route(
    api.witnessMandate,
    async ({ once, actor, params, body, now }) =>
      requireFresh(actor, now) ??
      once(async (tx) => {
        const order = await mandateById(tx, params.id, now, 'for update');
        if (!order) return NO_MANDATE_HERE;
        return witnessDestruction(tx, deps.signer, actor, { order, ...body }, now);
      }),
  ),
];

async function detailOf(
  tx: Tx,
  deps: MandatesDeps,
  order: api.Mandate,
): Promise<api.MandateDetail> {
  const far = await tx.rows<{ store: string; rows: number; finishedAt: number | null }>(
    `select store, rows, finished_at as "finishedAt" from mandates.destruction
     where mandate_id = $1`,
    [order.id],
  );
  const certificate = await certificateOf(tx, order.id);
  return {
    ...order,
    destructions: deps.stores.map(({ store, dataClass }) => {
      const row = far.find((it) => it.store === store);
      const { rows, finishedAt } = row ?? { rows: 0, finishedAt: null };
      return { store, dataClass, dueAt: dueAt(order, dataClass), rows, finishedAt };
    }),
    certificateHash: certificate?.hash ?? null,
    witnesses: (certificate?.witnesses ?? []).map(({ document: it }) => ({
      name: String(it.name),
      organisation: String(it.organisation),
      statement: String(it.statement),
      certificateHash: String(it.certificateHash),
      at: instantOf(String(it.at)),
    })),
  };
}

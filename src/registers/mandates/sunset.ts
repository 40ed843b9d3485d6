import { createHash } from 'node:crypto';
import { factOf } from '#facts/index.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import { tell } from '#platform/outbox/index.ts';
import type { MandateKeys, Signer } from '#platform/secrets/index.ts';
import { certify } from './certificate.ts';
import type { Mandate } from './contract.ts';
import { markEnded } from './decide.ts';
import { dueAt } from './model.ts';
import { mandateById } from './store.ts';

/**
 * Rows that came in under orders, as the room that has them takes them away. `take` deletes up to
 * `limit` rows of an ended order, in order of their mark, and answers these marks in hex; fewer
 * than `limit` when none is left. Marks say nothing without the order's key.
 */
export type MandateStore = {
  /** `schema.table`. */
  readonly store: string;
  /** Whose clock counts: a class of data/mandates/retention.json. */
  readonly dataClass: string;
  readonly take: (tx: Tx, mandateId: number, limit: number) => Promise<string[]>;
};

export type SunsetDeps = {
  readonly db: Db;
  readonly keys: MandateKeys;
  readonly signer: Signer;
  readonly stores: readonly MandateStore[];
  /** Rows deleted in one transaction. */
  readonly rowsMax?: number;
};

const ROWS_MAX = 5_000;
const ORDERS_MAX = 200;

/**
 * What happens by the clock: orders that began or ended are told once; when the clock of a class
 * has run out, its rows go, batch by batch; when all are gone, the key; then the certificate is
 * signed. Each step commits with its mark, so that a kill in the middle is taken up where it
 * stopped, and several workers may do it. Answers how many orders were destroyed.
 */
export async function runSunset(deps: SunsetDeps, now: number): Promise<number> {
  await deps.db.tx((tx) => tellStarted(tx, now));
  for (const id of await openOrders(deps.db, 'approved', now)) {
    await deps.db.tx(async (tx) => {
      const order = await mandateById(tx, id, now, 'for update');
      if (order?.state === 'ended') await markEnded(tx, order);
    });
  }
  let destroyed = 0;
  for (const id of await openOrders(deps.db, 'ended', now)) {
    const order = await deps.db.read((tx) => mandateById(tx, id, now));
    if (order && (await destroyDue(deps, order, now))) destroyed++;
  }
  return destroyed;
}

async function tellStarted(tx: Tx, now: number): Promise<void> {
  const begun = await tx.rows<{ id: number; functions: string[] }>(
    `update mandates.mandate set started_told = true
     where stage = 'approved' and not started_told and starts_at <= $1 returning id, functions`,
    [new Date(now)],
  );
  for (const { id, functions } of begun)
    await tell(tx, factOf('mandate.started', id, { mandateId: id, functions }));
}

const openOrders = async (db: Db, stage: 'approved' | 'ended', now: number): Promise<number[]> => {
  const rows = await db.read((tx) =>
    tx.rows<{ id: number }>(
      `select id from mandates.mandate where stage = $1 and least(ends_at, revoked_at) <= $2
       order by ends_at limit $3`,
      [stage, new Date(now), ORDERS_MAX],
    ),
  );
  return rows.map((row) => row.id);
};

/** Takes away what is due of an order; true when its key is gone and the certificate signed. */
async function destroyDue(deps: SunsetDeps, order: Mandate, now: number): Promise<boolean> {
  let isDone = true;
  for (const store of deps.stores) {
    if (now < dueAt(order, store.dataClass)) isDone = false;
    else await empty(deps, order.id, store, now);
  }
  if (!isDone) return false;
  // First the key, then the paper that says so: a kill between them only repeats the first.
  deps.keys.destroy(order.id);
  if (deps.keys.has(order.id)) throw new Error(`the key of order ${order.id} is still there`);
  return deps.db.tx(async (tx) => {
    const locked = await mandateById(tx, order.id, now, 'for update');
    if (locked?.state !== 'ended') return false;
    await certify(tx, deps.signer, locked, now);
    await tx.run(
      `update mandates.mandate set stage = 'destroyed', destroyed_at = $2 where id = $1`,
      [order.id, new Date(now)],
    );
    await tell(tx, factOf('mandate.destroyed', order.id, { mandateId: order.id }));
    return true;
  });
}

/** The hash begins with the name of the table: two tables never have the same chain. */
export const chainStart = (store: string): string =>
  createHash('sha256').update(`fenghuo destruction ${store}`).digest('hex');
/** SHA-256 over what came before and the next mark: order and number of marks count. */
export const chainNext = (chain: string, mark: string): string =>
  createHash('sha256').update(chain).update(mark).digest('hex');

async function empty(deps: SunsetDeps, id: number, it: MandateStore, now: number): Promise<void> {
  const limit = deps.rowsMax ?? ROWS_MAX;
  for (;;) {
    const isEmpty = await deps.db.tx(async (tx) => {
      await tx.run(
        `insert into mandates.destruction (mandate_id, store, data_class, chain)
         values ($1, $2, $3, $4) on conflict do nothing`,
        [id, it.store, it.dataClass, chainStart(it.store)],
      );
      const far = await tx.row<{ chain: string; finishedAt: number | null }>(
        `select chain, finished_at as "finishedAt" from mandates.destruction
         where mandate_id = $1 and store = $2 for update`,
        [id, it.store],
      );
      if (!far || far.finishedAt !== null) return true;
      const marks = await it.take(tx, id, limit);
      await tx.run(
        `update mandates.destruction set rows = rows + $3, chain = $4, finished_at = $5
         where mandate_id = $1 and store = $2`,
        [
          id,
          it.store,
          marks.length,
          marks.reduce(chainNext, far.chain),
          marks.length < limit ? new Date(now) : null,
        ],
      );
      return marks.length < limit;
    });
    if (isEmpty) return;
  }
}

import type { Actor } from '#base/access.ts';
import { isRefusal, type Refusal, refuse } from '#base/refusal.ts';
import type { Db } from '#platform/db/index.ts';
import type { Vault } from '#platform/secrets/index.ts';
import { batchById, receiveRow, sourceById } from '#intake/sources/index.ts';
import { markMended, openQuarantined, reopenMended } from './quarantine.ts';

export const NO_ROW = refuse('missing', 'no-such-row', {
  zh: '没有这条隔离记录。',
  en: 'There is no such quarantined row.',
});
const NOT_OPEN = refuse('conflict', 'not-open', {
  zh: '此行已被改正或处理，请刷新。',
  en: 'This row was mended already; please refresh.',
});

export type MendDeps = {
  readonly vault: Vault;
  readonly receive: Parameters<typeof receiveRow>[0];
};

/**
 * Sends a mended row through the same log as every other row; the quarantined one stays, pointing
 * to the batch. Marked first: two people mending at once cannot both send it.
 */
export async function mendRow(
  db: Db,
  deps: MendDeps,
  actor: Actor,
  input: { id: number; fields: Record<string, unknown> },
): Promise<{ batch: string; id: number } | Refusal> {
  const found = await db.read(async (tx) => {
    const row = await openQuarantined(tx, deps.vault, input.id);
    if (!row) return NO_ROW;
    if (row.state !== 'open') return NOT_OPEN;
    const head = await batchById(tx, row.batchId);
    const source = await sourceById(tx, row.sourceId);
    return head && source ? { head, source } : NO_ROW;
  });
  if (isRefusal(found)) return found;
  const { head, source } = found;
  const { kind, placeCode } = head;
  const batch = await receiveRow(deps.receive, {
    source,
    fields: input.fields,
    kind: kind ?? source.kind,
    placeCode: placeCode ?? source.placeCode,
    claim: async (tx, batchId) =>
      (await markMended(tx, { id: input.id, batchId, actorId: actor.id })) === 1,
    release: (tx, batchId) => reopenMended(tx, [batchId]),
  });
  if (isRefusal(batch)) return batch;
  return batch === undefined ? NOT_OPEN : { batch, id: input.id };
}

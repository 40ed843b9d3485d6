import { factOf } from '#facts/index.ts';
import type { Tx } from '#platform/db/index.ts';
import { tell } from '#platform/outbox/index.ts';
import { batchesById } from '#intake/sources/index.ts';
import { countsOf, markSettled, unsettled } from '../store.ts';

/** Marks batches whose upload has ended and whose every row has its verdict, and tells so. */
export async function settleBatches(
  tx: Tx,
  batchIds: readonly string[],
  now: number,
): Promise<number> {
  const heads = new Map((await batchesById(tx, batchIds)).map((it) => [it.id, it]));
  const counts = (await countsOf(tx, batchIds)).filter((it) => {
    const head = heads.get(it.batchId);
    const verdicts = it.admitted + it.quarantined + it.duplicate;
    return !it.settledAt && head && head.status !== 'receiving' && head.received === verdicts;
  });
  if (counts.length === 0) return 0;
  await markSettled(
    tx,
    counts.map((it) => it.batchId),
    now,
  );
  await tell(
    tx,
    ...counts.map(({ batchId, sourceId, admitted, quarantined, duplicate }) =>
      factOf('batch.settled', batchId, {
        batch: batchId,
        sourceId,
        admitted,
        quarantined,
        duplicate,
      }),
    ),
  );
  return counts.length;
}

const SWEEP_MAX = 1_000;

/** Settles batches whose upload ended after their last row was weighed. */
export async function sweepSettled(tx: Tx, now: number): Promise<number> {
  const open = await unsettled(tx, SWEEP_MAX);
  if (open.length === 0) return 0;
  return settleBatches(
    tx,
    open.map((it) => it.batchId),
    now,
  );
}

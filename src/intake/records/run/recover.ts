import type { Clock } from '#base/time.ts';
import type { Db } from '#platform/db/index.ts';
import type { LogReader } from '#platform/files/index.ts';
import { closeBatch, openBatches } from '#intake/sources/index.ts';
import { reopenMended } from '../quarantine.ts';
import { countsOf, cursorOf } from '../store.ts';

/**
 * Ends the uploads a crash left open, with the rows that are durable: those with a verdict and
 * those still ahead in the log. Call it at start, before anything is received. Returns how many.
 */
export async function recoverIntake(deps: {
  readonly db: Db;
  readonly log: LogReader;
  readonly clock: Clock;
}): Promise<number> {
  const { db, log, clock } = deps;
  const open = await db.read(openBatches);
  if (open.length === 0) return 0;
  const ids = open.map((it) => it.id);
  const received = new Map<string, number>(ids.map((it) => [it, 0]));
  // One snapshot: the worker may be moving the cursor meanwhile, and counts move with it.
  const { counts, logOffset } = await db.read(async (tx) => ({
    counts: await countsOf(tx, ids),
    logOffset: (await cursorOf(tx)).logOffset,
  }));
  for (const it of counts) received.set(it.batchId, it.admitted + it.quarantined + it.duplicate);
  for await (const block of log.readFrom(logOffset)) {
    const before = received.get(block.batch);
    if (before !== undefined) received.set(block.batch, before + block.rows);
  }
  await db.tx(async (tx) => {
    for (const [id, rows] of received)
      await closeBatch(tx, id, { status: 'cut', received: rows, cutReason: 'restart' }, clock());
    await reopenMended(
      tx,
      ids.filter((id) => received.get(id) === 0),
    );
  });
  return open.length;
}

import type { Tx } from '#platform/db/index.ts';
import { type BatchHead, openBatches, receivedTotals, sourceNames } from '#intake/sources/index.ts';
import type { Account, Counts } from './model.ts';
import { admittedThrice, countsOf, type CountRow, miscounted, sourceCounts } from './store.ts';

/** Counts of one batch. While it is receiving, rows already weighed may be ahead of what the door noted. */
export function countsOfBatch(head: BatchHead, verdicts: CountRow | undefined): Counts {
  const { admitted = 0, quarantined = 0, duplicate = 0 } = verdicts ?? {};
  const weighed = admitted + quarantined + duplicate;
  const received = head.status === 'receiving' ? Math.max(head.received, weighed) : head.received;
  return { received, admitted, quarantined, duplicate, pending: received - weighed };
}

const ZERO: Counts = { received: 0, admitted: 0, quarantined: 0, duplicate: 0, pending: 0 };

/** Every row the city was ever sent, by source: received = admitted + quarantined + duplicate + pending. */
export async function accountOf(tx: Tx, now: number): Promise<Account> {
  const received = new Map<number, number>();
  for (const it of await receivedTotals(tx)) received.set(it.sourceId, it.received);
  const open = await openBatches(tx);
  const verdicts = await countsOf(
    tx,
    open.map((it) => it.id),
  );
  const byBatch = new Map(verdicts.map((it) => [it.batchId, it]));
  for (const head of open) {
    const counts = countsOfBatch(head, byBatch.get(head.id));
    received.set(head.sourceId, (received.get(head.sourceId) ?? 0) + counts.received);
  }
  const weighed = new Map((await sourceCounts(tx)).map((it) => [it.sourceId, it]));
  const names = new Map((await sourceNames(tx)).map((it) => [it.id, it.words]));
  const ids = [...new Set([...received.keys(), ...weighed.keys()])].sort((a, b) => a - b);
  const city = { ...ZERO };
  const sources = ids.map((sourceId) => {
    const { admitted = 0, quarantined = 0, duplicate = 0 } = weighed.get(sourceId) ?? {};
    const all = received.get(sourceId) ?? 0;
    const pending = all - admitted - quarantined - duplicate;
    const counts = { received: all, admitted, quarantined, duplicate, pending };
    for (const name of Object.keys(city) as (keyof Counts)[]) city[name] += counts[name];
    return { ...counts, sourceId, source: names.get(sourceId) ?? { zh: '', en: '' } };
  });
  return { city, sources, holds: sources.every((it) => it.pending >= 0), at: now };
}

/**
 * Counts everything again, row by row: verdicts against the kept counts, admitted rows by batch, by
 * key and by segment. Sentences about what does not agree; none when the identity holds. Slow.
 */
export async function checkIdentity(tx: Tx): Promise<string[]> {
  const wrong = (await miscounted(tx)).map((it) => `batch ${it.batchId} is miscounted`);
  const thrice = await admittedThrice(tx);
  if (thrice && (thrice.counted !== thrice.keyed || thrice.counted !== thrice.written))
    wrong.push(
      `admitted rows: ${thrice.counted} counted, ${thrice.keyed} keyed, ${thrice.written} in segments`,
    );
  const account = await accountOf(tx, 0);
  for (const it of account.sources)
    if (it.pending < 0) wrong.push(`source ${it.sourceId} has ${-it.pending} verdicts too many`);
  return wrong;
}

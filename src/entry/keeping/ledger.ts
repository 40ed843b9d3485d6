import type { Db } from '#platform/db/index.ts';
import { forgetDecisions, personsInLedger } from '#registers/decisions/index.ts';
import { pruneLooks, thresholdsAt } from '#registers/misuse/index.ts';
import { personsGone } from '#registers/people/index.ts';
import { DAY } from '#base/time.ts';

const STEP = 1_000;

/** Takes away decisions about persons whose files are gone; whole walk, step by step. */
export async function followFiles(db: Db): Promise<number> {
  let taken = 0;
  for (let after = 0; ; ) {
    const found = await db.read((tx) => personsInLedger(tx, after, STEP));
    taken += await db.tx(async (tx) => forgetDecisions(tx, await personsGone(tx, found)));
    if (found.length < STEP) return taken;
    after = found.at(-1) ?? 0;
  }
}

/** Forgets whom staff looked at once the median of their days needs it no more. */
export const forgetLooks = (db: Db, now: number): Promise<number> =>
  db.tx((tx) => pruneLooks(tx, now - (thresholdsAt(now).usual_days + 1) * DAY));

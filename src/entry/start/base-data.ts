import type { Db, Tx } from '#platform/db/index.ts';
import { isRefusal } from '#base/refusal.ts';
import { HOUSE } from '#base/access.ts';
import { loadDiseases, loadThresholds, shippedDiseases } from '#registers/diseases/index.ts';
import { loadPlaceKinds, shippedKinds } from '#registers/places/index.ts';
import { installShippedRules } from '#watch/rules/index.ts';
import { clock } from '../open.ts';

/** Loads the dated data of `data/`: kinds of place, diseases, thresholds, rules. Idempotent. */
export async function loadBase(db: Db): Promise<void> {
  await db.tx(async (tx: Tx) => {
    const { packs, thresholds } = shippedDiseases();
    sure('kinds of place', await loadPlaceKinds(tx, HOUSE, shippedKinds(), clock()));
    for (const pack of packs) sure('diseases', await loadDiseases(tx, HOUSE, pack, clock()));
    sure('thresholds', await loadThresholds(tx, HOUSE, thresholds, clock()));
    await installShippedRules(tx, clock());
  });
}

function sure(what: string, result: unknown): void {
  if (isRefusal(result))
    throw new Error(
      `data/ holds ${what} that are refused: ${result.text.en} ${result.errors?.[0]?.path ?? ''}`,
    );
}

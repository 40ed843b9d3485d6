import type { Tx } from '#platform/db/index.ts';

/** Persons with decisions, by id, after one: how the removal walks the ledger. */
export const personsInLedger = async (tx: Tx, after: number, limit: number): Promise<number[]> =>
  (
    await tx.rows<{ person: number }>(
      `select distinct person from decisions.decision where person > $1 order by person limit $2`,
      [after, limit],
    )
  ).map((row) => row.person);

/**
 * Takes away the decisions about persons whose files are gone: the only hand that may, and it says
 * so to the table in its transaction (个人信息保护法 Art 47). Answers how many went.
 */
export async function forgetDecisions(tx: Tx, persons: readonly number[]): Promise<number> {
  if (persons.length === 0) return 0;
  await tx.row(`select set_config('decisions.removing', 'past its clock', true)`);
  return tx.run('delete from decisions.decision where person = any($1::bigint[])', [persons]);
}

import type { Db, Tx } from '#platform/db/index.ts';

/** Document numbers of exercises: passports that no state issues. */
export const SYNTHETIC_ID = /^EXR\d{6}$/;

/** The same database, where every person who is made now is synthetic: for exercises only. */
export const syntheticDb = (db: Db): Db => ({
  ...db,
  seeing: (sight) => syntheticDb(db.seeing(sight)),
  tx: (work) =>
    db.tx(async (tx) => {
      await tx.row(`select set_config('fenghuo.synthetic', 'on', true)`);
      return work(tx);
    }),
});

/** Which of these persons exist for exercises only. */
export async function syntheticAmong(tx: Tx, ids: readonly number[]): Promise<Set<number>> {
  const rows = await tx.rows<{ id: number }>(
    'select id from people.person where id = any($1::bigint[]) and synthetic',
    [ids],
  );
  return new Set(rows.map((row) => row.id));
}

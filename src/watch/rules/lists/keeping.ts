import type { Purger, SealedColumn } from '#base/keeping.ts';
import { type Db, tablePurger, type Tx } from '#platform/db/index.ts';

/** Members whose time on a list is over. */
export const memberPurgers = (db: Db): Purger[] => [
  tablePurger(db, {
    field: 'rules.members',
    table: 'rules.list_member',
    at: 'until_at',
    key: ['list_id', 'subject_id'],
  }),
];

/** Why somebody is listed, in words. */
export const rulesSealed: readonly SealedColumn[] = [
  { table: 'rules.list_member', key: ['list_id', 'subject_id'], column: 'said' },
];

/** Of these persons, those a list still names. */
export const personsListed = async (
  tx: Tx,
  persons: readonly number[],
  now: number,
): Promise<number[]> =>
  (
    await tx.rows<{ person: number }>(
      `select distinct m.subject_id as person from rules.list_member m
       join rules.list l on l.id = m.list_id and l.subject = 'person'
       where m.subject_id = any($1::bigint[]) and not m.removed and m.until_at > $2`,
      [persons, new Date(now)],
    )
  ).map((row) => row.person);

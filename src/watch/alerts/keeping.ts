import type { Purger, SealedColumn } from '#base/keeping.ts';
import { type Db, tablePurger, type Tx } from '#platform/db/index.ts';

const CLOSED = `(select a.closed_at from alerts.alert a where a.id = history.alert_id)`;

/** What was written about somebody on alerts closed long ago; the alert itself stays as a figure. */
export const alertPurgers = (db: Db): Purger[] => [
  tablePurger(db, {
    field: 'alerts.notes',
    table: 'alerts.history',
    at: CLOSED,
    where: `said is not null`,
    key: ['id'],
    anonymise: 'said = null',
  }),
  tablePurger(db, {
    field: 'alerts.outcomes',
    table: 'alerts.alert',
    at: 'closed_at',
    where: 'outcome_note is not null',
    key: ['id'],
    anonymise: 'outcome_note = null',
  }),
  tablePurger(db, {
    field: 'alerts.bulk',
    table: 'alerts.bulk',
    at: 'expires_at',
    key: ['id'],
  }),
];

export const alertsSealed: readonly SealedColumn[] = [
  { table: 'alerts.alert', key: ['id'], column: 'outcome_note' },
  { table: 'alerts.history', key: ['id'], column: 'said' },
];

/** Of these persons, those an open alert is about. */
export const personsAlerted = async (tx: Tx, persons: readonly number[]): Promise<number[]> =>
  (
    await tx.rows<{ person: number }>(
      `select distinct person_id as person from alerts.alert
       where person_id = any($1::bigint[]) and status <> 'closed'`,
      [persons],
    )
  ).map((row) => row.person);

import type { Purger, SealedColumn } from '#base/keeping.ts';
import { type Db, tablePurger, type Tx } from '#platform/db/index.ts';

const closed = (table: string): string =>
  `(select t.closed_at from tasks.task t where t.id = ${table}.task_id)`;

/** What was found and written at the door, long after the task closed; how it went stays counted. */
export const taskPurgers = (db: Db): Purger[] => [
  tablePurger(db, {
    field: 'tasks.answers',
    table: 'tasks.answer',
    at: closed('answer'),
    key: ['id'],
  }),
  tablePurger(db, {
    field: 'tasks.notes',
    table: 'tasks.history',
    at: closed('history'),
    where: 'said is not null',
    key: ['id'],
    anonymise: 'said = null',
  }),
  tablePurger(db, {
    field: 'tasks.supervision',
    table: 'tasks.task',
    at: 'closed_at',
    where: 'supervised_note is not null',
    key: ['id'],
    anonymise: 'supervised_note = null',
  }),
  tablePurger(db, { field: 'tasks.bulk', table: 'tasks.bulk', at: 'expires_at', key: ['id'] }),
];

export const tasksSealed: readonly SealedColumn[] = [
  { table: 'tasks.answer', key: ['id'], column: 'fields' },
  { table: 'tasks.answer', key: ['id'], column: 'note' },
  { table: 'tasks.history', key: ['id'], column: 'said' },
  { table: 'tasks.task', key: ['id'], column: 'supervised_note' },
];

/** Of these persons, those an open task is about. */
export const personsTasked = async (tx: Tx, persons: readonly number[]): Promise<number[]> =>
  (
    await tx.rows<{ person: number }>(
      `select distinct person_id as person from tasks.task
       where person_id = any($1::bigint[]) and closed_at is null`,
      [persons],
    )
  ).map((row) => row.person);

import { recordPurgers, recordsSealed } from '#intake/records/index.ts';
import type { HeldOf, IndexedRoom, Purger, SealedColumn } from '#base/keeping.ts';
import type { Clock } from '#base/time.ts';
import type { Db } from '#platform/db/index.ts';
import { answerPurgers, answersSealed } from '#platform/http/index.ts';
import type { Lake } from '#platform/lake/index.ts';
import { notifyPurgers, notifySealed } from '#platform/notify/index.ts';
import { factPurgers, type Reactions } from '#platform/outbox/index.ts';
import { accessSealed, sessionPurgers } from '#registers/access/index.ts';
import { misusePurgers, misuseSealed } from '#registers/misuse/index.ts';
import { peopleIndexes, peoplePurgers, peopleSealed } from '#registers/people/index.ts';
import { heldPersons, holdPurgers, retentionSealed } from '#registers/retention/index.ts';
import { signinSealed } from '#registers/signin/index.ts';
import { personsTasked, taskPurgers, tasksSealed } from '#response/tasks/index.ts';
import { exportPurgers } from '#views/exports/index.ts';
import { alertPurgers, alertsSealed, personsAlerted } from '#watch/alerts/index.ts';
import { memberPurgers, personsListed, rulesSealed } from '#watch/rules/index.ts';
import { signalPurgers } from '#watch/signals/index.ts';

/** Of these persons, those somebody still needs: a hold, an open alert or task, a list. */
export const heldBy =
  (db: Db, clock: Clock): HeldOf =>
  (persons) =>
    db.read(async (tx) => {
      const now = clock();
      const lists = [
        await heldPersons(tx, persons, now),
        await personsAlerted(tx, persons),
        await personsTasked(tx, persons),
        await personsListed(tx, persons, now),
      ];
      return new Set(lists.flat());
    });

export type PurgeDeps = {
  readonly db: Db;
  readonly lake: Lake;
  /** Undefined where the raw log cannot be seen from. */
  readonly logFolder: string | undefined;
  readonly reactions: Reactions;
  readonly clock: Clock;
};

/** Everything the house lets go of, room by room. */
export const allPurgers = (deps: PurgeDeps): Purger[] => {
  const { db, lake, logFolder, reactions, clock } = deps;
  const records = recordPurgers({ db, lake, logFolder: logFolder ?? '' });
  return [
    ...records.filter((it) => logFolder !== undefined || it.field !== 'records.raw'),
    ...factPurgers(db, reactions),
    ...answerPurgers(db),
    ...notifyPurgers(db),
    ...sessionPurgers(db),
    ...misusePurgers(db),
    ...peoplePurgers(db, heldBy(db, clock)),
    ...holdPurgers(db),
    ...signalPurgers(db),
    ...memberPurgers(db),
    ...alertPurgers(db),
    ...taskPurgers(db),
    ...exportPurgers(db),
  ];
};

/** Every column under the vault of the house: what a new key goes over. */
export const ALL_SEALED: readonly SealedColumn[] = [
  ...answersSealed,
  ...accessSealed,
  ...notifySealed,
  ...misuseSealed,
  ...peopleSealed,
  ...retentionSealed,
  ...signinSealed,
  ...recordsSealed,
  ...alertsSealed,
  ...tasksSealed,
  ...rulesSealed,
];

/** Every room with blind indexes that outlive minutes. */
export const allIndexes = (db: Db): IndexedRoom[] => [peopleIndexes(db)];

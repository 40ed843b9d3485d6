import { HOUR, MINUTE, SECOND } from '#base/time.ts';
import type { Reactions } from '#platform/outbox/index.ts';
import {
  countFields,
  dailyRun,
  shippedFields,
  turnKeys,
  workRun,
} from '#registers/retention/index.ts';
import { clock, type Opened, placesOf } from '../open.ts';
import { followFiles, forgetLooks } from './ledger.ts';
import { ALL_SEALED, allIndexes, allPurgers } from './lists.ts';

/** What retention and rotation do by the clock. Each is idempotent; several workers may do it. */
export function keepingDuties(opened: Opened, home: string, reactions: Reactions) {
  const { db, lake, vault, signer } = opened;
  const logFolder = placesOf(home).log;
  const purgers = allPurgers({ db, lake, logFolder, reactions, clock });
  const deps = { db, fields: shippedFields(), purgers, signer };
  const turning = { db, vault, sealed: ALL_SEALED, indexes: allIndexes(db) };
  return [
    {
      name: 'remove what outlived its purpose',
      everyMs: 10 * MINUTE,
      work: (now: number) => dailyRun(deps, now),
    },
    {
      name: 'work on an asked removal',
      everyMs: 5 * SECOND,
      work: (now: number) => workRun(deps, now),
    },
    {
      name: 'count what is kept',
      everyMs: 10 * MINUTE,
      work: (now: number) => countFields(deps, now),
    },
    {
      name: 'let decisions go with their files',
      everyMs: HOUR,
      work: () => followFiles(db),
    },
    {
      name: 'forget whom staff looked at',
      everyMs: HOUR,
      work: (now: number) => forgetLooks(db, now),
    },
    {
      name: 'bring values under the newest key',
      everyMs: 5 * SECOND,
      work: (now: number) => turnKeys(turning, now),
    },
  ];
}

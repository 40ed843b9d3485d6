import type { Scope } from '#base/access.ts';
import type { Db } from '#platform/db/index.ts';
import type { Lake } from '#platform/lake/index.ts';
import { noteLooks } from '#registers/misuse/index.ts';
import { idsOfFile, personInScope, purposeFor } from '#registers/people/index.ts';
import { writeEntry } from '#registers/trace/index.ts';
import { recordsOfPerson } from './read.ts';

type Asked = Omit<Parameters<typeof recordsOfPerson>[3], 'isWhole'> & { readonly id: number };

/**
 * Where a person was and what was found, newest first. Every reading is an entry before its answer,
 * also an empty one, and counts as a file read: nowhere does a file tell more.
 */
export async function readTimeline(db: Db, lake: Lake, scope: Scope, asked: Asked, now: number) {
  const { person, persons } = await db.read(async (tx) => ({
    person: await personInScope(tx, scope, asked.id),
    persons: await idsOfFile(tx, asked.id),
  }));
  await db.tx(async (tx) => {
    await writeEntry(tx, {
      at: now,
      actor: scope.actor,
      action: 'timeline.read',
      subject: `person:${asked.id}`,
      purpose: person ? purposeFor(scope, person) : scope.purpose,
      areaCode: scope.actor.areaCode,
    });
  });
  const found = await recordsOfPerson(lake, scope, persons, {
    ...asked,
    isWhole: person !== undefined,
  });
  // Of somebody who lives elsewhere the area's own places tell something too.
  if (person || found.rows.length > 0)
    await db.tx((tx) => noteLooks(tx, scope.actor, [asked.id], 'read', now));
  return found;
}

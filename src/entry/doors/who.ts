import type { Actor } from '#base/access.ts';
import type { Db } from '#platform/db/index.ts';
import { needsAssigned } from '#registers/access/index.ts';
import { whoHolds } from '#registers/signin/index.ts';
import { personsAssigned } from '#response/tasks/index.ts';

/**
 * Who holds this token, with what their session was lent and, for roles that see the persons of
 * their tasks alone, who these are at this moment.
 */
export async function whoAsks(db: Db, token: string, now: number): Promise<Actor | undefined> {
  const actor = await whoHolds(db, token, now);
  if (!actor || !needsAssigned(actor)) return actor;
  return { ...actor, assigned: await db.read((tx) => personsAssigned(tx, actor.id)) };
}

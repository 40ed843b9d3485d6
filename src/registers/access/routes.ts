import type { Actor } from '#base/access.ts';
import type { Refusal } from '#base/refusal.ts';
import type { Db } from '#platform/db/index.ts';
import { type Route, route } from '#platform/http/index.ts';
import { createActor, setActive, setPassword } from './actors.ts';
import {
  activateActor,
  givePassword,
  listActors as actorsEndpoint,
  listPurposes,
  makeActor,
} from './contract.ts';
import { purposesAt } from './law/purposes.ts';
import { requireFresh } from './sessions/fresh.ts';
import { listActors } from './store.ts';

/** Asked before a password is given: an administrator who resets many is stopped. */
export type AccessDeps = {
  readonly guardPassword?: (db: Db, actor: Actor, now: number) => Promise<Refusal | undefined>;
};

export const accessRoutes = ({ guardPassword }: AccessDeps = {}): Route[] => [
  route(listPurposes, async ({ now }) => ({ rows: purposesAt(now) })),
  route(actorsEndpoint, ({ db, query, scope }) =>
    db.read((tx) => listActors(tx, { ...query, areaPrefix: scope.areaPrefix })),
  ),
  route(makeActor, async ({ once, actor, body, now }) => {
    const stale = body.password === null ? undefined : requireFresh(actor, now);
    return stale ?? once((tx) => createActor(tx, actor, body, now));
  }),
  // Not kept under an Idempotency-Key: no hash of a password may stand there, and again is the same.
  route(
    givePassword,
    async ({ db, actor, params, body, now }) =>
      requireFresh(actor, now) ??
      (await guardPassword?.(db, actor, now)) ??
      db.tx((tx) => setPassword(tx, actor, { actorId: params.id, ...body }, now)),
  ),
  route(activateActor, ({ once, actor, params, body, now }) =>
    once((tx) => setActive(tx, actor, { actorId: params.id, ...body }, now)),
  ),
];

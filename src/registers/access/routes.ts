import type { Actor } from '#base/access.ts';
import { isRefusal } from '#base/refusal.ts';
import {
  giveSession,
  type Route,
  route,
  sessionCookie,
  takeSession,
  tokenOf,
} from '#platform/http/index.ts';
import { createActor, setActive, setPassword } from './actors.ts';
import {
  activateActor,
  givePassword,
  listActors as actorsEndpoint,
  type Me,
  makeActor,
  ROLES,
  readSession,
  signIn,
  signOut,
} from './contract.ts';
import { ROLE_WORDS } from './model.ts';
import { actionsOf } from './permits.ts';
import { endSession, login } from './session.ts';
import { listActors } from './store.ts';

const meOf = (actor: Actor): Me => ({
  id: actor.id,
  login: actor.login,
  name: actor.name,
  roles: [...actor.roles],
  roleWords: ROLES.filter((role) => actor.roles.includes(role)).map((role) => ROLE_WORDS[role]),
  areaCode: actor.areaCode,
  actions: actionsOf(actor),
});

export const accessRoutes = (): Route[] => [
  route(signIn, async (call) => {
    const { db, body, now, request, reply } = call;
    const entered = await login(
      db,
      { ...body, address: request.ip, oldToken: request.cookies[sessionCookie(request)] },
      now,
    );
    if (isRefusal(entered)) return entered;
    giveSession(request, reply, entered);
    return meOf(entered.actor);
  }),
  route(readSession, async ({ actor }) => meOf(actor)),
  route(signOut, async (call) => {
    const token = tokenOf(call.request);
    takeSession(call.request, call.reply);
    if (!token) return { ended: false };
    return { ended: await call.db.tx((tx) => endSession(tx, token, call.now)) };
  }),
  route(actorsEndpoint, ({ db, query, scope }) =>
    db.read((tx) => listActors(tx, { ...query, areaPrefix: scope.areaPrefix })),
  ),
  route(makeActor, ({ once, actor, body, now }) => once((tx) => createActor(tx, actor, body, now))),
  // Not kept under an Idempotency-Key: no hash of a password may stand there, and again is the same.
  route(givePassword, ({ db, actor, params, body, now }) =>
    db.tx((tx) => setPassword(tx, actor, { actorId: params.id, ...body }, now)),
  ),
  route(activateActor, ({ once, actor, params, body, now }) =>
    once((tx) => setActive(tx, actor, { actorId: params.id, ...body }, now)),
  ),
];

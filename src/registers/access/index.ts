export { choosePassword, createActor, importActors, setPassword } from './actors.ts';
export { type ActorView, type NewActor, type Role, ROLES } from './contract.ts';
export { type Bucket, ROLE_WORDS } from './model.ts';
export { endGlass, glassById, type GrantRow, lendGlass, listGlass, reviewGlass } from './glass.ts';
export { decide, NOWHERE } from './law/decide.ts';
export { actionsOf, mayDo, needsAssigned, printPolicy, scopeFor } from './law/permits.ts';
export { purposeIn, purposeRefused, purposesAt } from './law/purposes.ts';
export { separate } from './law/separate.ts';
export { type Action, ACTIONS, POLICY, type Reach } from './policy.ts';
export { accessRoutes } from './routes.ts';
export type { Begun, Entrance } from './session.ts';
export { authenticate, beginSession, endSession } from './session.ts';
export { requireFresh } from './sessions/fresh.ts';
export { endSessionById, endSessionsOf, markProven, sessionsOf } from './sessions/list.ts';
export { markHanded } from './sessions/list.ts';
export { checkPassword, isOwnPassword } from './sessions/password.ts';
export {
  actorByLogin,
  actorFor,
  actorOf,
  actorsOf,
  hasAdministrator,
  idsOfLogins,
  namesOf,
  pruneAccess,
  residentOf,
  takeToken,
} from './store.ts';
export { accessSealed, sessionPurgers } from './keeping.ts';

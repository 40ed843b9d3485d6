import { isWithin, prefixOf } from '#base/areas.ts';
import { isRefusal, refuse } from '#base/refusal.ts';
import { giveSession, type Route, route, tokenOf } from '#platform/http/index.ts';
import {
  actorOf,
  endSessionById,
  endSessionsOf as endAllOf,
  requireFresh,
  sessionsOf,
} from '#registers/access/index.ts';
import {
  accountOf,
  addFactor,
  changeOwnPassword,
  dropFactorsOf,
  noteAccount,
  prove,
  removeFactor,
} from '../account.ts';
import {
  addPasskey,
  askProof,
  beginPasskey,
  beginTotp as beginTotpEndpoint,
  changePassword,
  confirmTotp,
  endOthers,
  endSession,
  endSessionsOf,
  listSessions,
  newRecovery,
  proveAgain,
  readAccount,
  removeFactorsOf,
  removePasskey,
  removeTotp,
} from '../contract.ts';
import type { SigninDeps } from '../deps.ts';
import { optionsToAdd, optionsToProve } from '../factors/passkeys.ts';
import { renewRecovery } from '../factors/recovery.ts';
import { beginTotp } from '../factors/totp.ts';
import { hasFactor } from '../store.ts';
import { fromOf, personOnly, rpOf, welcomed } from './call.ts';

const NO_ACTOR = refuse('missing', 'no-such-actor', {
  zh: '没有这个账号，或不在您的辖区。',
  en: 'There is no such actor in your area.',
});
const NO_FACTOR = refuse('conflict', 'no-factor', {
  zh: '请先添加动态口令或通行密钥。',
  en: 'Add a code app or a passkey first.',
});

/** One's own second factors: adding and removing asks for a fresh proof. */
const factorRoutes = (deps: SigninDeps): Route[] => [
  route(
    beginTotpEndpoint,
    async ({ actor, now }) =>
      personOnly(actor) ??
      requireFresh(actor, now) ??
      deps.db.tx((tx) => beginTotp(tx, deps, actor, now)),
  ),
  route(confirmTotp, async ({ actor, body, request, reply, now }) => {
    const no = personOnly(actor) ?? requireFresh(actor, now);
    if (no) return no;
    const added = await addFactor(deps, actor, body, fromOf(deps, request), now);
    if (isRefusal(added)) return added;
    if (added.begun) giveSession(request, reply, added.begun);
    return { recovery: added.recovery };
  }),
  route(
    removeTotp,
    async ({ actor, now }) =>
      personOnly(actor) ??
      requireFresh(actor, now) ??
      deps.db.tx((tx) => removeFactor(tx, deps, actor, 'totp', now)),
  ),
  route(
    newRecovery,
    async ({ actor, now }) =>
      personOnly(actor) ??
      requireFresh(actor, now) ??
      deps.db.tx(async (tx) => {
        if (!(await hasFactor(tx, actor.id))) return NO_FACTOR;
        await noteAccount(tx, actor, 'factor.recovery', now);
        return { recovery: await renewRecovery(tx, deps.chance, actor.id) };
      }),
  ),
  route(
    beginPasskey,
    async ({ actor, request, now }) =>
      personOnly(actor) ??
      requireFresh(actor, now) ??
      deps.db.tx((tx) => optionsToAdd(tx, deps, actor, rpOf(deps, request), now)),
  ),
  route(addPasskey, async ({ actor, body, request, reply, now }) => {
    const no = personOnly(actor) ?? requireFresh(actor, now);
    if (no) return no;
    const input = { ...body, rp: rpOf(deps, request) };
    const added = await addFactor(deps, actor, input, fromOf(deps, request), now);
    if (isRefusal(added)) return added;
    if (added.begun) giveSession(request, reply, added.begun);
    return { recovery: added.recovery };
  }),
  route(
    removePasskey,
    async ({ actor, params, now }) =>
      personOnly(actor) ??
      requireFresh(actor, now) ??
      deps.db.tx((tx) => removeFactor(tx, deps, actor, { passkeyId: params.id }, now)),
  ),
];

/** One's own sessions, and for administrators everybody's in their area. */
const sessionRoutes = (deps: SigninDeps): Route[] => [
  route(
    listSessions,
    async ({ actor, request, now }) =>
      personOnly(actor) ?? {
        rows: await deps.db.read((tx) => sessionsOf(tx, actor.id, tokenOf(request) ?? '', now)),
      },
  ),
  route(
    endSession,
    async ({ actor, params, now }) =>
      personOnly(actor) ?? {
        ended: await deps.db.tx(async (tx) => {
          await noteAccount(tx, actor, 'session.end', now);
          return endSessionById(tx, actor.id, params.id, now);
        }),
      },
  ),
  route(endOthers, async ({ actor, request, now }) => {
    const no = personOnly(actor);
    if (no) return no;
    return deps.db.tx(async (tx) => {
      await noteAccount(tx, actor, 'session.end-others', now);
      return { ended: await endAllOf(tx, actor.id, now, tokenOf(request)) };
    });
  }),
  route(endSessionsOf, ({ actor, params, now }) =>
    deps.db.tx(async (tx) => {
      const of = await actorOf(tx, params.id);
      if (!of || !isWithin(of.areaCode, prefixOf(actor.areaCode))) return NO_ACTOR;
      await noteAccount(tx, actor, 'session.end-all', now, of.id);
      return { ended: await endAllOf(tx, of.id, now) };
    }),
  ),
  route(
    removeFactorsOf,
    async ({ actor, params, now }) =>
      requireFresh(actor, now) ??
      deps.db.tx(async (tx) => {
        const of = await actorOf(tx, params.id);
        if (!of || !isWithin(of.areaCode, prefixOf(actor.areaCode))) return NO_ACTOR;
        return { ended: await dropFactorsOf(tx, actor, of, now) };
      }),
  ),
];

/** One's own account. Nobody else's is shown. */
export const accountRoutes = (deps: SigninDeps): Route[] => [
  route(
    readAccount,
    async ({ actor }) => personOnly(actor) ?? deps.db.read((tx) => accountOf(tx, deps, actor)),
  ),
  route(changePassword, async (call) => {
    const { actor, body, request, now } = call;
    const no = personOnly(actor);
    if (no) return no;
    const from = fromOf(deps, request);
    return welcomed(deps, call, await changeOwnPassword(deps, actor, body, from, now));
  }),
  route(proveAgain, async ({ actor, body, request, now }) => {
    const no = personOnly(actor);
    if (no) return no;
    const input = { proof: body, token: tokenOf(request) ?? '' };
    return prove(deps, actor, input, rpOf(deps, request), now);
  }),
  route(
    askProof,
    async ({ actor, request, now }) =>
      personOnly(actor) ??
      deps.db.tx((tx) =>
        optionsToProve(tx, deps, { purpose: 'prove', actorId: actor.id }, rpOf(deps, request), now),
      ),
  ),
  ...factorRoutes(deps),
  ...sessionRoutes(deps),
];

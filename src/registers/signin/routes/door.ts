import { isRefusal } from '#base/refusal.ts';
import { type Route, route, takeSession, tokenOf } from '#platform/http/index.ts';
import { noteAccount } from '../account.ts';
import { endSession, sessionsOf } from '#registers/access/index.ts';
import {
  askPasskey,
  giveFactor,
  passkeySignIn,
  readSession,
  readWays,
  signIn,
  signOut,
} from '../contract.ts';
import type { SigninDeps } from '../deps.ts';
import { enterByFactor, enterByPasskey, waitingActor } from '../enter/factor.ts';
import { endOidc } from '../enter/oidc.ts';
import { enterByPassword } from '../enter/password.ts';
import { optionsToProve } from '../factors/passkeys.ts';
import { START_AGAIN } from '../model.ts';
import { fromOf, meOf, rpOf, welcome, welcomed } from './call.ts';

/** Coming in and going out. */
export const doorRoutes = (deps: SigninDeps): Route[] => [
  route(signIn, async (call) => {
    const entered = await enterByPassword(deps, call.body, fromOf(deps, call.request), call.now);
    if (isRefusal(entered) || 'next' in entered) return entered;
    return welcome(deps, call, entered);
  }),
  route(giveFactor, async (call) => {
    const from = fromOf(deps, call.request);
    return welcomed(deps, call, await enterByFactor(deps, call.body, from, call.now));
  }),
  route(askPasskey, ({ body, request, now }) =>
    deps.db.tx(async (tx) => {
      const rp = rpOf(deps, request);
      if (body.pending === undefined)
        return optionsToProve(tx, deps, { purpose: 'enter', actorId: null }, rp, now);
      const actorId = await waitingActor(tx, body.pending, now);
      if (actorId === undefined) return START_AGAIN;
      return optionsToProve(tx, deps, { purpose: 'factor', actorId }, rp, now);
    }),
  ),
  route(passkeySignIn, async (call) => {
    const { passkey } = call.body;
    const from = fromOf(deps, call.request);
    return welcomed(deps, call, await enterByPasskey(deps, passkey, from, call.now));
  }),
  route(readSession, async ({ actor }) => meOf(actor)),
  route(signOut, async ({ actor, request, reply, now }) => {
    const token = tokenOf(request) ?? '';
    takeSession(request, reply);
    const { ended, method } = await deps.db.tx(async (tx) => {
      const all = await sessionsOf(tx, actor.id, token, now);
      const method = all.find((it) => it.isThis)?.method;
      await noteAccount(tx, actor, 'session.end', now);
      return { method, ended: await endSession(tx, token, now) };
    });
    const { origin } = rpOf(deps, request);
    return { ended, next: method === 'oidc' ? await endOidc(deps, origin, now) : null };
  }),
  route(readWays, async () => ({
    oidc: deps.settings.oidc?.label ?? null,
    phone: deps.personOfPhone !== undefined,
  })),
];

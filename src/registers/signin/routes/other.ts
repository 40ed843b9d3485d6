import { type Route, route } from '#platform/http/index.ts';
import { requireFresh } from '#registers/access/index.ts';
import {
  askPhoneCode,
  firstAdministrator,
  issueDeviceKey as issueEndpoint,
  listDeviceKeys,
  phoneSignIn,
  revokeDeviceKey as revokeEndpoint,
} from '../contract.ts';
import type { SigninDeps } from '../deps.ts';
import { issueDeviceKey, listKeys, revokeDeviceKey } from '../devices.ts';
import { enterFirst } from '../enter/first.ts';
import { enterByPhone, sendPhoneCode } from '../enter/phone.ts';
import { fromOf, welcomed } from './call.ts';

/** The first administrator, residents, and the keys of devices. */
export const otherRoutes = (deps: SigninDeps): Route[] => [
  route(firstAdministrator, async (call) => {
    const from = fromOf(deps, call.request);
    return welcomed(deps, call, await enterFirst(deps, call.body, from, call.now));
  }),
  route(askPhoneCode, ({ body, request, now }) =>
    sendPhoneCode(deps, { phone: body.phone, address: request.ip }, now),
  ),
  route(phoneSignIn, async (call) => {
    const from = fromOf(deps, call.request);
    return welcomed(deps, call, await enterByPhone(deps, call.body, from, call.now));
  }),
  route(listDeviceKeys, ({ actor, params }) =>
    deps.db.read((tx) => listKeys(tx, actor, params.id)),
  ),
  // Not `once`: a key is shown once and kept nowhere, not even in an answer for replays.
  route(
    issueEndpoint,
    async ({ actor, params, body, now }) =>
      requireFresh(actor, now) ??
      deps.db.tx((tx) => issueDeviceKey(tx, actor, { ...params, ...body }, now)),
  ),
  route(revokeEndpoint, ({ actor, params, now }) =>
    deps.db.tx((tx) => revokeDeviceKey(tx, actor, params, now)),
  ),
];

import { type Route, route } from '#platform/http/index.ts';
import { askCompanions, type CompanionsDeps, inquiriesAbout, readInquiry } from './ask.ts';
import * as api from './contract.ts';

/**
 * Reading a person writes entries, so these reads run in writing transactions. A question is not
 * remembered by its Idempotency-Key: the kept answer would lie unsealed.
 */
export const companionRoutes = (deps: CompanionsDeps): Route[] => [
  route(api.askCompanions, ({ db, scope, params, body, now }) =>
    db.tx((tx) => askCompanions(tx, deps, scope, { ...params, ...body }, now)),
  ),
  route(api.listInquiries, ({ db, scope, params, query, now }) =>
    db.tx((tx) => inquiriesAbout(tx, deps, scope, { ...params, ...query }, now)),
  ),
  route(api.readInquiry, ({ db, scope, params, now }) =>
    db.tx((tx) => readInquiry(tx, deps, scope, params.id, now)),
  ),
];

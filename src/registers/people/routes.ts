import type { Scope } from '#base/access.ts';
import { prefixOf } from '#base/areas.ts';
import { isRefusal, type Refusal } from '#base/refusal.ts';
import type { Tx } from '#platform/db/index.ts';
import { type Route, route } from '#platform/http/index.ts';
import type { Vault } from '#platform/secrets/index.ts';
import { type How, noteLooks } from '#registers/misuse/index.ts';
import {
  listPersons as listEndpoint,
  readPerson,
  revealPhone as revealEndpoint,
  searchPersons,
} from './contract.ts';
import { personFile, revealPhone } from './file.ts';
import { findPersons } from './find.ts';
import { listPersons } from './store.ts';

/** Reading a person writes an audit entry, so these reads run in writing transactions. */
export const peopleRoutes = ({ vault }: { readonly vault: Vault }): Route[] => [
  route(listEndpoint, ({ db, scope, query }) =>
    db.read((tx) =>
      listPersons(tx, vault, scope, {
        ...query,
        areaPrefix: query.area ? prefixOf(query.area) : undefined,
        unitId: query.unit,
      }),
    ),
  ),
  route(searchPersons, ({ db, scope, body, now }) =>
    db.tx((tx) => findPersons(tx, vault, scope, body, now)),
  ),
  route(readPerson, ({ db, scope, params, now }) =>
    db.tx(async (tx) => {
      const file = await personFile(tx, vault, scope, params.id, now);
      return looked(tx, scope, params.id, 'read', file, now);
    }),
  ),
  route(revealEndpoint, ({ db, scope, params, body, now }) =>
    db.tx(async (tx) => {
      const phone = await revealPhone(tx, vault, scope, { id: params.id, ...body }, now);
      return looked(tx, scope, params.id, 'reveal', phone, now);
    }),
  ),
];

/** What was found, unless the reader looked at too many people: then why not. */
async function looked<T>(
  tx: Tx,
  scope: Scope,
  id: number,
  how: How,
  found: T | Refusal,
  now: number,
): Promise<T | Refusal> {
  if (isRefusal(found)) return found;
  return (await noteLooks(tx, scope.actor, [id], how, now)) ?? found;
}

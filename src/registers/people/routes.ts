import { prefixOf } from '#base/areas.ts';
import { type Route, route } from '#platform/http/index.ts';
import type { Vault } from '#platform/secrets/index.ts';
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
    db.tx((tx) => personFile(tx, vault, scope, params.id, now)),
  ),
  route(revealEndpoint, ({ db, scope, params, body, now }) =>
    db.tx((tx) => revealPhone(tx, vault, scope, { id: params.id, ...body }, now)),
  ),
];

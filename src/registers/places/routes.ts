import { refuse } from '#base/refusal.ts';
import { dayOf } from '#base/time.ts';
import { type Route, route } from '#platform/http/index.ts';
import { listPlaceKinds, listPlaces as listEndpoint, readPlace } from './contract.ts';
import { placeKinds } from './kinds.ts';
import { listPlaces, placeDetail } from './store.ts';

export const placeRoutes = (): Route[] => [
  route(listPlaceKinds, async ({ db, now }) => ({
    rows: await db.read((tx) => placeKinds(tx, dayOf(now))),
  })),
  route(listEndpoint, ({ db, query }) => db.read((tx) => listPlaces(tx, query))),
  route(
    readPlace,
    async ({ db, params }) =>
      (await db.read((tx) => placeDetail(tx, params.id))) ??
      refuse('missing', 'no-such-place', { zh: '没有这个场所。', en: 'There is no such place.' }),
  ),
];

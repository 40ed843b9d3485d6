import { refuse } from '#base/refusal.ts';
import { type Route, route } from '#platform/http/index.ts';
import { listAreas as listEndpoint, readArea } from './contract.ts';
import { areaDetail, listAreas } from './store.ts';

export const areaRoutes = (): Route[] => [
  route(listEndpoint, ({ db, query }) => db.read((tx) => listAreas(tx, query))),
  route(
    readArea,
    async ({ db, params }) =>
      (await db.read((tx) => areaDetail(tx, params.code))) ??
      refuse('missing', 'no-such-area', {
        zh: '没有这个区域，请核对区划代码。',
        en: 'There is no such area; check the code.',
      }),
  ),
];

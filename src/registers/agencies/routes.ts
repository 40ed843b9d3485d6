import { isRefusal } from '#base/refusal.ts';
import { type Route, route } from '#platform/http/index.ts';
import { listPosts as listEndpoint, readPost, setRoster as rosterEndpoint } from './contract.ts';
import { postDetail, setRoster } from './duty.ts';
import { listPosts } from './store.ts';

export const postRoutes = (): Route[] => [
  route(listEndpoint, ({ db, query, scope }) =>
    db.read((tx) => listPosts(tx, { ...query, areaPrefix: scope.areaPrefix })),
  ),
  route(readPost, ({ db, params, scope, now }) =>
    db.read((tx) => postDetail(tx, scope.areaPrefix, params.id, now)),
  ),
  route(rosterEndpoint, ({ once, actor, scope, params, body, now }) =>
    once(async (tx) => {
      const set = await setRoster(tx, actor, { id: params.id, ...body }, now);
      return isRefusal(set) ? set : postDetail(tx, scope.areaPrefix, params.id, now);
    }),
  ),
];

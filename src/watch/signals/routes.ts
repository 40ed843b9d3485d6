import type { Route } from '#platform/http/index.ts';
import { route } from '#platform/http/index.ts';
import * as api from './contract.ts';
import { signalsPage, throttles } from './store.ts';

export const signalsRoutes = (): Route[] => [
  route(api.listSignals, (c) => c.db.read((tx) => signalsPage(tx, c.scope.areaPrefix, c.query))),
  route(api.listThrottles, async (c) => ({ rows: await c.db.read(throttles) })),
];

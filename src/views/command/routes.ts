import type { z } from 'zod';
import { prefixOf } from '#base/areas.ts';
import type { Scope } from '#base/access.ts';
import type { Db } from '#platform/db/index.ts';
import type { Lake } from '#platform/lake/index.ts';
import { type Route, route } from '#platform/http/index.ts';
import { taskFigures } from '#response/tasks/index.ts';
import { alertFigures } from '#watch/alerts/index.ts';
import * as api from './contract.ts';
import type { LiveFeed } from './live.ts';
import { type MapRegisters, mapOf } from './map.ts';
import { figuresOf } from './summary.ts';
import { openTrends } from './trend.ts';

export type CommandDeps = MapRegisters & {
  readonly lake: Lake;
  readonly live: LiveFeed;
  /** How fresh each source is; asked by the caller, since sources are another room's. */
  readonly freshness: (db: Db, now: number) => Promise<z.input<typeof api.sourceState>[]>;
};

/**
 * What the scope and an asked area share; no code begins with `!`, so nothing where they do not
 * meet.
 */
const narrow = (scope: Scope, areaCode: string | undefined): string => {
  const asked = areaCode ? prefixOf(areaCode) : '';
  if (asked.startsWith(scope.areaPrefix)) return asked;
  return scope.areaPrefix.startsWith(asked) ? scope.areaPrefix : '!';
};

/** The requests of the situation room. */
export function commandRoutes(deps: CommandDeps): Route[] {
  const trends = openTrends(deps.lake);
  return [
    route(api.readSummary, async ({ db, scope, query, now }) => {
      const { areaCode } = query;
      const [alerts, tasks] = await db.read(async (tx) => [
        await alertFigures(tx, scope, areaCode, now),
        await taskFigures(tx, scope, areaCode, now),
      ]);
      const records = await trends.total24h(narrow(scope, areaCode), now);
      return { asOf: now, figures: figuresOf(alerts, tasks, records, areaCode) };
    }),
    route(api.readMap, ({ db, scope, query, now }) =>
      db.read((tx) => mapOf(tx, scope, deps, query, now)),
    ),
    route(api.readTrend, ({ scope, query, now }) =>
      trends.daily(narrow(scope, query.areaCode), query.kind ?? '', now),
    ),
    route(api.readFreshness, async ({ db, now }) => ({
      asOf: now,
      sources: await deps.freshness(db, now),
    })),
    route(api.followLive, ({ request, reply, scope }) => deps.live.follow(request, reply, scope)),
  ];
}

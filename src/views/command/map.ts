import type { z } from 'zod';
import type { Scope } from '#base/access.ts';
import { ancestorOf, prefixOf } from '#base/areas.ts';
import type { Tx } from '#platform/db/index.ts';
import type { AreaDirectory } from '#registers/areas/index.ts';
import type { PlaceDirectory } from '#registers/places/index.ts';
import { alertPoints, countByArea } from '#watch/alerts/index.ts';
import type { readMap } from './contract.ts';
import { per10000 } from './model.ts';

type MapAnswer = z.input<typeof readMap.answer>;
type Query = { tier: 'district' | 'street' | 'community'; areaCode?: string | undefined };
export type MapRegisters = { readonly areas: AreaDirectory; readonly places: PlaceDirectory };

/** Points on one map at most: more cannot be told apart; counts by area stay complete. */
export const POINTS_MAX = 500;
const DIGITS = { district: 6, street: 9, community: 12 } as const;

/** Live alerts as counts and rates by area, and the most pressing ones as points. */
export async function mapOf(
  tx: Tx,
  scope: Scope,
  registers: MapRegisters,
  query: Query,
  now: number,
): Promise<MapAnswer> {
  const counts = await countByArea(tx, scope, query.areaCode, DIGITS[query.tier]);
  const points = await alertPoints(tx, scope, query.areaCode, POINTS_MAX + 1);
  return {
    asOf: now,
    areas: areasOf(scope, registers.areas, query, counts),
    points: points.slice(0, POINTS_MAX).flatMap((alert) => pointOf(registers, alert)),
    pointsMax: POINTS_MAX,
    pointsTruncated: points.length > POINTS_MAX,
  };
}

/** Every area of the tier inside the scope, those without alerts too: zero is a finding. */
function areasOf(
  scope: Scope,
  areas: AreaDirectory,
  query: Query,
  counts: Awaited<ReturnType<typeof countByArea>>,
): MapAnswer['areas'] {
  const asked = query.areaCode ? prefixOf(query.areaCode) : '';
  const byArea = new Map<string, number[]>();
  for (const { areaCode, level, count } of counts) {
    const row = byArea.get(areaCode) ?? [0, 0, 0, 0];
    row[level - 1] = (row[level - 1] ?? 0) + count;
    byArea.set(areaCode, row);
  }
  return [...areas.byCode.values()]
    .filter((a) => a.tier === query.tier)
    .filter((a) => a.code.startsWith(scope.areaPrefix) && a.code.startsWith(asked))
    .map((area) => {
      const byLevel = byArea.get(area.code) ?? [0, 0, 0, 0];
      const live = byLevel.reduce((sum, n) => sum + n, 0);
      const { code, name, lat, lon, population } = area;
      const rate = per10000(live, population);
      return { areaCode: code, name, lat, lon, population, live, byLevel, per10000: rate };
    });
}

function pointOf(
  { areas, places }: MapRegisters,
  alert: Awaited<ReturnType<typeof alertPoints>>[number],
): MapAnswer['points'] {
  const place = alert.placeId ? places.byId.get(alert.placeId) : undefined;
  const code = alert.areaCode;
  const at =
    place ?? areas.byCode.get(code) ?? areas.byCode.get(ancestorOf(code, 'community') ?? '');
  if (!at) return [];
  const { id: alertId, level, title, areaCode } = alert;
  const { lat, lon } = at;
  return [{ alertId, level, title, areaCode, lat, lon, precise: place !== undefined }];
}

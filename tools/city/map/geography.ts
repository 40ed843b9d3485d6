import { type CityArea, type Division, divide, listAreas } from './areas.ts';
import { makeMesh } from './mesh.ts';
import { drawWater, type Water } from './water.ts';
import { drawRoads, type Road } from './ways.ts';

export type MapSize = {
  /** Mean radius, km. */
  readonly radius: number;
  readonly communities: number;
  readonly streets: number;
  readonly districts: number;
  /** Lots tried; about three in four hold a building. */
  readonly buildings: number;
  /** Cell size against the default; 1 gives some 12,000 cells on land. */
  readonly grain: number;
};

export const FULL_MAP: MapSize = {
  radius: 26,
  communities: 2200,
  streets: 150,
  districts: 9,
  buildings: 53_000,
  grain: 1,
};

/** A hamlet for tests: the same laws, a fiftieth of the size. */
export const SMALL_MAP: MapSize = {
  radius: 13,
  communities: 120,
  streets: 24,
  districts: 5,
  buildings: 800,
  grain: 2.4,
};

export type Geography = {
  readonly seed: number;
  readonly size: MapSize;
  readonly water: Water;
  readonly division: Division;
  readonly roads: readonly Road[];
};

/** The whole map of the city from a seed; about 2.5 s at full size. */
export function drawGeography(seed: number, size: MapSize = FULL_MAP): Geography {
  const water = drawWater(seed, size.radius);
  const mesh = makeMesh(seed, size.radius, water, 0.74 * size.grain);
  const division = divide(mesh, seed, size);
  return { seed, size, water, division, roads: drawRoads(seed, size.radius, water) };
}

export const areasOf = (geography: Geography, persons: number): CityArea[] =>
  listAreas(geography.division, persons);

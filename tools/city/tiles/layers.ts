import type { Feature, FeatureCollection, Geometry, Position } from 'geojson';
import { arcsOf, type Polygon, polygonsOf } from '../map/arcs.ts';
import { middleCell, shapes } from '../map/areas.ts';
import { lanes, layParks, raiseBuildings } from '../map/blocks.ts';
import { areasOf, type Geography } from '../map/geography.ts';
import { lonLat, type Point } from '../map/plane.ts';

/** A layer of the map and the zooms it lives on. */
export type Layer = {
  readonly name: string;
  readonly minZoom: number;
  readonly features: Feature[];
};

/** Layer names and the properties of their features, as the map styles and PMTiles metadata know them. */
export const LAYER_FIELDS: Record<string, Record<string, string>> = {
  land: {},
  water: { kind: 'String', name: 'String', nameEn: 'String' },
  parks: { name: 'String' },
  roads: { grade: 'String', name: 'String', nameEn: 'String' },
  buildings: { floors: 'Number' },
  district: { code: 'String', name: 'String', nameEn: 'String' },
  street: { code: 'String', name: 'String', nameEn: 'String', district: 'String' },
  community: { code: 'String', name: 'String', nameEn: 'String', street: 'String' },
  border: { tier: 'String' },
  label: { tier: 'String', code: 'String', name: 'String', nameEn: 'String' },
};

const position = (p: Point): Position => lonLat(p);
const closed = (ring: readonly Point[]): Position[] => [...ring, ring[0] as Point].map(position);

/** One area as GeoJSON, WGS-84. */
export function geometryOf(polygons: readonly Polygon[]): Geometry {
  const shapesOf = polygons.map((rings) => rings.map(closed));
  return shapesOf.length === 1
    ? { type: 'Polygon', coordinates: shapesOf[0] ?? [] }
    : { type: 'MultiPolygon', coordinates: shapesOf };
}

const feature = (geometry: Geometry, properties: Record<string, string | number>): Feature => ({
  type: 'Feature',
  geometry,
  properties,
});

const lineOf = (points: readonly Point[]): Geometry => ({
  type: 'LineString',
  coordinates: points.map(position),
});

/** Everything the map shows, bottom to top. */
export function drawLayers(geography: Geography): Layer[] {
  const { division, seed, roads, size } = geography;
  const park = layParks(division, seed, Math.ceil(size.communities / 16));
  const parks = [...polygonsOf(arcsOf(division.mesh, park)).values()].map((p) =>
    feature(geometryOf(p), { name: '公园' }),
  );
  const buildings = raiseBuildings(division, park, roads, seed, size.buildings).map((b) =>
    feature({ type: 'Polygon', coordinates: [closed(b.ring)] }, { floors: b.floors }),
  );
  return [
    { name: 'land', minZoom: 8, features: land(geography) },
    { name: 'water', minZoom: 8, features: water(geography) },
    { name: 'parks', minZoom: 11, features: parks },
    { name: 'buildings', minZoom: 13, features: buildings },
    { name: 'roads', minZoom: 8, features: ways(geography) },
    ...tiers(geography),
    { name: 'label', minZoom: 8, features: labels(geography) },
  ];
}

function land({ division }: Geography): Feature[] {
  const whole = division.communityOf.map((c) => (c < 0 ? -1 : 0));
  const polygons = polygonsOf(arcsOf(division.mesh, whole)).get(0) ?? [];
  return [feature(geometryOf(polygons), {})];
}

/** Rivers run together into one body where they meet; lakes are their own. */
function water({ division, water: bodies }: Geography): Feature[] {
  const rivers = bodies.rivers.length;
  const part = Int32Array.from(division.mesh.label, (l) => (l <= 0 ? -1 : Math.max(rivers, l)));
  const out: Feature[] = [];
  for (const [body, polygons] of polygonsOf(arcsOf(division.mesh, part))) {
    const lake = bodies.lakes[body - rivers - 1];
    out.push(
      feature(geometryOf(polygons), {
        kind: lake ? 'lake' : 'river',
        name: lake?.zh ?? '锦江',
        nameEn: lake?.en ?? 'Jin River',
      }),
    );
  }
  return out;
}

function ways({ division, roads }: Geography): Feature[] {
  const main = roads.map((r) =>
    feature(lineOf(r.line), { grade: r.grade, name: r.zh, nameEn: r.en }),
  );
  const small = lanes(division).map((line) => feature(lineOf(line), { grade: 'lane' }));
  return [...main, ...small];
}

function tiers({ division }: Geography): Layer[] {
  const d = shapes(division, division.districtOf);
  const s = shapes(division, division.streetOf);
  const c = shapes(division, division.communityOf);
  const named = (area: { code: string; name: { zh: string; en: string } }) => ({
    code: area.code,
    name: area.name.zh,
    nameEn: area.name.en,
  });
  const districts = division.districts.map((area, i) =>
    feature(geometryOf(d.polygons.get(i) ?? []), named(area)),
  );
  const streets = division.streets.map((area, i) =>
    feature(geometryOf(s.polygons.get(i) ?? []), {
      ...named(area),
      district: division.districts[area.district]?.code ?? '',
    }),
  );
  const communities = division.communities.map((area, i) =>
    feature(geometryOf(c.polygons.get(i) ?? []), {
      ...named(area),
      street: division.streets[area.street]?.code ?? '',
    }),
  );
  return [
    { name: 'district', minZoom: 8, features: districts },
    { name: 'street', minZoom: 9, features: streets },
    { name: 'community', minZoom: 11, features: communities },
    { name: 'border', minZoom: 8, features: borders(d.arcs, s.arcs, c.arcs, division) },
  ];
}

type Arcs = ReturnType<typeof arcsOf>;

/** Every line once, under its highest tier; shores are no borders. */
function borders(d: Arcs, s: Arcs, c: Arcs, division: Geography['division']): Feature[] {
  const out: Feature[] = [];
  const inner = (arcs: Arcs, tier: string, above: (area: number) => number): void => {
    for (const arc of arcs) {
      if (arc.left < 0 || arc.right < 0) continue;
      if (tier !== 'district' && above(arc.left) !== above(arc.right)) continue;
      out.push(feature(lineOf(arc.points), { tier }));
    }
  };
  inner(d, 'district', () => 0);
  inner(s, 'street', (k) => division.streets[k]?.district ?? -1);
  inner(c, 'community', (k) => division.communities[k]?.street ?? -1);
  return out;
}

/** One point per area and per water body. */
function labels(geography: Geography): Feature[] {
  const { division, water: bodies } = geography;
  const spot = (lon: number, lat: number, properties: Record<string, string>): Feature =>
    feature({ type: 'Point', coordinates: [lon, lat] }, properties);
  const out = areasOf(geography, 0)
    .filter((a) => a.tier !== 'grid')
    .map((a) =>
      spot(a.lon, a.lat, { tier: a.tier, code: a.code, name: a.name.zh, nameEn: a.name.en }),
    );
  const wet = [...division.mesh.label.keys()].filter((i) => (division.mesh.label[i] ?? 0) > 0);
  const put = (name: string, nameEn: string, at: Point): void => {
    const [lon, lat] = lonLat(middleCell(division.mesh, wet, at));
    out.push(spot(lon, lat, { tier: 'water', code: '', name, nameEn }));
  };
  for (const river of bodies.rivers) {
    put(river.zh, river.en, river.line[Math.floor(river.line.length * 0.62)] as Point);
  }
  for (const lake of bodies.lakes) put(lake.zh, lake.en, lake.middle);
  return out;
}

export const collection = (features: Feature[]): FeatureCollection => ({
  type: 'FeatureCollection',
  features,
});

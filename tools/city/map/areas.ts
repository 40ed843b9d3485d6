import type { Tier } from '#base/areas.ts';
import type { Words } from '#base/words.ts';
import { type Arc, arcsOf, type Polygon, polygonsOf } from './arcs.ts';
import { cluster, components, type Patches } from './cluster.ts';
import { LAND, type Mesh } from './mesh.ts';
import { communityNames, DISTRICTS, streetNames } from './names.ts';
import { lonLat, type Point } from './plane.ts';

/** One administrative area as the registers import it. `point` lies inside it, on dry land. */
export type CityArea = {
  readonly code: string;
  readonly tier: Tier;
  readonly name: Words;
  readonly parent: string | null;
  readonly lat: number;
  readonly lon: number;
  readonly population: number;
};

/** The city's cells sorted into areas. Numbers are indices; −1 is "not the city". */
export type Division = {
  readonly mesh: Mesh;
  readonly districtOf: Int32Array;
  readonly streetOf: Int32Array;
  readonly communityOf: Int32Array;
  readonly gridOf: Int32Array;
  readonly streets: readonly { district: number; code: string; name: Words; at: Point }[];
  readonly districts: readonly { code: string; name: Words; at: Point }[];
  readonly communities: readonly Community[];
};

export type Community = {
  readonly street: number;
  readonly code: string;
  readonly name: Words;
  readonly at: Point;
  /** Share of the city's people. */
  readonly weight: number;
  readonly grids: readonly { code: string; at: Point; cells: readonly number[] }[];
  readonly cells: readonly number[];
};

export const CITY_CODE = '990100000000';
const CITY_PREFIX = '9901';
const pad = (n: number, width: number): string => String(n).padStart(width, '0');

/** People per km² fall off from the centre; only the ratio counts. */
const crowd = (p: Point): number => Math.exp(-Math.hypot(p[0], p[1]) / 8) + 0.03;

/** Cells → communities → streets → districts, each a cluster of the one below. */
export function divide(
  mesh: Mesh,
  seed: number,
  wanted: { communities: number; streets: number; districts: number },
): Division {
  const land = mainland(mesh);
  const cells = { at: land.map((c) => mesh.sites[c] as Point), touches: touching(mesh, land) };
  const ones = (n: number): Float64Array => new Float64Array(n).fill(1);
  const c = cluster({ ...cells, weight: ones(land.length) }, wanted.communities, seed, 31);
  const communities = merge(cells, c);
  const s = cluster(communities, wanted.streets, seed, 32);
  const streets = merge(communities, s);
  const d = cluster(streets, wanted.districts, seed, 33);
  const codes = number(seed, merge(streets, d), streets, communities, d, s);
  const spread = (pick: (community: number) => number): Int32Array => {
    const out = new Int32Array(mesh.sites.length).fill(-1);
    for (const [i, cell] of land.entries()) out[cell] = pick(c[i] ?? 0);
    return out;
  };
  const communityOf = spread((k) => k);
  const members = communities.at.map(() => [] as number[]);
  for (const [i, cell] of land.entries()) members[c[i] ?? 0]?.push(cell);
  const gridOf = new Int32Array(mesh.sites.length).fill(-1);
  return {
    mesh,
    communityOf,
    gridOf,
    streetOf: spread((k) => s[k] ?? -1),
    districtOf: spread((k) => d[s[k] ?? 0] ?? -1),
    districts: codes.districts,
    streets: codes.streets,
    communities: settle(mesh, members, codes.communities, gridOf),
  };
}

/** Land cells of the large components: a sliver between two waters is nobody's street. */
function mainland(mesh: Mesh): number[] {
  const all = [...mesh.label.keys()].filter((i) => mesh.label[i] === LAND);
  const part = components(touching(mesh, all));
  const size = new Map<number, number>();
  for (const p of part) size.set(p, (size.get(p) ?? 0) + 1);
  return all.filter((_, i) => (size.get(part[i] ?? -1) ?? 0) > all.length / 25);
}

/** Which of the listed cells share an edge longer than a stride. Water is not listed: no way across. */
function touching(mesh: Mesh, cells: readonly number[]): number[][] {
  const index = new Int32Array(mesh.sites.length).fill(-1);
  for (const [i, cell] of cells.entries()) index[cell] = i;
  const touches = cells.map(() => [] as number[]);
  for (let e = 0; e < mesh.edgeA.length; e++) {
    const a = index[mesh.edgeA[e] ?? 0] ?? -1;
    const b = index[mesh.edgeB[e] ?? 0] ?? -1;
    if (a < 0 || b < 0) continue;
    const p = mesh.corner(mesh.cornerA[e] ?? 0);
    const q = mesh.corner(mesh.cornerB[e] ?? 0);
    if (Math.hypot(p[0] - q[0], p[1] - q[1]) < 0.01) continue;
    touches[a]?.push(b);
    touches[b]?.push(a);
  }
  return touches;
}

/** Clusters as patches of the next tier; each weighs one, lies at its middle. */
function merge(patches: Omit<Patches, 'weight'>, label: Int32Array): Patches {
  const count = label.reduce((a, b) => Math.max(a, b), -1) + 1;
  const sums = Array.from({ length: count }, () => [0, 0, 0] as [number, number, number]);
  const touches = Array.from({ length: count }, () => new Set<number>());
  for (const [i, c] of label.entries()) {
    const s = sums[c];
    const p = patches.at[i];
    if (!s || !p) continue;
    s[0] += p[0];
    s[1] += p[1];
    s[2] += 1;
    for (const j of patches.touches[i] ?? []) {
      if (label[j] !== c) touches[c]?.add(label[j] ?? 0);
    }
  }
  return {
    at: sums.map((s) => [s[0] / s[2], s[1] / s[2]] as const),
    weight: new Float64Array(count).fill(1),
    touches: touches.map((t) => [...t]),
  };
}

type Numbered = {
  districts: { code: string; name: Words; at: Point }[];
  streets: { district: number; code: string; name: Words; at: Point }[];
  communities: { street: number; code: string; name: Words; at: Point }[];
};

function number(
  seed: number,
  d: Patches,
  s: Patches,
  c: Patches,
  districtOf: Int32Array,
  streetOf: Int32Array,
): Numbered {
  const order = nameDistricts(d.at);
  const districts = d.at.map((at, i) => {
    const [zh, en] = DISTRICTS[order[i] ?? 0] ?? ['', ''];
    return { code: `${CITY_PREFIX}${pad((order[i] ?? 0) + 1, 2)}000000`, name: { zh, en }, at };
  });
  const far = (p: Point): boolean => Math.hypot(p[0], p[1]) > 17;
  const names = streetNames(seed, s.at.map(far));
  const seen = new Map<number, number>();
  const next = (k: number): number => {
    seen.set(k, (seen.get(k) ?? 0) + 1);
    return seen.get(k) ?? 0;
  };
  const streets = s.at.map((at, i) => {
    const district = districtOf[i] ?? 0;
    const code = `${districts[district]?.code.slice(0, 6)}${pad(next(district), 3)}000`;
    return { district, code, name: names[i] as Words, at };
  });
  const villages = communityNames(seed, c.at.map(far));
  const communities = c.at.map((at, i) => {
    const street = streetOf[i] ?? 0;
    const code = `${streets[street]?.code.slice(0, 9)}${pad(next(1000 + street), 3)}`;
    return { street, code, name: villages[i] as Words, at };
  });
  return { districts, streets, communities };
}

/** Each district takes the free name whose bearing fits best; the most central one is named first. */
function nameDistricts(at: readonly Point[]): number[] {
  const order = at.map(() => -1);
  const central = [...at.keys()].sort(
    (a, b) => Math.hypot(...(at[a] as Point)) - Math.hypot(...(at[b] as Point)),
  );
  for (const i of central) {
    const [x, y] = at[i] as Point;
    const turn = ((Math.atan2(y, x) * 180) / Math.PI + 360) % 360;
    let best = -1;
    let miss = 1e9;
    for (const [k, [, , bearing]] of DISTRICTS.entries()) {
      if (order.includes(k)) continue;
      const off = Math.abs(((turn - bearing + 540) % 360) - 180);
      const cost = bearing < 0 ? (i === central[0] ? -1 : 1000) : off;
      if (cost < miss) {
        miss = cost;
        best = k;
      }
    }
    order[i] = best;
  }
  return order;
}

/** Gives every community its people, its middle cell and three to eight grids. */
function settle(
  mesh: Mesh,
  members: readonly number[][],
  numbered: Numbered['communities'],
  gridOf: Int32Array,
): Community[] {
  let total = 0;
  let grids = 0;
  const weights = members.map((cells) => {
    const w = cells.reduce(
      (sum, k) => sum + crowd(mesh.sites[k] as Point) * (mesh.area[k] ?? 0),
      0,
    );
    total += w;
    return w;
  });
  return numbered.map((community, i) => {
    const cells = [...(members[i] ?? [])].sort((a, b) => a - b);
    const count = Math.max(3, Math.min(8, cells.length));
    const parts = Array.from({ length: count }, (_, g) => ({
      code: `${community.code}${pad(g + 1, 2)}`,
      cells: cells.filter((_, k) => k % count === g),
    }));
    for (const part of parts) {
      if (part.cells.length === 0) part.cells.push(cells[0] ?? 0);
      else for (const cell of part.cells) gridOf[cell] = grids;
      grids += 1;
    }
    return {
      ...community,
      at: middleCell(mesh, cells, community.at),
      weight: (weights[i] ?? 0) / total,
      cells,
      grids: parts.map((p) => ({ ...p, at: mesh.sites[p.cells[0] ?? 0] as Point })),
    };
  });
}

/** The site of the member cell nearest to the middle: certainly inside, certainly dry. */
export function middleCell(mesh: Mesh, cells: readonly number[], at: Point): Point {
  let best = mesh.sites[cells[0] ?? 0] as Point;
  let near = Number.POSITIVE_INFINITY;
  for (const cell of cells) {
    const p = mesh.sites[cell] as Point;
    const d = Math.hypot(p[0] - at[0], p[1] - at[1]);
    if (d < near) {
      near = d;
      best = p;
    }
  }
  return best;
}

/** The area list, city first, grids last; populations add up to `persons` before rounding. */
export function listAreas(division: Division, persons: number): CityArea[] {
  const weightOf = new Map<string, number>();
  const put = (code: string, w: number): void => {
    weightOf.set(code, (weightOf.get(code) ?? 0) + w);
  };
  const out: CityArea[] = [];
  for (const c of division.communities) {
    for (const width of [4, 6, 9]) put(c.code.slice(0, width).padEnd(12, '0'), c.weight);
  }
  const add = (
    code: string,
    tier: Tier,
    name: Words,
    parent: string | null,
    at: Point,
    w: number,
  ): void => {
    const [lon, lat] = lonLat(at);
    out.push({ code, tier, name, parent, lat, lon, population: Math.round(w * persons) });
  };
  add(CITY_CODE, 'city', { zh: '江州市', en: 'Jiangzhou' }, null, [0, 0], 1);
  for (const d of division.districts) {
    add(
      d.code,
      'district',
      d.name,
      CITY_CODE,
      dryPoint(division, division.districtOf, d),
      weightOf.get(d.code) ?? 0,
    );
  }
  for (const s of division.streets) {
    const parent = division.districts[s.district]?.code ?? CITY_CODE;
    add(
      s.code,
      'street',
      s.name,
      parent,
      dryPoint(division, division.streetOf, s),
      weightOf.get(s.code) ?? 0,
    );
  }
  for (const c of division.communities) {
    add(c.code, 'community', c.name, division.streets[c.street]?.code ?? null, c.at, c.weight);
  }
  for (const c of division.communities) {
    for (const [g, grid] of c.grids.entries()) {
      const name = { zh: `第${g + 1}网格`, en: `Grid ${g + 1}` };
      add(grid.code, 'grid', name, c.code, grid.at, c.weight / c.grids.length);
    }
  }
  return out;
}

/** A point of the area on land: the cell of its own nearest to its middle. */
function dryPoint(division: Division, part: Int32Array, area: { code: string; at: Point }): Point {
  const width = area.code.endsWith('000000') ? 6 : 9;
  const cells: number[] = [];
  for (const c of division.communities) {
    if (c.code.slice(0, width) === area.code.slice(0, width)) cells.push(...c.cells);
  }
  return middleCell(
    division.mesh,
    cells.length > 0 ? cells : [...part.keys()].slice(0, 1),
    area.at,
  );
}

/** Arcs and polygons of one tier. Tolerance in km; 0 keeps every bend. */
export function shapes(
  division: Division,
  part: Int32Array,
  tolerance = 0,
): { arcs: Arc[]; polygons: Map<number, Polygon[]> } {
  const arcs = arcsOf(division.mesh, part, tolerance);
  return { arcs, polygons: polygonsOf(arcs) };
}

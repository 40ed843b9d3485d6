import { chanceAt, cumulate, weighted } from '../chance.ts';
import type { Division } from './areas.ts';
import { edgeLine, type Mesh } from './mesh.ts';
import { distanceToLine, type Point, simplify } from './plane.ts';
import type { Road } from './ways.ts';

/** Corners of every cell, in order around its site. */
export function cellRing(mesh: Mesh, edges: readonly number[], cell: number): Point[] {
  const site = mesh.sites[cell] as Point;
  const corners = new Map<number, Point>();
  for (const e of edges) {
    for (const c of [mesh.cornerA[e] ?? 0, mesh.cornerB[e] ?? 0]) corners.set(c, mesh.corner(c));
  }
  const turn = (p: Point): number => Math.atan2(p[1] - site[1], p[0] - site[0]);
  return [...corners.values()].sort((a, b) => turn(a) - turn(b));
}

/** The edges around each cell. */
export function edgesByCell(mesh: Mesh): number[][] {
  const out: number[][] = mesh.sites.map(() => []);
  for (let e = 0; e < mesh.edgeA.length; e++) {
    out[mesh.edgeA[e] ?? 0]?.push(e);
    out[mesh.edgeB[e] ?? 0]?.push(e);
  }
  return out;
}

/** Which cells are park (park number) or not (−1): patches of one to four neighbouring blocks. */
export function layParks(division: Division, seed: number, count: number): Int32Array {
  const { mesh } = division;
  const chance = chanceAt(seed, 42);
  const park = new Int32Array(mesh.sites.length).fill(-1);
  const around = edgesByCell(mesh);
  for (let n = 0; n < count; n++) {
    const community = chance.pick(division.communities);
    let cell = chance.pick(community.cells);
    const size = 1 + chance.below(4);
    for (let k = 0; k < size; k++) {
      park[cell] = n;
      const e = chance.pick(around[cell] ?? []);
      const other = mesh.edgeA[e] === cell ? mesh.edgeB[e] : mesh.edgeA[e];
      if (other === undefined || (division.communityOf[other] ?? -1) < 0) break;
      cell = other;
    }
  }
  return park;
}

/** Lanes: the borders of the blocks, within the built-up city. */
export function lanes(division: Division): Point[][] {
  const { mesh, communityOf } = division;
  const out: Point[][] = [];
  for (let e = 0; e < mesh.edgeA.length; e++) {
    const a = mesh.edgeA[e] ?? 0;
    if ((communityOf[a] ?? -1) < 0 || (communityOf[mesh.edgeB[e] ?? 0] ?? -1) < 0) continue;
    if (Math.hypot(...(mesh.sites[a] as Point)) > 21) continue;
    out.push(simplify(edgeLine(mesh, e), 0.004));
  }
  return out;
}

export type Building = { readonly ring: Point[]; readonly floors: number };

/**
 * Buildings as rectangles that stand inside their block, clear of lanes, roads and of each other.
 * More where more people live; taller downtown.
 */
export function raiseBuildings(
  division: Division,
  park: Int32Array,
  roads: readonly Road[],
  seed: number,
  count: number,
): Building[] {
  const { mesh } = division;
  const cells = [...division.communityOf.keys()].filter(
    (c) => (division.communityOf[c] ?? -1) >= 0 && (park[c] ?? -1) < 0,
  );
  const sums = cumulate(cells.map((c) => Math.sqrt(mesh.area[c] ?? 0) * 0.4 + (mesh.area[c] ?? 0)));
  const lots = new Map<number, number>();
  const chance = chanceAt(seed, 43);
  for (let n = 0; n < count; n++) {
    const cell = cells[weighted(sums, chance.next())] ?? 0;
    lots.set(cell, (lots.get(cell) ?? 0) + 1);
  }
  const around = edgesByCell(mesh);
  const out: Building[] = [];
  for (const [cell, n] of lots) {
    out.push(...fill(mesh, around[cell] ?? [], cell, n, nearRoads(mesh, cell, roads), seed));
  }
  return out;
}

const nearRoads = (mesh: Mesh, cell: number, roads: readonly Road[]): Point[][] => {
  const site = mesh.sites[cell] as Point;
  const out: Point[][] = [];
  for (const road of roads) {
    const near = road.line.filter((p) => Math.hypot(p[0] - site[0], p[1] - site[1]) < 1);
    if (near.length > 1) out.push(near);
  }
  return out;
};

/** Rows of houses along the block's longest side, on a lattice turned that way. */
function fill(
  mesh: Mesh,
  edges: readonly number[],
  cell: number,
  count: number,
  roads: readonly Point[][],
  seed: number,
): Building[] {
  const chance = chanceAt(seed, 44, cell);
  const ring = cellRing(mesh, edges, cell);
  const site = mesh.sites[cell] as Point;
  const turn = chance.next() * 0.5 + (cell % 4) * 0.35;
  const [ux, uy] = [Math.cos(turn), Math.sin(turn)];
  const step = Math.max(0.045, Math.sqrt((mesh.area[cell] ?? 0.05) / (count * 2.2)));
  const spots: Point[] = [];
  const span = Math.min(12, Math.ceil(0.7 / step));
  for (let i = -span; i <= span; i++) {
    for (let j = -span; j <= span; j++) {
      spots.push([site[0] + step * (i * ux - j * uy), site[1] + step * (i * uy + j * ux)]);
    }
  }
  spots.sort(
    (a, b) =>
      Math.hypot(a[0] - site[0], a[1] - site[1]) - Math.hypot(b[0] - site[0], b[1] - site[1]),
  );
  const out: Building[] = [];
  for (const at of spots) {
    if (out.length >= count) break;
    const long = Math.min(step * 0.4, 0.016 + 0.03 * chance.next());
    const deep = Math.min(step * 0.34, 0.007 + 0.008 * chance.next());
    const clear = insetIn(at, ring, site) - Math.hypot(long, deep);
    if (clear < 0.018 || roads.some((r) => distanceToLine(at, r) < long + 0.03)) continue;
    const corner = (a: number, b: number): Point => [
      at[0] + a * long * ux - b * deep * uy,
      at[1] + a * long * uy + b * deep * ux,
    ];
    const tall = Math.exp(-Math.hypot(...at) / 7);
    const floors = 1 + Math.floor(chance.next() * 6 + tall * tall * 38 * chance.next());
    out.push({ ring: [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)], floors });
  }
  return out;
}

/** How far inside a convex ring a point lies (negative outside), with room for the bent border. */
function insetIn(p: Point, ring: readonly Point[], site: Point): number {
  let least = Number.POSITIVE_INFINITY;
  let a = ring.at(-1);
  for (const b of ring) {
    if (a) {
      const span = Math.hypot(b[0] - a[0], b[1] - a[1]);
      if (span > 1e-9) {
        const side = ((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])) / span;
        const own = ((b[0] - a[0]) * (site[1] - a[1]) - (b[1] - a[1]) * (site[0] - a[0])) / span;
        // The drawn border may lean in by up to 0.16 of the site's distance.
        least = Math.min(least, Math.sign(own) * side - 0.16 * Math.abs(own));
      }
    }
    a = b;
  }
  return least;
}

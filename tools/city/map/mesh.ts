import { Delaunay } from 'd3-delaunay';
import { bits, chanceAt, unit } from '../chance.ts';
import { distance, type Point } from './plane.ts';
import { shores, type Water, waterAt } from './water.ts';

/** What a cell is: land of the city, land outside it, or a body of water. */
export const OUTSIDE = -1;
export const LAND = 0;

/**
 * The fine mesh: Voronoi cells of relaxed sites, some 12,000 of them on the city's land. Everything
 * administrative is a set of these cells, so two neighbours always share one line, digit for digit.
 */
export type Mesh = {
  readonly seed: number;
  readonly sites: readonly Point[];
  /** OUTSIDE, LAND, or 1 + index of the water body (rivers first). */
  readonly label: Int16Array;
  readonly area: Float64Array;
  /** Edges as flat arrays: from corner A to corner B (Delaunay triangle numbers), cell A on the left. */
  readonly edgeA: Int32Array;
  readonly edgeB: Int32Array;
  readonly cornerA: Int32Array;
  readonly cornerB: Int32Array;
  readonly corner: (t: number) => Point;
};

/** Outline of the city: a wobbling circle, km from the centre by bearing. */
export function outlineRadius(seed: number, radius: number, turn: number): number {
  const wave = (k: number, swing: number): number =>
    swing * Math.sin(k * turn + 6.28 * unit(seed, 12, k));
  const fine = wave(9, 0.015) + wave(19, 0.008) + wave(37, 0.005);
  return radius * (1 + wave(2, 0.07) + wave(3, 0.06) + wave(5, 0.035) + fine);
}

/** Cells are small downtown and wide at the edge, km across. */
const sizeAt = (p: Point): number => 0.2 + 0.0125 * Math.hypot(p[0], p[1]) ** 1.2;

export function makeMesh(seed: number, radius: number, water: Water, scale: number): Mesh {
  const guards = shoreGuards(seed, water, radius, scale);
  let free = scatter(seed, radius, water, guards, scale);
  for (let round = 0; round < 3; round++) free = relax(guards, free, radius, scale);
  return meshOf(seed, [...guards, ...free], radius, water);
}

/** Flat coordinates: the library's own types ask for mutable pairs. */
const delaunayOf = (sites: readonly Point[]): Delaunay<Delaunay.Point> =>
  new Delaunay(Float64Array.from(sites.flat()));

/** Pairs of sites mirrored at the shore: the Voronoi edge between them is the shore itself. */
function shoreGuards(seed: number, water: Water, radius: number, scale: number): Point[] {
  const guards: Point[] = [];
  const lattice = new Map<string, Point[]>();
  const key = (p: Point): string => `${Math.floor(p[0])},${Math.floor(p[1])}`;
  for (const { at, normal, room } of [...shores(water), ...cityLimit(seed, radius)]) {
    const gap = Math.min(room, sizeAt(at) * scale);
    if (Math.abs(at[0]) > radius * 1.5 || Math.abs(at[1]) > radius * 1.5) continue;
    if (nearby(lattice, at).some((q) => distance(q, at) < gap)) continue;
    const reach = gap * 0.42;
    const shift = (k: number): Point => [at[0] + normal[0] * k, at[1] + normal[1] * k];
    guards.push(shift(reach), shift(-reach));
    lattice.set(key(at), [...(lattice.get(key(at)) ?? []), at]);
  }
  return guards;
}

/** The outline of the city, as the shores are given. */
function cityLimit(seed: number, radius: number): { at: Point; normal: Point; room: number }[] {
  return Array.from({ length: 900 }, (_, i) => {
    const turn = (i / 450) * Math.PI;
    const point = (t: number): Point => {
      const r = outlineRadius(seed, radius, t);
      return [r * Math.cos(t), r * Math.sin(t)];
    };
    const [at, next] = [point(turn), point(turn + 0.003)];
    const span = distance(at, next);
    return { at, normal: [(next[1] - at[1]) / span, -(next[0] - at[0]) / span], room: 0.5 };
  });
}

function nearby(lattice: Map<string, Point[]>, p: Point): Point[] {
  const found: Point[] = [];
  for (let dx = -1; dx <= 1; dx++) {
    for (let dy = -1; dy <= 1; dy++) {
      found.push(...(lattice.get(`${Math.floor(p[0]) + dx},${Math.floor(p[1]) + dy}`) ?? []));
    }
  }
  return found;
}

/** Free sites by rejection: as dense as `sizeAt` says, and none on a guard's toes. */
function scatter(
  seed: number,
  radius: number,
  water: Water,
  guards: readonly Point[],
  scale: number,
): Point[] {
  const chance = chanceAt(seed, 13);
  const lattice = new Map<string, Point[]>();
  const put = (p: Point): void => {
    const k = `${Math.floor(p[0])},${Math.floor(p[1])}`;
    const held = lattice.get(k);
    if (held) held.push(p);
    else lattice.set(k, [p]);
  };
  guards.forEach(put);
  const free: Point[] = [];
  const reach = radius * 1.6;
  for (let misses = 0; misses < 6000; ) {
    const r = reach * 1.35 * chance.next() ** 1.4;
    const turn = chance.next() * 2 * Math.PI;
    const p: Point = [r * Math.cos(turn), r * Math.sin(turn)];
    if (Math.abs(p[0]) > reach || Math.abs(p[1]) > reach) continue;
    const gap = sizeAt(p) * scale * (r > radius * 1.15 ? 1.8 : 0.86);
    if (nearby(lattice, p).some((q) => distance(q, p) < gap) || waterAt(p, water) >= 0) {
      misses += 1;
      continue;
    }
    misses = 0;
    put(p);
    free.push(p);
  }
  return free;
}

/**
 * One step of Lloyd: every free site moves to the middle of its cell; guards stay, and nobody moves
 * so near to a guard that the shore would bend.
 */
function relax(guards: Point[], free: Point[], radius: number, scale: number): Point[] {
  const reach = radius * 1.65;
  const voronoi = delaunayOf([...guards, ...free]).voronoi([-reach, -reach, reach, reach]);
  const posts = delaunayOf(guards);
  return free.map((site, i) => {
    const ring = voronoi.cellPolygon(guards.length + i);
    const to = ring ? centroid(ring as Point[]) : site;
    const post = guards[posts.find(to[0], to[1])] ?? to;
    return distance(to, post) < sizeAt(to) * scale * 0.8 ? site : to;
  });
}

function centroid(ring: readonly Point[]): Point {
  let [x, y, sum] = [0, 0, 0];
  for (let k = 1; k < ring.length; k++) {
    const a = ring[k - 1] as Point;
    const b = ring[k] as Point;
    const cross = a[0] * b[1] - b[0] * a[1];
    x += (a[0] + b[0]) * cross;
    y += (a[1] + b[1]) * cross;
    sum += cross;
  }
  return sum === 0 ? (ring[0] as Point) : [x / (3 * sum), y / (3 * sum)];
}

function meshOf(seed: number, sites: Point[], radius: number, water: Water): Mesh {
  const delaunay = delaunayOf(sites);
  const { triangles, halfedges } = delaunay;
  const { circumcenters } = delaunay.voronoi([-9e3, -9e3, 9e3, 9e3]);
  const edges: [number, number, number, number][] = [];
  for (let e = 0; e < halfedges.length; e++) {
    const twin = halfedges[e] ?? -1;
    if (twin < e) continue;
    const a = triangles[e] ?? 0;
    const b = triangles[e % 3 === 2 ? e - 2 : e + 1] ?? 0;
    edges.push([a, b, Math.floor(e / 3), Math.floor(twin / 3)]);
  }
  const label = Int16Array.from(sites, (p) => labelOf(seed, p, radius, water));
  const corner = (t: number): Point => [circumcenters[2 * t] ?? 0, circumcenters[2 * t + 1] ?? 0];
  const area = new Float64Array(sites.length);
  for (const [a, b, s, t] of edges) {
    const [p, q] = [corner(s), corner(t)];
    for (const cell of [a, b]) {
      const o = sites[cell] as Point;
      area[cell] =
        (area[cell] ?? 0) +
        Math.abs((p[0] - o[0]) * (q[1] - o[1]) - (q[0] - o[0]) * (p[1] - o[1])) / 2;
    }
  }
  return {
    seed,
    sites,
    label,
    area,
    edgeA: Int32Array.from(edges, (e) => e[0]),
    edgeB: Int32Array.from(edges, (e) => e[1]),
    cornerA: Int32Array.from(edges, (e) => e[2]),
    cornerB: Int32Array.from(edges, (e) => e[3]),
    corner,
  };
}

function labelOf(seed: number, p: Point, radius: number, water: Water): number {
  if (Math.abs(p[0]) > radius * 1.5 || Math.abs(p[1]) > radius * 1.5) return OUTSIDE;
  const body = waterAt(p, water);
  if (body >= 0) return 1 + body;
  const turn = Math.atan2(p[1], p[0]);
  return Math.hypot(p[0], p[1]) < outlineRadius(seed, radius, turn) ? LAND : OUTSIDE;
}

/**
 * The drawn line of an edge, from `cornerA` to `cornerB`: a random walk that only ever leans towards
 * one of the two sites, so it stays inside its own kite and no two lines of the mesh can meet.
 */
export function edgeLine(mesh: Mesh, e: number): Point[] {
  const from = mesh.corner(mesh.cornerA[e] ?? 0);
  const to = mesh.corner(mesh.cornerB[e] ?? 0);
  const a = mesh.edgeA[e] ?? 0;
  const b = mesh.edgeB[e] ?? 0;
  const wet = (mesh.label[a] ?? 0) > 0 || (mesh.label[b] ?? 0) > 0;
  const steps = Math.min(10, Math.max(1, Math.round(distance(from, to) / 0.07)));
  const swing = wet ? 0.1 : 0.24;
  const line: Point[] = [from];
  for (let i = 1; i < steps; i++) {
    const t = i / steps;
    const slow = bits(mesh.seed, 14, e) / 4294967296 - 0.5;
    const lean = swing * Math.sin(Math.PI * t) * (slow + 0.9 * (unit(mesh.seed, 15, e, i) - 0.5));
    const site = mesh.sites[lean > 0 ? a : b] as Point;
    const p: Point = [from[0] + (to[0] - from[0]) * t, from[1] + (to[1] - from[1]) * t];
    const k = Math.abs(lean);
    line.push([p[0] + (site[0] - p[0]) * k, p[1] + (site[1] - p[1]) * k]);
  }
  line.push(to);
  return line;
}

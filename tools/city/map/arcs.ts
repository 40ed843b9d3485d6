import { edgeLine, type Mesh } from './mesh.ts';
import { inRing, type Point, signedArea, simplify } from './plane.ts';

/** A line between two areas: drawn once, shared by both. −1 is "none". */
export type Arc = {
  readonly left: number;
  readonly right: number;
  readonly from: number;
  readonly to: number;
  readonly points: Point[];
};

/** Outer ring counter-clockwise, then its holes clockwise. Rings are closed implicitly. */
export type Polygon = Point[][];

/**
 * The arcs of a partition of the cells: `part` says which area a cell belongs to. Arcs run between
 * the corners where three areas meet. With a tolerance (km) each arc is simplified once, before the
 * areas take it, so that neighbours still fit without gap or overlap.
 */
export function arcsOf(mesh: Mesh, part: Int32Array, tolerance = 0): Arc[] {
  const border: number[] = [];
  const at = new Map<number, number[]>();
  for (let e = 0; e < mesh.edgeA.length; e++) {
    if (part[mesh.edgeA[e] ?? 0] === part[mesh.edgeB[e] ?? 0]) continue;
    border.push(e);
    for (const corner of [mesh.cornerA[e] ?? 0, mesh.cornerB[e] ?? 0]) {
      const held = at.get(corner);
      if (held) held.push(e);
      else at.set(corner, [e]);
    }
  }
  const used = new Uint8Array(mesh.edgeA.length);
  const arcs: Arc[] = [];
  const isNode = (corner: number): boolean => at.get(corner)?.length !== 2;
  const walk = (start: number, first: number): void => {
    arcs.push(follow(mesh, part, at, used, isNode, start, first, tolerance));
  };
  for (const [corner, edges] of at) {
    if (isNode(corner)) for (const e of edges) if (!used[e]) walk(corner, e);
  }
  for (const e of border) if (!used[e]) walk(mesh.cornerA[e] ?? 0, e);
  return arcs;
}

function follow(
  mesh: Mesh,
  part: Int32Array,
  at: Map<number, number[]>,
  used: Uint8Array,
  isNode: (corner: number) => boolean,
  start: number,
  first: number,
  tolerance: number,
): Arc {
  const points: Point[] = [];
  const sides = sidesOf(mesh, part, first, start);
  let corner = start;
  let e: number | undefined = first;
  while (e !== undefined) {
    used[e] = 1;
    const line = edgeLine(mesh, e);
    const forward = mesh.cornerA[e] === corner;
    if (!forward) line.reverse();
    for (const p of points.length === 0 ? line : line.slice(1)) points.push(p);
    corner = (forward ? mesh.cornerB[e] : mesh.cornerA[e]) ?? 0;
    e = isNode(corner) ? undefined : at.get(corner)?.find((x) => !used[x]);
  }
  const kept = tolerance > 0 ? eased(points, tolerance, corner === start) : points;
  return { ...sides, from: start, to: corner, points: kept };
}

/** A closed arc is cut at its farthest point first, lest it fall into one line. */
function eased(points: Point[], tolerance: number, closed: boolean): Point[] {
  if (!closed) return simplify(points, tolerance);
  const half = points.length >> 1;
  return [
    ...simplify(points.slice(0, half + 1), tolerance),
    ...simplify(points.slice(half), tolerance).slice(1),
  ];
}

/** By topology, never by geometry: corners of co-circular sites coincide and have no direction. */
function sidesOf(
  mesh: Mesh,
  part: Int32Array,
  e: number,
  start: number,
): { left: number; right: number } {
  const a = part[mesh.edgeA[e] ?? 0] ?? -1;
  const b = part[mesh.edgeB[e] ?? 0] ?? -1;
  return mesh.cornerA[e] === start ? { left: a, right: b } : { left: b, right: a };
}

/** The polygons of every area of a partition, from its arcs. */
export function polygonsOf(arcs: readonly Arc[]): Map<number, Polygon[]> {
  const uses = new Map<number, { from: number; to: number; points: Point[] }[]>();
  const add = (area: number, from: number, to: number, points: Point[]): void => {
    if (area < 0) return;
    const held = uses.get(area);
    if (held) held.push({ from, to, points });
    else uses.set(area, [{ from, to, points }]);
  };
  for (const arc of arcs) {
    add(arc.left, arc.from, arc.to, arc.points);
    if (arc.right >= 0) add(arc.right, arc.to, arc.from, arc.points.toReversed());
  }
  const polygons = new Map<number, Polygon[]>();
  for (const [area, parts] of uses) polygons.set(area, nest(chain(parts)));
  return polygons;
}

function chain(parts: { from: number; to: number; points: Point[] }[]): Point[][] {
  const byStart = new Map(parts.map((p) => [p.from, p]));
  const rings: Point[][] = [];
  for (const part of parts) {
    if (!byStart.has(part.from)) continue;
    const ring: Point[] = [];
    let next = byStart.get(part.from);
    while (next) {
      byStart.delete(next.from);
      for (const p of next.points.slice(0, -1)) ring.push(p);
      next = byStart.get(next.to);
    }
    if (ring.length >= 3) rings.push(ring);
  }
  return rings;
}

/** Holes go to the smallest outer ring around them. */
function nest(rings: Point[][]): Polygon[] {
  const outer = rings.filter((r) => signedArea(r) > 0).map((r) => [r]);
  for (const hole of rings.filter((r) => signedArea(r) < 0)) {
    const around = outer
      .filter((o) => inRing(hole[0] as Point, o[0] as Point[]))
      .sort((a, b) => signedArea(a[0] as Point[]) - signedArea(b[0] as Point[]));
    (around[0] ?? outer[0])?.push(hole);
  }
  return outer;
}

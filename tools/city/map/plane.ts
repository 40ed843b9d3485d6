/**
 * The drawing plane: kilometres east and north of the city's centre, flat enough for one city.
 * Outward everything is WGS-84 longitude and latitude.
 */
export type Point = readonly [number, number];

export const CENTRE = { lon: 114.3, lat: 30.5 } as const;
const KM_PER_LAT = 110.86;
const KM_PER_LON = 111.32 * Math.cos((CENTRE.lat * Math.PI) / 180);

/** Rounded to 1e-6 degree (about 0.1 m), so neighbours that share a point share its digits. */
export const lonLat = ([x, y]: Point): [number, number] => [
  Math.round((CENTRE.lon + x / KM_PER_LON) * 1e6) / 1e6,
  Math.round((CENTRE.lat + y / KM_PER_LAT) * 1e6) / 1e6,
];

export const planeOf = (lon: number, lat: number): Point => [
  (lon - CENTRE.lon) * KM_PER_LON,
  (lat - CENTRE.lat) * KM_PER_LAT,
];

export const distance = (a: Point, b: Point): number => Math.hypot(a[0] - b[0], a[1] - b[1]);

/** Twice-signed area halved: positive when the ring runs counter-clockwise. km². */
export function signedArea(ring: readonly Point[]): number {
  let sum = 0;
  let before = ring.at(-1);
  for (const p of ring) {
    if (before) sum += before[0] * p[1] - p[0] * before[1];
    before = p;
  }
  return sum / 2;
}

export function inRing(p: Point, ring: readonly Point[]): boolean {
  let inside = false;
  let b = ring.at(-1);
  for (const a of ring) {
    if (b && a[1] > p[1] !== b[1] > p[1]) {
      if (p[0] < ((b[0] - a[0]) * (p[1] - a[1])) / (b[1] - a[1]) + a[0]) inside = !inside;
    }
    b = a;
  }
  return inside;
}

/** Distance to a polyline, km. */
export function distanceToLine(p: Point, line: readonly Point[]): number {
  let best = Number.POSITIVE_INFINITY;
  let a: Point | undefined;
  for (const b of line) {
    if (a) best = Math.min(best, distanceToSegment(p, a, b));
    a = b;
  }
  return best;
}

export function distanceToSegment(p: Point, a: Point, b: Point): number {
  const dx = b[0] - a[0];
  const dy = b[1] - a[1];
  const span = dx * dx + dy * dy;
  const t = span === 0 ? 0 : ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / span;
  const u = Math.max(0, Math.min(1, t));
  return Math.hypot(p[0] - a[0] - u * dx, p[1] - a[1] - u * dy);
}

/** Douglas and Peucker; the ends stay. Tolerance in km. */
export function simplify(line: readonly Point[], tolerance: number): Point[] {
  if (line.length <= 2) return [...line];
  const keep = new Uint8Array(line.length);
  keep[0] = 1;
  keep[line.length - 1] = 1;
  const stack: [number, number][] = [[0, line.length - 1]];
  for (let span = stack.pop(); span; span = stack.pop()) {
    const [from, to] = span;
    let worst = tolerance;
    let at = -1;
    for (let i = from + 1; i < to; i++) {
      const d = distanceToSegment(line[i] as Point, line[from] as Point, line[to] as Point);
      if (d > worst) {
        worst = d;
        at = i;
      }
    }
    if (at < 0) continue;
    keep[at] = 1;
    stack.push([from, at], [at, to]);
  }
  return line.filter((_, i) => keep[i] === 1);
}

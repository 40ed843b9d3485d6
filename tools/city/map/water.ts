import { type Chance, chanceAt } from '../chance.ts';
import { distance, distanceToSegment, inRing, type Point } from './plane.ts';

/** A river as its middle line with a half width at each point, km. */
export type River = {
  readonly zh: string;
  readonly en: string;
  readonly line: readonly Point[];
  readonly half: readonly number[];
};

/** A lake: a closed outline around its middle. */
export type Lake = {
  readonly zh: string;
  readonly en: string;
  readonly middle: Point;
  readonly radius: number;
  readonly ring: readonly Point[];
};

export type Water = { readonly rivers: readonly River[]; readonly lakes: readonly Lake[] };

const LAKES: readonly (readonly [string, string])[] = [
  ['明湖', 'Ming Lake'],
  ['银湖', 'Yin Lake'],
  ['沙汀湖', 'Shating Lake'],
  ['墨湖', 'Mo Lake'],
  ['汤湖', 'Tang Lake'],
  ['岩湖', 'Yan Lake'],
  ['月塘', 'Yue Pond'],
  ['鹭湖', 'Lu Lake'],
  ['青荷湖', 'Qinghe Lake'],
  ['雁湖', 'Yanhu Lake'],
  ['白沙湖', 'Baisha Lake'],
  ['镜湖', 'Jing Lake'],
];

/** The great river from south-west to north-east with bends, its tributary from the west, a dozen lakes. */
export function drawWater(seed: number, radius: number): Water {
  const chance = chanceAt(seed, 11);
  const jiang = greatRiver(chance, radius);
  const han = tributary(chance, jiang, radius);
  return { rivers: [jiang, han], lakes: drawLakes(chance, [jiang, han], radius) };
}

function greatRiver(chance: Chance, radius: number): River {
  const heading = 0.62 + 0.12 * chance.next();
  const [p, q, w] = [6.28 * chance.next(), 6.28 * chance.next(), 6.28 * chance.next()];
  const line: Point[] = [];
  const half: number[] = [];
  const reach = radius * 1.75;
  for (let t = -reach; t <= reach; t += 0.3) {
    const off = 3.6 * Math.sin(t / 7.5 + p) + 1.3 * Math.sin(t / 3.6 + q);
    line.push([
      t * Math.cos(heading) - off * Math.sin(heading),
      t * Math.sin(heading) + off * Math.cos(heading),
    ]);
    half.push(0.58 + 0.12 * Math.sin(t / 5 + w));
  }
  return { zh: '锦江', en: 'Jin River', line, half };
}

/** From the western edge into the great river, a little upstream of the centre. */
function tributary(chance: Chance, jiang: River, radius: number): River {
  const mouth = jiang.line[Math.floor(jiang.line.length * 0.47)] as Point;
  const from: Point = [-radius * 1.7, mouth[1] + radius * 0.28];
  const [p, q] = [6.28 * chance.next(), 6.28 * chance.next()];
  const steps = 190;
  const line: Point[] = [];
  const half: number[] = [];
  for (let i = 0; i <= steps; i++) {
    const t = i / steps;
    const sway = Math.sin(Math.PI * Math.min(1, (1 - t) * 3.2) * 0.5);
    const off = sway * (1.9 * Math.sin(t * 17 + p) + 0.8 * Math.sin(t * 39 + q));
    line.push([from[0] + (mouth[0] - from[0]) * t, from[1] + (mouth[1] - from[1]) * t + off]);
    half.push(0.2 + 0.05 * Math.sin(t * 23));
  }
  return { zh: '汉津河', en: 'Hanjin River', line, half };
}

function drawLakes(chance: Chance, rivers: readonly River[], radius: number): Lake[] {
  const lakes: Lake[] = [];
  for (let tries = 0; tries < 4000 && lakes.length < LAKES.length; tries++) {
    const big = lakes.length < 4;
    const size = big ? 1.9 + chance.next() * 1.1 : 0.7 + chance.next() * 0.9;
    const r = radius * (0.2 + 0.66 * Math.sqrt(chance.next()));
    const turn = chance.next() * 2 * Math.PI;
    const middle: Point = [r * Math.cos(turn), r * Math.sin(turn)];
    const free =
      rivers.every((river) => nearest(middle, river).distance > size * 1.45 + 1.5) &&
      lakes.every((l) => distance(l.middle, middle) > (l.radius + size) * 1.5 + 1);
    const [zh, en] = LAKES[lakes.length] ?? ['湖', 'Lake'];
    if (free) lakes.push({ zh, en, middle, radius: size, ring: blob(chance, middle, size) });
  }
  return lakes;
}

function blob(chance: Chance, middle: Point, size: number): Point[] {
  const waves = [2, 3, 4, 5, 7].map((k) => [k, 6.28 * chance.next(), 0.3 / k] as const);
  const ring: Point[] = [];
  for (let i = 0; i < 240; i++) {
    const turn = (i / 240) * 2 * Math.PI;
    let r = size;
    for (const [k, phase, swing] of waves) r += size * swing * Math.sin(k * turn + phase);
    ring.push([middle[0] + r * Math.cos(turn), middle[1] + r * Math.sin(turn)]);
  }
  return ring;
}

/** Distance to a river's middle line and its half width there, km. */
export function nearest(p: Point, river: River): { distance: number; half: number } {
  let best = Number.POSITIVE_INFINITY;
  let half = 0;
  for (let i = 1; i < river.line.length; i++) {
    const a = river.line[i - 1] as Point;
    if (Math.abs(a[0] - p[0]) > best + 1 || Math.abs(a[1] - p[1]) > best + 1) continue;
    const d = distanceToSegment(p, a, river.line[i] as Point);
    if (d < best) {
      best = d;
      half = river.half[i] ?? 0;
    }
  }
  return { distance: best, half };
}

/** Which water a point lies in: rivers first, then lakes; −1 for dry land. */
export function waterAt(p: Point, water: Water): number {
  for (const [i, river] of water.rivers.entries()) {
    const n = nearest(p, river);
    if (n.distance < n.half) return i;
  }
  for (const [i, lake] of water.lakes.entries()) {
    if (distance(p, lake.middle) < lake.radius * 2 && inRing(p, lake.ring)) {
      return water.rivers.length + i;
    }
  }
  return -1;
}

/** Shore lines: a point, the unit normal, and the widest gap between guards there, km. */
export function* shores(water: Water): Generator<{ at: Point; normal: Point; room: number }> {
  for (const river of water.rivers) {
    for (let i = 1; i < river.line.length; i++) {
      const a = river.line[i - 1] as Point;
      const b = river.line[i] as Point;
      const span = distance(a, b) || 1;
      const normal: Point = [-(b[1] - a[1]) / span, (b[0] - a[0]) / span];
      const half = river.half[i] ?? 0;
      for (const side of [1, -1]) {
        const at: Point = [b[0] + normal[0] * half * side, b[1] + normal[1] * half * side];
        yield { at, normal: [normal[0] * side, normal[1] * side], room: Math.min(0.32, half) };
      }
    }
  }
  for (const lake of water.lakes) {
    for (let i = 1; i <= lake.ring.length; i++) {
      const a = lake.ring[i - 1] as Point;
      const b = lake.ring[i % lake.ring.length] as Point;
      const span = distance(a, b) || 1;
      const normal: Point = [(b[1] - a[1]) / span, -(b[0] - a[0]) / span];
      yield { at: b, normal, room: 0.3 };
    }
  }
}

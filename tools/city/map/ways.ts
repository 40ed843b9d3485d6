import { type Chance, chanceAt } from '../chance.ts';
import { outlineRadius } from './mesh.ts';
import { distance, type Point } from './plane.ts';
import type { Water } from './water.ts';

export type Road = {
  readonly grade: 'motorway' | 'trunk' | 'primary';
  readonly zh: string;
  readonly en: string;
  readonly line: Point[];
};

const RADIALS: readonly (readonly [string, string])[] = [
  ['东湖大道', 'Donghu Avenue'],
  ['望山大道', 'Wangshan Avenue'],
  ['北环大道', 'Beihuan Avenue'],
  ['云岭大道', 'Yunling Avenue'],
  ['津西大道', 'Jinxi Avenue'],
  ['西洲大道', 'Xizhou Avenue'],
  ['南湖大道', 'Nanhu Avenue'],
  ['文昌大道', 'Wenchang Avenue'],
  ['光远大道', 'Guangyuan Avenue'],
  ['滨江大道', 'Binjiang Avenue'],
];

/** Three rings and ten radials. They cross rivers by bridge and go around lakes. */
export function drawRoads(seed: number, radius: number, water: Water): Road[] {
  const chance = chanceAt(seed, 41);
  const roads: Road[] = [];
  const rings = [
    ['primary', '一环路', 'Ring Road 1', 0.17],
    ['trunk', '二环线', 'Ring Road 2', 0.38],
    ['motorway', '三环高速', 'Ring Expressway 3', 0.68],
  ] as const;
  for (const [grade, zh, en, share] of rings) {
    roads.push({ grade, zh, en, line: around(ring(chance, radius * share), water) });
  }
  const turn = chance.next();
  for (const [i, [zh, en]] of RADIALS.entries()) {
    const bearing = ((i + turn + 0.3 * (chance.next() - 0.5)) / RADIALS.length) * 2 * Math.PI;
    const end = outlineRadius(seed, radius, bearing) * (i % 3 === 0 ? 1.2 : 0.97);
    const line = around(radial(chance, bearing, radius * (i % 2 ? 0.155 : 0.02), end), water);
    roads.push({ grade: i % 3 === 0 ? 'motorway' : i % 2 ? 'primary' : 'trunk', zh, en, line });
  }
  return roads;
}

function ring(chance: Chance, r: number): Point[] {
  const [p, q, w] = [6.28 * chance.next(), 6.28 * chance.next(), 6.28 * chance.next()];
  const line: Point[] = [];
  for (let i = 0; i <= 360; i++) {
    const turn = (i / 360) * 2 * Math.PI;
    const bend =
      1 +
      0.07 * Math.sin(2 * turn + p) +
      0.04 * Math.sin(3 * turn + q) +
      0.02 * Math.sin(7 * turn + w);
    line.push([r * bend * 1.12 * Math.cos(turn), r * bend * 0.92 * Math.sin(turn)]);
  }
  line[360] = line[0] as Point;
  return line;
}

function radial(chance: Chance, bearing: number, from: number, to: number): Point[] {
  const [p, q] = [6.28 * chance.next(), 6.28 * chance.next()];
  const line: Point[] = [];
  for (let r = from; r <= to; r += 0.12) {
    const off =
      Math.min(1, (r - from) / 4) * (0.5 * Math.sin(r / 3.7 + p) + 0.3 * Math.sin(r / 1.9 + q));
    line.push([
      r * Math.cos(bearing) - off * Math.sin(bearing),
      r * Math.sin(bearing) + off * Math.cos(bearing),
    ]);
  }
  return line;
}

/** Points that would be in a lake are pushed out along its radius, easing in from afar. */
function around(line: Point[], water: Water): Point[] {
  return line.map((p) => {
    for (const lake of water.lakes) {
      const d = distance(p, lake.middle) || 1e-6;
      const edge = shoreRadius(lake, p) + 0.3;
      const reach = edge * 1.6;
      if (d > reach) continue;
      const out = edge + (d / reach) * (reach - edge);
      return [
        lake.middle[0] + ((p[0] - lake.middle[0]) / d) * out,
        lake.middle[1] + ((p[1] - lake.middle[1]) / d) * out,
      ];
    }
    return p;
  });
}

function shoreRadius(lake: Water['lakes'][number], p: Point): number {
  const turn = Math.atan2(p[1] - lake.middle[1], p[0] - lake.middle[0]);
  const n = lake.ring.length;
  const i = Math.round(((turn + 2 * Math.PI) / (2 * Math.PI)) * n) % n;
  return distance(lake.ring[i] as Point, lake.middle);
}

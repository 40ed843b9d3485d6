import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parentOf, tierOf } from '#base/areas.ts';
import { shapes } from './areas.ts';
import { areasOf, drawGeography, SMALL_MAP } from './geography.ts';
import { inRing, type Point, planeOf, signedArea } from './plane.ts';
import { nearest } from './water.ts';

const geography = drawGeography(3, SMALL_MAP);
const { division } = geography;
const tiers = {
  district: shapes(division, division.districtOf),
  street: shapes(division, division.streetOf),
  community: shapes(division, division.communityOf),
};
const areas = areasOf(geography, 20_000);

test('the same seed draws the same city, another seed another', () => {
  const again = areasOf(drawGeography(3, SMALL_MAP), 20_000);
  assert.deepEqual(again, areas);
  assert.notDeepEqual(areasOf(drawGeography(4, SMALL_MAP), 20_000), areas);
});

test('communities fill streets, streets fill districts, to the square metre', () => {
  const total = (tier: keyof typeof tiers): number => {
    let sum = 0;
    for (const polygons of tiers[tier].polygons.values()) {
      for (const rings of polygons) for (const ring of rings) sum += signedArea(ring);
    }
    return sum;
  };
  assert.ok(Math.abs(total('community') - total('district')) < 1e-6);
  assert.ok(Math.abs(total('street') - total('district')) < 1e-6);
});

test('every piece of a border is walked once by each neighbour, and never crossed', () => {
  for (const { polygons, arcs } of Object.values(tiers)) {
    const walked = new Map<string, number>();
    for (const shape of polygons.values()) {
      for (const ring of shape.flat()) {
        for (const [i, p] of ring.entries()) {
          const q = ring[(i + 1) % ring.length] as Point;
          const key = `${p.join()}>${q.join()}`;
          walked.set(key, (walked.get(key) ?? 0) + 1);
        }
      }
    }
    assert.ok([...walked.values()].every((n) => n === 1));
    for (const arc of arcs.filter((a) => a.left >= 0 && a.right >= 0)) {
      for (const [i, p] of arc.points.slice(0, -1).entries()) {
        const q = arc.points[i + 1] as Point;
        assert.ok(walked.has(`${p.join()}>${q.join()}`));
        assert.ok(walked.has(`${q.join()}>${p.join()}`));
      }
    }
  }
});

test('every area is one piece with its label inside it', () => {
  for (const [name, { polygons }] of Object.entries(tiers)) {
    const list = { district: division.districts, street: division.streets }[name as 'street'];
    for (const [i, shape] of polygons) {
      assert.equal(shape.length, 1, `${name} ${i} is in pieces`);
      const code = (list ?? division.communities)[i]?.code;
      const label = areas.find((a) => a.code === code);
      const at = planeOf(label?.lon ?? 0, label?.lat ?? 0);
      const [outer, ...holes] = shape[0] ?? [];
      assert.ok(inRing(at, outer ?? []) && !holes.some((h) => inRing(at, h)), `label of ${code}`);
    }
  }
});

test('no border runs through the river and no district has land on both banks', () => {
  const river = geography.water.rivers[0];
  assert.ok(river);
  for (const arc of tiers.community.arcs) {
    if (arc.left < 0 || arc.right < 0) continue;
    for (const p of arc.points) {
      const n = nearest(p, river);
      assert.ok(n.distance > n.half * 0.7, `a border in the river at ${p.join()}`);
    }
  }
  const bankOf = (p: Point): number => {
    let best = Number.POSITIVE_INFINITY;
    let side = 0;
    for (let i = 1; i < river.line.length; i++) {
      const [a, b] = [river.line[i - 1] as Point, river.line[i] as Point];
      const d = Math.hypot(a[0] - p[0], a[1] - p[1]);
      if (d >= best) continue;
      best = d;
      side = Math.sign((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]));
    }
    return side;
  };
  const banks = new Map<number, Set<number>>();
  for (const [cell, district] of division.districtOf.entries()) {
    if (district < 0) continue;
    const held = banks.get(district) ?? new Set();
    held.add(bankOf(division.mesh.sites[cell] as Point));
    banks.set(district, held);
  }
  for (const [district, sides] of banks) assert.equal(sides.size, 1, `district ${district}`);
});

test('codes follow their tiers, parents exist, names are unique in both languages', () => {
  const codes = new Set(areas.map((a) => a.code));
  assert.equal(codes.size, areas.length);
  for (const area of areas) {
    assert.equal(tierOf(area.code), area.tier);
    assert.equal(parentOf(area.code) ?? null, area.parent);
    assert.ok(area.parent === null || codes.has(area.parent));
  }
  for (const tier of ['district', 'street', 'community'] as const) {
    const named = areas.filter((a) => a.tier === tier);
    assert.equal(new Set(named.map((a) => a.name.zh)).size, named.length);
    assert.equal(new Set(named.map((a) => a.name.en)).size, named.length);
  }
  for (const community of division.communities) {
    assert.ok(community.grids.length >= 3 && community.grids.length <= 8);
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bdOfGcj, gcjOfBd, gcjOfWgs, type LonLat, toWgs84, wgsOfGcj } from './geo.ts';

const isNear = (a: LonLat, b: LonLat, degrees: number): void => {
  assert.ok(Math.abs(a.lon - b.lon) < degrees, `${a.lon} ${b.lon}`);
  assert.ok(Math.abs(a.lat - b.lat) < degrees, `${a.lat} ${b.lat}`);
};

/** The points of eviltransform's own tests (googollee/eviltransform), and of coordtransform's. */
const WGS_GCJ: readonly [LonLat, LonLat][] = [
  [
    { lat: 31.1774276, lon: 121.5272106 },
    { lat: 31.17530398364597, lon: 121.531541859215 },
  ],
  [
    { lat: 22.543847, lon: 113.912316 },
    { lat: 22.540796131694766, lon: 113.9171764808363 },
  ],
  [
    { lat: 39.911954, lon: 116.377817 },
    { lat: 39.91334545536069, lon: 116.38404722455657 },
  ],
  [
    { lat: 39.915, lon: 116.404 },
    { lat: 39.91640428150164, lon: 116.41024449916938 },
  ],
];

test('published pairs of WGS-84 and GCJ-02 are met both ways', () => {
  for (const [wgs, gcj] of WGS_GCJ) {
    isNear(gcjOfWgs(wgs), gcj, 2e-6);
    isNear(wgsOfGcj(gcj), wgs, 2e-6);
    isNear(wgsOfGcj(gcjOfWgs(wgs)), wgs, 1e-9);
    assert.ok(Math.abs(gcjOfWgs(wgs).lon - wgs.lon) > 0.003, 'some hundred metres apart');
  }
});

test('published pairs of GCJ-02 and BD-09 are met both ways', () => {
  const at = { lat: 39.915, lon: 116.404 };
  isNear(bdOfGcj(at), { lat: 39.92133699351021, lon: 116.41036949371029 }, 1e-9);
  isNear(gcjOfBd(at), { lat: 39.90865673957631, lon: 116.39762729119315 }, 1e-9);
  isNear(toWgs84(bdOfGcj(gcjOfWgs(at)), 'bd-09'), at, 2e-6);
});

test('outside China nothing moves, and WGS-84 stays as it is', () => {
  const paris = { lat: 48.8567, lon: 2.3508 };
  assert.deepEqual(gcjOfWgs(paris), paris);
  assert.deepEqual(toWgs84(paris, 'gcj-02'), paris);
  assert.deepEqual(toWgs84({ lat: 31, lon: 117 }, 'wgs-84'), { lat: 31, lon: 117 });
});

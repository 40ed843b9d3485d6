import type { Feature } from 'geojson';

export type Bbox = readonly [west: number, south: number, east: number, north: number];

export function bboxOf(features: readonly Feature[]): Bbox {
  let [west, south, east, north] = [180, 90, -180, -90];
  const visit = (x: unknown): void => {
    if (!Array.isArray(x)) return;
    const [lon, lat] = x as unknown[];
    if (typeof lon === 'number' && typeof lat === 'number') {
      west = Math.min(west, lon);
      east = Math.max(east, lon);
      south = Math.min(south, lat);
      north = Math.max(north, lat);
    } else x.forEach(visit);
  };
  for (const f of features) if ('coordinates' in f.geometry) visit(f.geometry.coordinates);
  return [west, south, east, north];
}

/**
 * s2-pmtiles leaves the bounds, the centre and sometimes the zooms of the header at 0. Offsets by the
 * PMTiles v3 specification, §3: zooms at 100 and 101, bounds at 102, centre at 118; degrees × 10⁷.
 */
export function patchHeader(
  file: Uint8Array,
  bbox: Bbox,
  minZoom: number,
  maxZoom: number,
): Uint8Array {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const degrees = (at: number, value: number): void =>
    view.setInt32(at, Math.round(value * 1e7), true);
  view.setUint8(100, minZoom);
  view.setUint8(101, maxZoom);
  for (const [i, value] of bbox.entries()) degrees(102 + 4 * i, value);
  view.setUint8(118, 10);
  degrees(119, (bbox[0] + bbox[2]) / 2);
  degrees(123, (bbox[1] + bbox[3]) / 2);
  return file;
}

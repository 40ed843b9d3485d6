import { writeFile } from 'node:fs/promises';
import GeoJSONVT from 'geojson-vt';
import { BufferWriter, S2PMTilesWriter } from 's2-pmtiles';
import vtpbf from 'vt-pbf';
import { bboxOf, patchHeader } from './header.ts';
import { collection, drawLayers, LAYER_FIELDS, type Layer } from './layers.ts';
import type { Geography } from '../map/geography.ts';

export const MIN_ZOOM = 8;
/** Tiles end at 14 (0.6 m a step); the map overzooms beyond. */
export const MAX_ZOOM = 14;
const VECTOR_TILES = 1;

type Tiler = { layer: Layer; index: GeoJSONVT };

/**
 * Writes the map of the city as one PMTiles file (vector tiles, gzip). Lanes appear from zoom 13.
 * `onProgress` hears shares from 0 to 1. Returns the tile and byte counts.
 */
export async function buildTiles(
  city: { geography: Geography },
  outFile: string,
  onProgress: (share: number) => void = () => {},
): Promise<{ tiles: number; bytes: number }> {
  const layers = drawLayers(city.geography).flatMap(splitLanes);
  onProgress(0.2);
  const tilers = layers.map((layer) => ({ layer, index: indexOf(layer) }));
  onProgress(0.4);
  const bbox = bboxOf(layers.slice(0, 2).flatMap((l) => l.features));
  const writer = new BufferWriter();
  const file = new S2PMTilesWriter(writer, VECTOR_TILES);
  let tiles = 0;
  for (let z = MIN_ZOOM; z <= MAX_ZOOM; z++) {
    const [x0, y0, x1, y1] = tileRange(bbox, z);
    for (let x = x0; x <= x1; x++) {
      for (let y = y0; y <= y1; y++) {
        const data = encode(tilers, z, x, y);
        if (!data) continue;
        await file.writeTileXYZ(z, x, y, data);
        tiles += 1;
      }
      onProgress(0.4 + 0.6 * shareDone(z, (x - x0 + 1) / (x1 - x0 + 1)));
    }
  }
  await file.commit(metadata());
  const bytes = patchHeader(writer.commit(), bbox, MIN_ZOOM, MAX_ZOOM);
  await writeFile(outFile, bytes);
  onProgress(1);
  return { tiles, bytes: bytes.length };
}

/** Each zoom is four times the work of the one before. */
function shareDone(z: number, ofZoom: number): number {
  const before = z === MIN_ZOOM ? 0 : 4 ** (z - 1 - MAX_ZOOM);
  return before + (4 ** (z - MAX_ZOOM) - before) * ofZoom;
}

const indexOf = (layer: Layer): GeoJSONVT =>
  new GeoJSONVT(collection(layer.features), {
    maxZoom: MAX_ZOOM,
    indexMaxZoom: MAX_ZOOM - 2,
    indexMaxPoints: 2000,
    tolerance: 2,
    buffer: 64,
    extent: 4096,
  });

/** Lanes and small borders only crowd the far zooms. */
function splitLanes(layer: Layer): Layer[] {
  const late = (minZoom: number, of: (p: Record<string, unknown>) => boolean): Layer => ({
    ...layer,
    minZoom,
    features: layer.features.filter((f) => of(f.properties ?? {})),
  });
  if (layer.name === 'roads') {
    return [late(8, (p) => p['grade'] !== 'lane'), late(13, (p) => p['grade'] === 'lane')];
  }
  if (layer.name === 'border' || layer.name === 'label') {
    const top = ['city', 'district', 'water'];
    return [
      late(8, (p) => top.includes(String(p['tier']))),
      late(10, (p) => p['tier'] === 'street'),
      late(layer.name === 'label' ? 12 : 11, (p) => p['tier'] === 'community'),
    ];
  }
  return [layer];
}

function encode(tilers: readonly Tiler[], z: number, x: number, y: number): Uint8Array | undefined {
  const parts: Record<string, { features: unknown[] }> = {};
  for (const { layer, index } of tilers) {
    if (z < layer.minZoom) continue;
    const tile = index.getTile(z, x, y);
    if (!tile || tile.features.length === 0) continue;
    const held = parts[layer.name];
    if (held) held.features.push(...tile.features);
    else parts[layer.name] = { features: [...tile.features] };
  }
  if (Object.keys(parts).length === 0) return undefined;
  return vtpbf.fromGeojsonVt(parts, { version: 2, extent: 4096 });
}

const metadata = () => ({
  name: '江州市 Jiangzhou',
  description: 'A fictional city; all geometry is generated (CC0).',
  attribution: '虚构演示城市“江州市”，全部几何由程序生成（CC0）',
  type: 'baselayer',
  format: 'pbf',
  minzoom: MIN_ZOOM,
  maxzoom: MAX_ZOOM,
  vector_layers: Object.entries(LAYER_FIELDS).map(([id, fields]) => ({ id, fields })),
});

function tileRange(
  [west, south, east, north]: readonly [number, number, number, number],
  z: number,
): [number, number, number, number] {
  const n = 2 ** z;
  const x = (lon: number): number => Math.floor(((lon + 180) / 360) * n);
  const y = (lat: number): number => {
    const s = Math.sin((lat * Math.PI) / 180);
    return Math.floor((0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI)) * n);
  };
  return [x(west), y(north), x(east), y(south)];
}

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { PMTiles } from 'pmtiles';
import { drawGeography, SMALL_MAP } from '../map/geography.ts';
import { buildTiles } from './build.ts';
import { LAYER_FIELDS } from './layers.ts';

test('the tile file reads back: bounds, zooms, layers, and the names of the districts', async () => {
  const geography = drawGeography(3, SMALL_MAP);
  const folder = mkdtempSync(join(tmpdir(), 'jiangzhou-'));
  const file = join(folder, 'city.pmtiles');
  const shares: number[] = [];
  const made = await buildTiles({ geography }, file, (share) => shares.push(share));
  const bytes = readFileSync(file);
  rmSync(folder, { recursive: true });
  assert.equal(bytes.length, made.bytes);
  assert.ok(shares.every((s, i) => i === 0 || s >= (shares[i - 1] ?? 0)) && shares.at(-1) === 1);
  const tiles = new PMTiles({
    getKey: () => 'city',
    getBytes: async (offset, length) => ({
      data: new Uint8Array(bytes.subarray(offset, offset + length)).buffer,
    }),
  });
  const header = await tiles.getHeader();
  assert.deepEqual([header.minZoom, header.maxZoom], [8, 14]);
  assert.ok(header.minLon < 114.3 && header.maxLon > 114.3);
  assert.ok(header.minLat < 30.5 && header.maxLat > 30.5);
  const metadata = (await tiles.getMetadata()) as { vector_layers: { id: string }[] };
  assert.deepEqual(
    metadata.vector_layers.map((l) => l.id),
    Object.keys(LAYER_FIELDS),
  );
  const near = await tiles.getZxy(13, 6696, 3366);
  const text = Buffer.from(near?.data ?? new ArrayBuffer(0)).toString('utf8');
  for (const layer of ['land', 'roads', 'buildings', 'district', 'street', 'community', 'border']) {
    assert.ok(text.includes(layer), `no layer ${layer} in the middle of the city`);
  }
  const far = await tiles.getZxy(8, 209, 105);
  assert.ok(
    Buffer.from(far?.data ?? new ArrayBuffer(0))
      .toString('utf8')
      .includes('临江区'),
  );
});

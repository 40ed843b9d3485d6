declare module 'vt-pbf' {
  /** Serialises tiles of geojson-vt, one per layer name, uncompressed. */
  function fromGeojsonVt(
    layers: Record<string, { features: unknown[] }>,
    options?: { version?: number; extent?: number },
  ): Uint8Array;
  const vtpbf: { fromGeojsonVt: typeof fromGeojsonVt };
  export default vtpbf;
}

/** The package's own declarations import without extensions, which `nodenext` does not follow. */
declare module 's2-pmtiles' {
  export class BufferWriter {
    commit(): Uint8Array;
  }
  export class S2PMTilesWriter {
    constructor(writer: BufferWriter, type: number, compression?: number);
    writeTileXYZ(zoom: number, x: number, y: number, data: Uint8Array): Promise<void>;
    commit(metadata: Record<string, unknown>): Promise<void>;
  }
}

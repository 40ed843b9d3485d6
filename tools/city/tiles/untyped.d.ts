declare module 'vt-pbf' {
  /** Serialises tiles of geojson-vt, one per layer name, uncompressed. */
  function fromGeojsonVt(
    layers: Record<string, { features: unknown[] }>,
    options?: { version?: number; extent?: number },
  ): Uint8Array;
  const vtpbf: { fromGeojsonVt: typeof fromGeojsonVt };
  export default vtpbf;
}

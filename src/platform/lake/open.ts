import type { Lake, LakePlace } from './model.ts';

/** Opens the lake: embedded under `home`, or a ClickHouse server by URL. One code path behind both. */
export async function openLake(place: LakePlace): Promise<Lake> {
  throw new Error(`the lake is being built: ${'url' in place ? 'server' : 'embedded'}`);
}

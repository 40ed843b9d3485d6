import type { NativeBlock } from '../model.ts';

/** All blocks of a whole Native buffer. Throws LakeFault on unknown types or a cut buffer. */
export function decodeNative(bytes: Buffer): NativeBlock[] {
  throw new Error(`the codec is being built: ${bytes.length}`);
}

export { DURABLE_TABLE } from './durable.ts';
export { openLake } from './open.ts';
export { encodeNative } from './native/encode.ts';
export { decodeNative } from './native/decode.ts';
export { LakeFault } from './model.ts';
export type {
  CodedTexts,
  Lake,
  LakeLimits,
  LakeParams,
  LakePlace,
  LakeStep,
  NativeBlock,
  NativeColumn,
  NativeType,
  NumberValues,
  ReadColumn,
} from './model.ts';

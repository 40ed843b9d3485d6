export { sourceActivity } from './register/activity.ts';
export {
  batchById,
  batchesById,
  batchesPage,
  closeBatch,
  openBatches,
  receivedTotals,
} from './batches.ts';
export { decodeBlock } from './decode/block.ts';
export { issueKey, sourceOfKey } from './register/keys.ts';
export { createSource, ensureSource } from './register/manage.ts';
export { mllpServer } from './hl7/server.ts';
export type { MllpDeps } from './hl7/server.ts';
export { saveMapping } from './mapping/save.ts';
export { mappingInForce, mappingsById } from './mapping/store.ts';
export type { Mapping } from './mapping/model.ts';
export { CHARSETS, FORMATS, LIMITS, ROW_FLAGS } from './model.ts';
export type { BatchHead, BatchStatus, Charset, DecodedRow, Format, Source } from './model.ts';
export { fileReader, READER_NAMES, readerNamed } from './receive/files/readers.ts';
export { type Found, HEAD_BYTES, type Position, type Reader } from './decode/readers.ts';
export { receiveRow } from './receive/receive.ts';
export type { SourcesDeps } from './routes.ts';
export { sourcesRoutes } from './routes.ts';
export { sourceById, sourceDirectory, sourceNames } from './register/store.ts';

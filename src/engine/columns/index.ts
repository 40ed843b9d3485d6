export type { Batch, RowHead, RowValues, RowView } from './batch.ts';
export { BatchBuilder, emptyBatch, kindIndexOf, rowView, SEGMENT_ROWS_MAX } from './batch.ts';
export { rowOfRecord, recordIdOf, segmentOfRecord } from './ids.ts';

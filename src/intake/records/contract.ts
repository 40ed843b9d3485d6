import { z } from 'zod';
import { endpoint } from '#base/contract.ts';
import { KIND_NAMES } from '#base/kinds.ts';
import { page, pageQuery } from '#base/paging.ts';
import { smallId } from '#base/schemas.ts';

const words = z.object({ zh: z.string(), en: z.string() });
const fieldError = z.object({
  path: z.string(),
  code: z.string(),
  value: z.string().optional(),
  allowed: z.string().optional(),
  text: words,
});
const batchId = z.object({ id: z.string().max(64) });
const numericId = z.object({ id: z.coerce.number().int().positive() });

/** The accounting identity: received = admitted + quarantined + duplicate + pending. */
export const counts = z.object({
  received: z.number(),
  admitted: z.number(),
  quarantined: z.number(),
  duplicate: z.number(),
  pending: z.number(),
});

/** An admitted record as it is shown: codes, ids and values; who the person is stands in the person's file. */
export const record = z.object({
  id: z.number(),
  kind: z.enum(KIND_NAMES),
  at: z.number(),
  personId: z.number().nullable(),
  personArea: z.string(),
  unitId: z.number().nullable(),
  placeId: z.number().nullable(),
  placeArea: z.string(),
  sourceId: z.number(),
  columns: z.record(z.string(), z.union([z.string(), z.number()])),
});

export const batch = counts.extend({
  id: z.string(),
  sourceId: z.number(),
  source: words,
  channel: z.enum(['http', 'mllp', 'mend']),
  format: z.string(),
  charset: z.string(),
  kind: z.string().nullable(),
  status: z.enum(['receiving', 'complete', 'cut']),
  cutReason: z.string().nullable(),
  isSettled: z.boolean(),
  bytes: z.number(),
  startedAt: z.number(),
  endedAt: z.number().nullable(),
  settledAt: z.number().nullable(),
});

const step = z.object({
  step: z.string(),
  from: z.string(),
  to: z.string(),
  rows: z.number(),
  at: z.number(),
  by: z.string(),
});

export const quarantinedRow = z.object({
  id: z.number(),
  batchId: z.string(),
  sourceId: z.number(),
  rowNo: z.number(),
  kind: z.string(),
  errors: z.array(fieldError),
  state: z.enum(['open', 'mended', 'dropped']),
  at: z.number(),
});

export const getAccount = endpoint({
  method: 'GET',
  path: '/api/account',
  summary: { zh: '数据账：收到=入库+隔离+重复+待处理', en: 'The account of every row received' },
  permit: 'batch.read',
  answer: z.object({
    city: counts,
    sources: z.array(counts.extend({ sourceId: z.number(), source: words })),
    holds: z.boolean(),
    at: z.number(),
  }),
});

export const listBatches = endpoint({
  method: 'GET',
  path: '/api/batches',
  summary: { zh: '批次列表', en: 'Batches, newest first' },
  permit: 'batch.read',
  query: z.object({
    ...pageQuery,
    source: smallId.optional(),
    status: z.enum(['receiving', 'complete', 'cut']).optional(),
  }),
  answer: page(batch),
});

export const getBatch = endpoint({
  method: 'GET',
  path: '/api/batches/:id',
  summary: { zh: '批次详情：计数、错误、过程', en: 'One batch: counts, errors, timeline' },
  permit: 'batch.read',
  params: batchId,
  answer: batch.extend({
    errors: z.array(
      z.object({ code: z.string(), path: z.string(), rows: z.number(), text: words }),
    ),
    timeline: z.array(step),
  }),
});

export const batchQuarantine = endpoint({
  method: 'GET',
  path: '/api/batches/:id/quarantine',
  summary: { zh: '本批隔离的行', en: 'Quarantined rows of a batch' },
  permit: 'quarantine.read',
  params: batchId,
  query: z.object({ ...pageQuery }),
  answer: page(quarantinedRow),
});

export const exportQuarantine = endpoint({
  method: 'GET',
  path: '/api/batches/:id/quarantine.csv',
  summary: { zh: '导出隔离行（CSV）', en: 'Quarantined rows of a batch as CSV, errors first' },
  permit: 'quarantine.mend',
  params: batchId,
  answer: z.unknown(),
});

export const listQuarantine = endpoint({
  method: 'GET',
  path: '/api/quarantine',
  summary: { zh: '隔离区', en: 'All quarantined rows' },
  permit: 'quarantine.read',
  query: z.object({
    ...pageQuery,
    source: smallId.optional(),
    code: z.string().max(60).optional(),
    state: z.enum(['open', 'mended', 'dropped']).default('open'),
  }),
  answer: page(quarantinedRow),
});

export const getQuarantined = endpoint({
  method: 'GET',
  path: '/api/quarantine/:id',
  summary: { zh: '隔离行原文', en: 'One quarantined row with its raw text' },
  permit: 'quarantine.mend',
  params: numericId,
  answer: quarantinedRow.extend({
    raw: z.string(),
    fields: z.record(z.string(), z.unknown()).nullable(),
  }),
});

export const mendRow = endpoint({
  method: 'POST',
  path: '/api/quarantine/:id/mend',
  summary: { zh: '改正并重新提交', en: 'Mend a row and send it again' },
  permit: 'quarantine.mend',
  params: numericId,
  body: z.object({ fields: z.record(z.string().max(40), z.unknown()) }),
  answer: z.object({ batch: z.string(), id: z.number() }),
});

export const personTimeline = endpoint({
  method: 'GET',
  path: '/api/people/:id/timeline',
  summary: { zh: '一人一档：时间线', en: 'Records of a person, newest first' },
  permit: 'timeline.read',
  params: numericId,
  query: z.object({ ...pageQuery }),
  answer: page(record),
});

export const getRecord = endpoint({
  method: 'GET',
  path: '/api/records/:id',
  summary: { zh: '一条记录', en: 'One admitted record' },
  permit: 'timeline.read',
  params: numericId,
  answer: record,
});

export const placeRecords = endpoint({
  method: 'GET',
  path: '/api/places/:id/records',
  summary: { zh: '某地点的记录', en: 'Records at a place, newest first' },
  permit: 'timeline.read',
  params: numericId,
  query: z.object({ ...pageQuery }),
  answer: page(record),
});

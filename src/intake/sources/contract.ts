import { z } from 'zod';
import { endpoint } from '#base/contract.ts';
import { KIND_NAMES } from '#base/kinds.ts';
import { page, pageQuery } from '#base/paging.ts';
import { smallId } from '#base/schemas.ts';

const words = z.object({ zh: z.string().min(1).max(100), en: z.string().min(1).max(100) });
const format = z.enum(['ndjson', 'json', 'csv', 'xlsx', 'parquet', 'hl7', 'fhir', 'cda']);
const charset = z.enum(['utf-8', 'gb18030']);
const hl7 = z.object({
  application: z.string().min(1).max(180),
  facility: z.string().min(1).max(180),
});
const sourceId = z.object({ id: smallId });

export const source = z.object({
  id: z.number(),
  code: z.string(),
  words,
  owner: z.string(),
  formats: z.array(format),
  charset,
  kind: z.enum(KIND_NAMES).nullable(),
  placeCode: z.string().nullable(),
  hl7: hl7.nullable(),
  createdAt: z.number(),
});

export const sourceKey = z.object({
  id: z.number(),
  prefix: z.string(),
  createdAt: z.number(),
  expiresAt: z.number(),
  revokedAt: z.number().nullable(),
  usedAt: z.number().nullable(),
  /** What it may send; empty: whatever its source may. */
  kinds: z.array(z.enum(KIND_NAMES)),
  formats: z.array(format),
});

export const newSource = z.object({
  code: z.string().regex(/^[a-z0-9][a-z0-9_-]{1,47}$/),
  words,
  owner: z.string().min(1).max(100),
  formats: z.array(format).min(1).max(format.options.length),
  charset: charset.default('utf-8'),
  kind: z.enum(KIND_NAMES).nullable().default(null),
  placeCode: z.string().max(64).nullable().default(null),
  hl7: hl7.nullable().default(null),
});
export type NewSource = z.output<typeof newSource>;

export const listSources = endpoint({
  method: 'GET',
  path: '/api/sources',
  summary: { zh: '数据源列表', en: 'Data sources' },
  permit: 'source.read',
  query: z.object({ ...pageQuery, q: z.string().max(100).optional() }),
  answer: page(source),
});

/** fresh ≤ an hour < late ≤ six hours < silent; unknown: never spoke. */
export const sourceActivity = z.object({
  sourceId: z.number(),
  name: z.string(),
  lastAt: z.number().nullable(),
  ageMinutes: z.number().nullable(),
  state: z.enum(['fresh', 'late', 'silent', 'unknown']),
  rows24h: z.number(),
});

export const listActivity = endpoint({
  method: 'GET',
  path: '/api/sources/activity',
  summary: { zh: '各数据源最近来数', en: 'When each source last spoke, and how much' },
  permit: 'source.read',
  answer: z.object({ asOf: z.number(), sources: z.array(sourceActivity) }),
});

export const getSource = endpoint({
  method: 'GET',
  path: '/api/sources/:id',
  summary: { zh: '数据源及其密钥', en: 'One source with its keys' },
  permit: 'source.read',
  params: sourceId,
  answer: source.extend({ keys: z.array(sourceKey) }),
});

export const createSource = endpoint({
  method: 'POST',
  path: '/api/sources',
  summary: { zh: '登记数据源', en: 'Register a source' },
  permit: 'source.manage',
  body: newSource,
  answer: source,
});

export const issueSourceKey = endpoint({
  method: 'POST',
  path: '/api/sources/:id/keys',
  summary: { zh: '签发密钥（只显示一次）', en: 'Issue a key, shown this once' },
  permit: 'source.manage',
  params: sourceId,
  body: z.object({
    days: z.number().int().min(1).max(730).default(365),
    kinds: z.array(z.enum(KIND_NAMES)).max(KIND_NAMES.length).optional(),
    formats: z.array(format).max(format.options.length).optional(),
    /** Rotation: the source’s other keys end after so many days; without, they live on. */
    overlapDays: z.number().int().min(0).max(90).optional(),
  }),
  answer: sourceKey.extend({ key: z.string() }),
});

export const revokeSourceKey = endpoint({
  method: 'POST',
  path: '/api/sources/:id/keys/:keyId/revoke',
  summary: { zh: '吊销密钥', en: 'Revoke a key' },
  permit: 'source.manage',
  params: sourceId.extend({ keyId: smallId }),
  answer: sourceKey,
});

/** The body is read by the handler itself, as a stream: NDJSON, JSON array or CSV. */
export const pushRows = endpoint({
  method: 'POST',
  path: '/api/intake/:source',
  summary: {
    zh: '推送数据（NDJSON、JSON 数组、CSV/TSV、XLSX、Parquet、FHIR R4、CDA；UTF-8、GB18030、UTF-16；可 gzip）',
    en: 'Push NDJSON, JSON array, CSV/TSV, XLSX, Parquet, FHIR R4, CDA; UTF-8, GB18030, UTF-16; gzip',
  },
  permit: 'source-key',
  params: z.object({ source: z.string().max(64) }),
  query: z.object({
    kind: z.enum(KIND_NAMES).optional(),
    place: z.string().max(64).optional(),
  }),
  answer: z.object({
    batch: z.string(),
    received: z.number(),
    status: z.string(),
    link: z.string(),
    replay: z.boolean(),
  }),
});

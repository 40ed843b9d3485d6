import { z } from 'zod';
import { COLUMN_NAMES } from '#base/columns.ts';
import { endpoint } from '#base/contract.ts';
import { COORDINATE_SYSTEMS } from '#base/geo.ts';
import { KIND_NAMES, ROW_FIELDS } from '#base/kinds.ts';
import { page, pageQuery } from '#base/paging.ts';
import { smallId } from '#base/schemas.ts';

export const MAPPING_LIMITS = {
  rulesMax: 60,
  /** Columns of a source that make one field together: a day and a time. */
  fromMax: 4,
  codesMax: 500,
  sampleBytesMax: 2 * 2 ** 20,
  previewRowsMax: 200,
  guessRowsMax: 200,
} as const;

/** Fields a mapping may fill: those of a row, of every kind, and a point. */
export const TARGETS = [...ROW_FIELDS, ...COLUMN_NAMES, 'longitude', 'latitude'] as const;

/**
 * In which order a source writes a date, or what its number counts. `serial`: days since 1900 as
 * Excel counts, `serial-1904` as old Macs did.
 */
export const DATE_FORMATS = [
  'ymd',
  'dmy',
  'mdy',
  'serial',
  'serial-1904',
  'unix',
  'unix-ms',
] as const;

/** Units a number may come in; each goes to the unit of its column. */
export const UNITS = ['fahrenheit', 'per-millilitre', 'thousand', 'ten-thousand'] as const;

/** Systems of coordinates a source may declare. */
export const CRS = COORDINATE_SYSTEMS;

const words = z.object({ zh: z.string(), en: z.string() });
const heading = z.string().min(1).max(200);
const sourceId = z.object({ id: smallId });

export const fieldRule = z.object({
  field: z.enum(TARGETS),
  from: z.array(heading).max(MAPPING_LIMITS.fromMax).default([]),
  date: z.enum(DATE_FORMATS).optional(),
  unit: z.enum(UNITS).optional(),
  codes: z
    .record(z.string().min(1).max(100), z.string().max(64))
    .refine((it) => Object.keys(it).length <= MAPPING_LIMITS.codesMax)
    .optional(),
  match: z.enum(['exact', 'contains']).optional(),
  otherwise: z.string().max(64).optional(),
  constant: z.string().max(200).optional(),
});

export const mapping = z.object({
  kind: z.enum(KIND_NAMES).nullable().default(null),
  sheet: z.string().min(1).max(100).nullable().default(null),
  crs: z.enum(CRS).default('wgs-84'),
  rules: z.array(fieldRule).min(1).max(MAPPING_LIMITS.rulesMax),
});

export const savedMapping = z.object({
  id: z.number(),
  sourceId: z.number(),
  version: z.number(),
  mapping,
  authorId: z.number(),
  savedAt: z.number(),
});

/** What a column was taken for; `field` null: for nothing. Confidence 0 … 1. */
export const guessedColumn = z.object({
  heading: z.string(),
  field: z.string().nullable(),
  confidence: z.number(),
  why: z.enum(['name', 'synonym', 'part-of-name', 'values', 'none']),
});

const fieldError = z.object({
  path: z.string(),
  code: z.string(),
  value: z.string().optional(),
  allowed: z.string().optional(),
  text: words,
});

export const previewMapping = endpoint({
  method: 'POST',
  path: '/api/sources/:id/mapping/preview',
  summary: {
    zh: '用样本试映射：猜列、逐行列出全部错误（不保存样本）',
    en: 'Try a mapping on a sample: columns guessed, every error of every row; nothing is kept',
  },
  permit: 'source.manage',
  params: sourceId,
  bodyBytesMax: 3 * 2 ** 20,
  body: z.object({
    name: z.string().min(1).max(200),
    /** The file, base64; at most 2 MiB before it. */
    sample: z.base64().max(Math.ceil((MAPPING_LIMITS.sampleBytesMax * 4) / 3) + 4),
    /** Without one, the guess is tried. */
    mapping: mapping.optional(),
  }),
  answer: z.object({
    format: z.string(),
    charset: z.string(),
    headings: z.array(z.string()),
    guess: z.object({ mapping, columns: z.array(guessedColumn) }),
    rows: z.array(
      z.object({
        at: z.string(),
        said: z.array(z.string()),
        fields: z.record(z.string(), z.string()),
        errors: z.array(fieldError),
      }),
    ),
    /** Of the rows shown. */
    sound: z.number(),
    isCut: z.boolean(),
  }),
});

export const saveMapping = endpoint({
  method: 'POST',
  path: '/api/sources/:id/mapping',
  summary: { zh: '保存映射的新版本', en: 'Save a new version of the mapping' },
  permit: 'source.manage',
  params: sourceId,
  bodyBytesMax: 2 ** 20,
  body: z.object({
    mapping,
    /** The version the author saw; 0 when there was none. */
    after: z.number().int().min(0),
  }),
  answer: savedMapping,
});

export const listMappings = endpoint({
  method: 'GET',
  path: '/api/sources/:id/mapping',
  summary: { zh: '映射的各版本', en: 'Versions of the mapping, newest first' },
  permit: 'source.read',
  params: sourceId,
  query: z.object({ ...pageQuery }),
  answer: page(savedMapping),
});

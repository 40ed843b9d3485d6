import { z } from 'zod';
import { endpoint } from '#base/contract.ts';
import { page, pageQuery } from '#base/paging.ts';

/** A record that stands behind a signal. Only what the face shows: no names, no document numbers. */
export const evidenceRecord = z.object({
  id: z.number(),
  kind: z.string(),
  at: z.number(),
  personId: z.number().nullable(),
  placeId: z.number().nullable(),
  areaCode: z.string(),
  /** Own columns of the record, free text left out. */
  columns: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});
export type EvidenceRecord = z.infer<typeof evidenceRecord>;

/** The evaluated predicate: each part as written, what it came to, and the value it saw. */
export type WhyNode = {
  text: string;
  result: 'true' | 'false' | 'missing';
  value?: string | number | boolean | null;
  parts?: WhyNode[];
};
export const whyNode: z.ZodType<WhyNode> = z.lazy(() =>
  z.object({
    text: z.string(),
    result: z.enum(['true', 'false', 'missing']),
    value: z.union([z.string(), z.number(), z.boolean(), z.null()]).optional(),
    parts: z.array(whyNode).optional(),
  }),
);

/** Evidence jsonb of a signal. `why` has one entry per predicate of the rule (R3: first, then). */
export const evidence = z.object({
  records: z.array(evidenceRecord),
  /** Distinct persons counted (R4); more may stand behind it than `records` lists. */
  distinct: z.number().optional(),
  silentSince: z.number().optional(),
  why: z.array(z.object({ record: z.number(), side: z.string(), tree: whyNode })),
});
export type Evidence = z.infer<typeof evidence>;

export const signal = z.object({
  id: z.number(),
  ruleId: z.string(),
  ruleVersion: z.number(),
  level: z.number(),
  /** Event time of the record that hit; for R6 the moment silence began. */
  at: z.number(),
  foundAt: z.number(),
  recordId: z.number().nullable(),
  personId: z.number().nullable(),
  /** The place it is about: for R4 by unit the school or workplace, else where the record was made. */
  placeId: z.number().nullable(),
  /** Community or grid the work goes to; for R4 by area that area's own code. */
  areaCode: z.string(),
  /** The record came out of order: later events had been considered before it. */
  late: z.boolean(),
  evidence,
});
export type Signal = z.infer<typeof signal>;

export const throttle = z.object({
  ruleId: z.string(),
  ruleVersion: z.number(),
  hour: z.number(),
  held: z.number(),
});
export type Throttle = z.infer<typeof throttle>;

export const listSignals = endpoint({
  method: 'GET',
  path: '/api/signals',
  summary: { zh: '信号', en: 'Signals' },
  permit: 'alert.read',
  query: z.object({ ...pageQuery, ruleId: z.string().max(63).optional() }),
  answer: page(signal),
});
export const listThrottles = endpoint({
  method: 'GET',
  path: '/api/signals/throttles',
  summary: { zh: '被限流的规则', en: 'Rules held back for flooding, by hour' },
  permit: 'rule.read',
  query: z.object({}),
  answer: z.object({ rows: z.array(throttle) }),
});
export const signalEndpoints = [listSignals, listThrottles] as const;

import { z } from 'zod';
import { endpoint } from '#base/contract.ts';
import { day, words } from '#base/schemas.ts';

export const profile = z.object({
  code: z.string(),
  words,
  basis: words,
  /** First day in force, and the first day no longer in force (null: still in force). */
  validFrom: day,
  validUntil: day.nullable(),
});

export const disease = z.object({
  profile: z.string(),
  code: z.string(),
  words,
  /**
   * Class of the law: A, B or C; `managedAs` is 'A' where B is handled as A (传染病防治法 2025 Art 4).
   */
  class: z.enum(['A', 'B', 'C']),
  managedAs: z.enum(['A']).nullable(),
  /** ICD-10 prefixes, each a single stem or an inclusive range of stems. */
  icd10: z.array(z.object({ from: z.string(), until: z.string() })),
  /** Direct report within so many hours of finding a case (Art 45). */
  reportHours: z.number(),
  /** Stems of the disease with a shorter clock than the disease itself. */
  urgent: z.array(z.object({ icd10: z.string(), hours: z.number() })),
  /** Report limit of an event of this disease, where the norm names one. */
  eventHours: z.number().nullable(),
  incubation: z.object({ text: z.string(), daysMin: z.number(), daysMax: z.number() }),
  eventThreshold: z.string(),
  source: z.string(),
});

/**
 * When so many units fall into one place scope within the window, people are told: no automatic
 * grading.
 */
export const threshold = z.object({
  code: z.string(),
  /** Codes of the catalogue; empty for events without a notifiable disease. */
  diseases: z.array(z.string()),
  unit: z.string(),
  minCount: z.number().int(),
  windowHours: z.number().nullable(),
  placeScope: z.string(),
  /** The norm it stands in; `found` false: from memory, to be confirmed against the document. */
  source: z.string(),
  found: z.boolean(),
  validFrom: day,
  validUntil: day.nullable(),
});

/** A data file of the catalogue: data/diseases/*.json. */
export const diseasePack = z.object({
  profile,
  diseases: z.array(disease.omit({ profile: true })).min(1),
});
export const thresholdPack = z.object({ thresholds: z.array(threshold).min(1) });

export type Profile = z.infer<typeof profile>;
export type Disease = z.infer<typeof disease>;
export type Threshold = z.infer<typeof threshold>;
export type DiseasePack = z.infer<typeof diseasePack>;
export type ThresholdPack = z.infer<typeof thresholdPack>;

export const listProfiles = endpoint({
  method: 'GET',
  path: '/api/disease-profiles',
  summary: { zh: '病种目录的政策版本', en: 'Policy profiles of the catalogue' },
  permit: 'disease.read',
  answer: z.object({ rows: z.array(profile) }),
});

export const listDiseases = endpoint({
  method: 'GET',
  path: '/api/diseases',
  summary: { zh: '某日有效的病种目录', en: 'The catalogue in force on a day' },
  permit: 'disease.read',
  query: z.object({ on: day.optional(), profile: z.string().max(40).optional() }),
  answer: z.object({ rows: z.array(disease) }),
});

export const listThresholds = endpoint({
  method: 'GET',
  path: '/api/outbreak-thresholds',
  summary: { zh: '聚集与暴发阈值', en: 'Cluster and outbreak thresholds' },
  permit: 'disease.read',
  query: z.object({ on: day.optional(), disease: z.string().max(40).optional() }),
  answer: z.object({ rows: z.array(threshold) }),
});

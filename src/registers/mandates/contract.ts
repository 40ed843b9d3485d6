import { z } from 'zod';
import { endpoint } from '#base/contract.ts';
import { page, pageQuery } from '#base/paging.ts';
import { areaCode, instant, smallId, words } from '#base/schemas.ts';

/** Exceptional functions: off, unless a live order says otherwise. */
export const FUNCTIONS = [
  'passes',
  'companions',
  'zones',
  'isolation',
  'carrier_data',
  'bulk_lists',
  'exercise',
] as const;
export type MandateFunction = (typeof FUNCTIONS)[number];

/**
 * proposed → approved (waiting for its start) → live → ended (its sunset runs) → destroyed; or
 * declined. Whether an order is waiting, live or ended is a matter of the clock alone.
 */
export const MANDATE_STATES = [
  'proposed',
  'declined',
  'approved',
  'live',
  'ended',
  'destroyed',
] as const;
export type MandateState = (typeof MANDATE_STATES)[number];

export const LIMITS = {
  /** Days from start to end; who needs longer orders anew. */
  daysMax: 90,
  areasMax: 50,
  articlesMax: 20,
  witnessesMax: 20,
};

/** How an ended order ended. */
export const endings = z.enum(['expired', 'revoked']);

export const destruction = z.object({
  store: z.string(),
  dataClass: z.string(),
  /** When the clock of this class runs out. */
  dueAt: instant,
  rows: z.number(),
  finishedAt: instant.nullable(),
});

export const mandate = z.object({
  id: z.number().int(),
  functions: z.array(z.enum(FUNCTIONS)),
  authority: z.string(),
  documentNo: z.string(),
  articles: z.array(z.string()),
  areas: z.array(z.string()),
  disease: z.string().nullable(),
  population: z.string(),
  startsAt: instant,
  endsAt: instant,
  reviewAt: instant,
  reason: z.string(),
  retention: z.record(z.string(), z.number()),
  state: z.enum(MANDATE_STATES),
  proposedBy: z.number(),
  proposedName: z.string(),
  proposedUnit: z.string(),
  proposedAt: instant,
  decidedBy: z.number().nullable(),
  decidedName: z.string().nullable(),
  decidedUnit: z.string().nullable(),
  decidedAt: instant.nullable(),
  decisionNote: z.string().nullable(),
  /** When it ended or will end: its last day, or the moment it was revoked. */
  overAt: instant,
  ending: endings.nullable(),
  revokedName: z.string().nullable(),
  revokeReason: z.string().nullable(),
  /** Of the order's key: the certificate names it, the key itself is never shown. */
  keyFingerprint: z.string().nullable(),
  destroyedAt: instant.nullable(),
});
export type Mandate = z.infer<typeof mandate>;

const text = (max: number) => z.string().trim().min(1).max(max);

export const witnessView = z.object({
  name: z.string(),
  organisation: z.string(),
  statement: z.string(),
  at: instant,
  certificateHash: z.string(),
});

export const mandateDetail = mandate.extend({
  destructions: z.array(destruction),
  certificateHash: z.string().nullable(),
  witnesses: z.array(witnessView),
});
export type MandateDetail = z.infer<typeof mandateDetail>;

export const functionView = z.object({
  fn: z.enum(FUNCTIONS),
  words,
  isOn: z.boolean(),
  /** Whether the house has the room at all; without it no order switches the function on. */
  isBuilt: z.boolean(),
  why: words,
  /** Live orders, soonest to end first. */
  under: z.array(
    z.object({
      id: z.number(),
      documentNo: z.string(),
      areas: z.array(z.string()),
      disease: z.string().nullable(),
      isExercise: z.boolean(),
      endsAt: instant,
    }),
  ),
});
export type FunctionView = z.infer<typeof functionView>;

export const article = z.object({
  id: z.string(),
  law: words,
  article: z.string(),
  functions: z.array(z.enum(FUNCTIONS)),
  gist: words,
});
export const retentionClass = z.object({
  id: z.string(),
  words,
  days: z.number().int(),
  daysMax: z.number().int(),
  why: words,
});

export const listFunctions = endpoint({
  method: 'GET',
  path: '/api/mandates/functions',
  summary: {
    zh: '例外功能：开或关，依据哪份命令',
    en: 'Exceptional functions: on or off, under which order',
  },
  permit: 'mandate.read',
  answer: z.object({ rows: z.array(functionView), now: instant }),
});
export const readLegalBasis = endpoint({
  method: 'GET',
  path: '/api/mandates/legal-basis',
  summary: { zh: '可援引的法条与保存期限', en: 'Articles to cite, and clocks of retention' },
  permit: 'mandate.read',
  answer: z.object({ articles: z.array(article), retention: z.array(retentionClass) }),
});
export const listMandates = endpoint({
  method: 'GET',
  path: '/api/mandates',
  summary: { zh: '命令', en: 'Orders' },
  permit: 'mandate.read',
  query: z.object({ ...pageQuery, state: z.enum(MANDATE_STATES).optional() }),
  answer: page(mandate).extend({ now: instant }),
});
export const readMandate = endpoint({
  method: 'GET',
  path: '/api/mandates/:id',
  summary: { zh: '一份命令', en: 'One order' },
  permit: 'mandate.read',
  params: z.object({ id: smallId }),
  answer: mandateDetail.extend({ now: instant }),
});

export const proposal = z.object({
  functions: z.array(z.enum(FUNCTIONS)).min(1).max(FUNCTIONS.length),
  authority: text(120),
  documentNo: text(80),
  articles: z.array(z.string().max(40)).max(LIMITS.articlesMax),
  areas: z.array(areaCode).min(1).max(LIMITS.areasMax),
  disease: z.string().max(60).nullable().default(null),
  population: text(300),
  startsAt: instant,
  endsAt: instant,
  reviewAt: instant,
  reason: text(500),
  /** Days after the end per class of data; what is not said keeps the shipped days. */
  retention: z.record(z.string().max(40), z.number().int().min(0).max(90)).default({}),
});
export type Proposal = z.infer<typeof proposal>;

export const proposeMandate = endpoint({
  method: 'POST',
  path: '/api/mandates',
  summary: { zh: '拟定命令', en: 'Propose an order' },
  permit: 'mandate.propose',
  body: proposal,
  answer: mandate,
});
export const decideMandate = endpoint({
  method: 'POST',
  path: '/api/mandates/:id/decide',
  summary: {
    zh: '批准或驳回（须为另一单位的人）',
    en: 'Approve or decline: another person of another unit',
  },
  permit: 'mandate.approve',
  params: z.object({ id: smallId }),
  body: z.object({ approve: z.boolean(), note: z.string().trim().max(500).default('') }),
  answer: mandate,
});
export const revokeMandate = endpoint({
  method: 'POST',
  path: '/api/mandates/:id/revoke',
  summary: { zh: '提前终止命令', en: 'End an order before its time' },
  permit: 'mandate.end',
  params: z.object({ id: smallId }),
  body: z.object({ reason: text(500) }),
  answer: mandate,
});

const signed = z.object({
  document: z.record(z.string(), z.unknown()),
  signature: z.object({ alg: z.string(), keyId: z.string(), value: z.string() }),
});
/**
 * What anybody can check with the house's public key: the canonical JSON (RFC 8785) of `document`
 * was signed. `hash` is its SHA-256; each witness signed a paper that names it.
 */
export const certificateAnswer = signed.extend({ hash: z.string(), witnesses: z.array(signed) });
export type Certificate = z.infer<typeof certificateAnswer>;

export const readCertificate = endpoint({
  method: 'GET',
  path: '/api/mandates/:id/certificate',
  summary: { zh: '销毁证明', en: 'Certificate of destruction' },
  permit: 'mandate.read',
  params: z.object({ id: smallId }),
  answer: certificateAnswer,
});
export const witnessMandate = endpoint({
  method: 'POST',
  path: '/api/mandates/:id/witness',
  summary: { zh: '见证销毁', en: 'Witness the destruction' },
  permit: 'mandate.witness',
  params: z.object({ id: smallId }),
  body: z.object({ name: text(60), organisation: text(120), statement: text(500) }),
  answer: witnessView,
});

export const mandateEndpoints = [
  listFunctions,
  readLegalBasis,
  listMandates,
  readMandate,
  proposeMandate,
  decideMandate,
  revokeMandate,
  readCertificate,
  witnessMandate,
] as const;

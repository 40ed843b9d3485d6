import { z } from 'zod';
import { endpoint } from '#base/contract.ts';
import { page, pageQuery } from '#base/paging.ts';
import { areaCode, instant, rowId } from '#base/schemas.ts';
import { HOUR } from '#base/time.ts';

/** What leaves the house as a file. Each holds masked names only; ids lead back to the evidence. */
export const SUBJECTS = ['people', 'alerts', 'tasks'] as const;
export type Subject = (typeof SUBJECTS)[number];
export const STATES = ['asked', 'approved', 'declined', 'withdrawn'] as const;

export const LIMITS = {
  /** So few rows need nobody's approval; they are marked and written down all the same. */
  freeRowsMax: 100,
  /** So many rows of one person in a day, over all files; the next file waits for approval. */
  freeDayRowsMax: 300,
  rowsMax: 50_000,
  downloadsMax: 3,
  lifeMs: 24 * HOUR,
  /** Asked and not yet decided, of one person. */
  openMax: 10,
};

const whole = z.coerce.number().int().positive();

/** What the list was narrowed by; what a subject does not know it passes over. */
export const filter = z.object({
  areaCode: areaCode.optional(),
  status: z
    .enum(['live', 'open', 'acknowledged', 'waiting', 'working', 'answered', 'closed', 'withdrawn'])
    .optional(),
  level: whole.max(4).optional(),
  kind: z
    .enum(['phone_check', 'home_visit', 'site_check', 'case_investigation', 'verify_report'])
    .optional(),
  tier: z.enum(['city', 'district', 'street', 'community', 'investigation']).optional(),
  ruleId: z.string().max(80).optional(),
  personId: whole.optional(),
  placeId: whole.optional(),
  alertId: whole.optional(),
  holderId: whole.optional(),
  assigned: z
    .string()
    .regex(/^(me|none|\d{1,15})$/)
    .optional(),
  overdue: z.literal(['yes']).optional(),
  supervised: z.literal(['yes']).optional(),
});
export type Filter = z.infer<typeof filter>;

export const exportRow = z.object({
  id: z.number(),
  subject: z.enum(SUBJECTS),
  filter,
  purpose: z.string(),
  /** `expired`: approved and fetched too often or too late. */
  state: z.enum([...STATES, 'expired']),
  rows: z.number(),
  askedBy: z.number(),
  askedName: z.string(),
  askedAt: instant,
  decidedName: z.string().nullable(),
  decidedAt: instant.nullable(),
  decidedNote: z.string().nullable(),
  expiresAt: instant.nullable(),
  downloads: z.number(),
  downloadsMax: z.number(),
});
export type ExportRow = z.infer<typeof exportRow>;

const byId = z.object({ id: rowId });
const note = z.string().trim().min(4).max(200);

export const askExport = endpoint({
  method: 'POST',
  path: '/api/exports',
  summary: {
    zh: `申请导出；不超过 ${LIMITS.freeRowsMax} 行的直接生效，其余须另一人批准`,
    en: `Ask for an export; up to ${LIMITS.freeRowsMax} rows at once, more when another approves`,
  },
  permit: 'export.ask',
  body: z.object({ subject: z.enum(SUBJECTS), filter, purpose: note }),
  answer: exportRow,
});
export const listExports = endpoint({
  method: 'GET',
  path: '/api/exports',
  summary: { zh: '我的导出', en: 'My exports' },
  permit: 'export.ask',
  query: z.object(pageQuery),
  answer: page(exportRow),
});
export const listAsked = endpoint({
  method: 'GET',
  path: '/api/exports/asked',
  summary: { zh: '全部导出申请，待批准的在前', en: 'Exports of everybody, those waiting first' },
  permit: 'export.approve',
  query: z.object({ ...pageQuery, state: z.enum(STATES).default('asked') }),
  answer: page(exportRow),
});
export const decideExport = endpoint({
  method: 'POST',
  path: '/api/exports/:id/decide',
  summary: { zh: '批准或拒绝导出', en: 'Approve or decline an export' },
  permit: 'export.approve',
  params: byId,
  body: z.object({ approve: z.boolean(), note }),
  answer: exportRow,
});
export const withdrawExport = endpoint({
  method: 'POST',
  path: '/api/exports/:id/withdraw',
  summary: { zh: '撤回申请', en: 'Withdraw a request' },
  permit: 'export.ask',
  params: byId,
  answer: exportRow,
});
/** The answer is the file: CSV with a mark in its head and in every row. */
export const fetchExport = endpoint({
  method: 'POST',
  path: '/api/exports/:id/file',
  summary: { zh: '取得导出文件（加水印，留痕）', en: 'Fetch the file: marked, recorded' },
  permit: 'export.ask',
  params: byId,
  answer: z.unknown(),
});
export const findMark = endpoint({
  method: 'POST',
  path: '/api/exports/mark',
  summary: { zh: '按水印查出处', en: 'Which export a mark comes from' },
  permit: 'export.approve',
  body: z.object({ mark: z.string().max(40) }),
  answer: exportRow,
});

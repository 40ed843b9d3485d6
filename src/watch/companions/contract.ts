import { z } from 'zod';
import { endpoint } from '#base/contract.ts';
import { instant, rowId, smallId, words } from '#base/schemas.ts';

export const COMPANION_LIMITS = {
  /** Days of one question. */
  daysMax: 14,
  minutesMax: 240,
  answersMax: 500,
  /** Earlier questions about one person that are listed. */
  inquiriesMax: 50,
};

const order = z.object({
  id: z.number(),
  documentNo: z.string(),
  disease: z.string().nullable(),
  isExercise: z.boolean(),
  endsAt: instant,
});

const question = z.object({
  from: instant,
  until: instant,
  /** How far apart in time two appearances at one place may be. */
  minutes: z.number().int().min(1).max(COMPANION_LIMITS.minutesMax),
});

export const companion = z.object({
  personId: z.number(),
  name: z.string(),
  sex: z.string(),
  birthYear: z.number().nullable(),
  areaCode: z.string(),
  times: z.number(),
  place: z.object({ id: z.number(), name: words.nullable() }),
  at: instant,
  gapMinutes: z.number(),
  lastAt: instant,
});
export type CompanionView = z.infer<typeof companion>;

export const inquiry = question.extend({
  id: z.number(),
  at: instant,
  order,
  rows: z.array(companion),
  /** Found, but of areas the reader does not see. */
  elsewhere: z.number(),
  /** There were more than fit into an answer. */
  isCut: z.boolean(),
});
export type InquiryView = z.infer<typeof inquiry>;

export const askCompanions = endpoint({
  method: 'POST',
  path: '/api/people/:id/companions',
  summary: {
    zh: '查询同行人（须有“同行人查询”命令）',
    en: 'Who was at the same places (needs an order for companions)',
  },
  permit: 'companion.read',
  params: z.object({ id: rowId }),
  body: question.extend({
    purpose: z.string().trim().min(4).max(200),
    disease: z.string().max(60).optional(),
  }),
  answer: inquiry,
});
export const listInquiries = endpoint({
  method: 'GET',
  path: '/api/people/:id/companions',
  summary: { zh: '此人的同行人查询', en: 'Earlier questions about this person' },
  permit: 'companion.read',
  params: z.object({ id: rowId }),
  query: z.object({ disease: z.string().max(60).optional() }),
  answer: z.object({
    /** The live order for where the person lives; null when the function is off, `off` says why. */
    order: order.nullable(),
    off: words.nullable(),
    rows: z.array(question.extend({ id: z.number(), at: instant, found: z.number(), order })),
    now: instant,
  }),
});
export const readInquiry = endpoint({
  method: 'GET',
  path: '/api/companions/:id',
  summary: { zh: '一次同行人查询的结果', en: 'The answer to one question' },
  permit: 'companion.read',
  params: z.object({ id: smallId }),
  answer: inquiry,
});

export const companionEndpoints = [askCompanions, listInquiries, readInquiry] as const;

import { z } from 'zod';
import { endpoint } from '#base/contract.ts';
import { page, pageQuery } from '#base/paging.ts';
import { day, instant, rowId, words } from '#base/schemas.ts';

/** What happens when the clock of a class has run out. */
export const KEEPING = ['delete', 'anonymise', 'keep'] as const;
/** What the clock of a class counts from. */
export const CLOCKS = ['observed', 'recorded', 'closed', 'ended', 'last-need'] as const;

/** A class of data: what it is, by which law it is kept, and how long. */
export const fieldView = z.object({
  code: z.string(),
  words,
  basis: words,
  clock: z.enum(CLOCKS),
  days: z.number().int().nullable(),
  action: z.enum(KEEPING),
  stores: z.array(z.string()),
  source: z.string(),
  validFrom: day,
  /** Nothing is removed by the daily job unless the class is on (个人信息保护法 Art 47). */
  isOn: z.boolean(),
  oldestAt: instant.nullable(),
  dueRows: z.number().int(),
});

export const listFields = endpoint({
  method: 'GET',
  path: '/api/retention',
  summary: { zh: '保存期限与到期数量', en: 'Retention clocks and what is due' },
  permit: 'retention.read',
  answer: z.object({
    rows: z.array(fieldView),
    /** When the counts were taken. */
    countedAt: instant.nullable(),
  }),
});

export const dryRow = z.object({
  code: z.string(),
  words,
  before: instant,
  rows: z.number().int(),
  oldestAt: instant.nullable(),
  weeks: z.array(z.object({ week: day, rows: z.number().int() })),
});

export const dryRun = endpoint({
  method: 'POST',
  path: '/api/retention/dry-run',
  summary: { zh: '试运行：将删除什么', en: 'Dry run: what would go' },
  permit: 'retention.run',
  body: z.object({ on: day.optional() }),
  answer: z.object({ at: instant, rows: z.array(dryRow) }),
});

export const RUN_STATES = ['asked', 'running', 'done', 'failed'] as const;
export const runView = z.object({
  id: rowId,
  state: z.enum(RUN_STATES),
  askedAt: instant,
  startedAt: instant.nullable(),
  endedAt: instant.nullable(),
  by: z.string(),
  rows: z.number().int(),
  fields: z.array(
    z.object({
      code: z.string(),
      words,
      before: instant,
      rows: z.number().int(),
      state: z.string(),
    }),
  ),
  hasCertificate: z.boolean(),
});

export const startRun = endpoint({
  method: 'POST',
  path: '/api/retention/run',
  summary: { zh: '立即执行到期清理', en: 'Remove now what is due' },
  permit: 'retention.run',
  answer: runView,
});

export const listRuns = endpoint({
  method: 'GET',
  path: '/api/retention/runs',
  summary: { zh: '清理记录', en: 'Runs of the removal' },
  permit: 'retention.read',
  query: z.object(pageQuery),
  answer: page(runView),
});

export const showRun = endpoint({
  method: 'GET',
  path: '/api/retention/runs/:id',
  summary: { zh: '一次清理', en: 'One run' },
  permit: 'retention.read',
  params: z.object({ id: rowId }),
  answer: runView,
});

export const showCertificate = endpoint({
  method: 'GET',
  path: '/api/retention/runs/:id/certificate',
  summary: { zh: '清理证明（已签名）', en: 'Signed certificate of a run' },
  permit: 'retention.read',
  params: z.object({ id: rowId }),
  answer: z.object({ certificate: z.record(z.string(), z.unknown()) }),
});

export const holdView = z.object({
  id: rowId,
  personId: z.number().int(),
  reason: z.string(),
  from: instant,
  until: instant,
  by: z.string(),
  endedAt: instant.nullable(),
});

export const listHolds = endpoint({
  method: 'GET',
  path: '/api/retention/holds',
  summary: { zh: '暂缓删除名单', en: 'Holds: whose data must stay' },
  permit: 'retention.run',
  query: z.object(pageQuery),
  answer: page(holdView),
});

export const newHold = endpoint({
  method: 'POST',
  path: '/api/retention/holds',
  summary: { zh: '登记暂缓删除', en: 'Put a hold on a person' },
  permit: 'retention.run',
  body: z.object({
    personId: z.number().int().positive(),
    reason: z.string().trim().min(10).max(500),
    until: instant,
  }),
  answer: holdView,
});

export const endHold = endpoint({
  method: 'POST',
  path: '/api/retention/holds/:id/end',
  summary: { zh: '解除暂缓删除', en: 'End a hold' },
  permit: 'retention.run',
  params: z.object({ id: rowId }),
  answer: holdView,
});

export type FieldView = z.infer<typeof fieldView>;
export type DryRow = z.infer<typeof dryRow>;
export type RunView = z.infer<typeof runView>;
export type HoldView = z.infer<typeof holdView>;

import { z } from 'zod';
import { endpoint } from '#base/contract.ts';
import { page, pageQuery } from '#base/paging.ts';
import { instant, rowId, words } from '#base/schemas.ts';

/** Counts and shares of what was noticed; never a person. Shares are 0 to 1. */
export const figures = z.object({
  persons: z.number(),
  limit: z.number().optional(),
  inHour: z.number().optional(),
  usual: z.number().optional(),
  trait: z.enum(['unit', 'birthYear', 'awayHome', 'origin', 'onlySource']).optional(),
  share: z.number().optional(),
  populationShare: z.number().optional(),
  support: z.number().optional(),
  supportMin: z.number().optional(),
  p: z.number().optional(),
});

export const alarmView = z.object({
  id: z.number().int(),
  at: instant,
  lastAt: instant,
  /** How often it was tried while the alarm was open. */
  times: z.number().int(),
  kind: z.string(),
  kindWords: words,
  deed: z.string(),
  actorId: z.number().int(),
  actorName: z.string(),
  areaCode: z.string(),
  incident: z.string().nullable(),
  figures,
  traitWords: words.nullable(),
  state: z.enum(['open', 'confirmed', 'cleared']),
  judgedByName: z.string().nullable(),
  judgedAt: instant.nullable(),
  note: z.string(),
});
export type AlarmView = z.infer<typeof alarmView>;

export const listAlarms = endpoint({
  method: 'GET',
  path: '/api/misuse',
  summary: { zh: '滥用报警', en: 'Alarms of misuse' },
  permit: 'misuse.read',
  query: z.object({ ...pageQuery, state: z.enum(['open', 'confirmed', 'cleared']).optional() }),
  answer: page(alarmView),
});

export const judgeAlarm = endpoint({
  method: 'POST',
  path: '/api/misuse/:id/judge',
  summary: { zh: '判定一条报警', en: 'Judge an alarm' },
  permit: 'misuse.judge',
  params: z.object({ id: rowId }),
  body: z.object({
    judgement: z.enum(['confirmed', 'cleared']),
    note: z.string().trim().min(4).max(1000),
  }),
  answer: alarmView,
});

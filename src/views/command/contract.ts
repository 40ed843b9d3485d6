import { z } from 'zod';
import { endpoint } from '#base/contract.ts';

export const words = z.object({ zh: z.string(), en: z.string() });
const level = z.literal([1, 2, 3, 4]);
const areaCode = z.string().regex(/^\d{4,14}$/);

/** A number is never alone: what it counts, when it was counted, and the rows behind it. */
export const figure = z.object({
  id: z.enum([
    'alertsLive',
    'alertsRed',
    'alertsOrange',
    'alertsYellow',
    'alertsBlue',
    'alertsUnacknowledged',
    'alertsRaised24h',
    'alertsClosed24h',
    'tasksOpen',
    'tasksOverdue',
    'tasksSupervised',
    'tasksClosed24h',
    'answeredInTime7d',
    'medianAnswerMinutes7d',
    'records24h',
  ]),
  words,
  definition: words,
  /** null: not measurable yet (said so, never 0). Shares are 0–1. */
  value: z.number().nullable(),
  unit: z.enum(['count', 'share', 'minutes']),
  /** The API query that lists the rows the number counts; null for rates. */
  rows: z.string().nullable(),
});

export const readSummary = endpoint({
  method: 'GET',
  path: '/api/command/summary',
  summary: { zh: '态势数字，附定义与明细链接', en: 'Figures with definition, time, and rows' },
  permit: 'command.read',
  query: z.object({ areaCode: areaCode.optional() }),
  answer: z.object({ asOf: z.number(), figures: z.array(figure) }),
});

export const readMap = endpoint({
  method: 'GET',
  path: '/api/command/map',
  summary: {
    zh: '地图图层：各区域预警数、每万人率与点位',
    en: 'Counts and rates by area, and points',
  },
  permit: 'command.read',
  query: z.object({
    tier: z.enum(['district', 'street', 'community']).default('district'),
    areaCode: areaCode.optional(),
  }),
  answer: z.object({
    asOf: z.number(),
    areas: z.array(
      z.object({
        areaCode: z.string(),
        name: words,
        lat: z.number().nullable(),
        lon: z.number().nullable(),
        population: z.number().nullable(),
        live: z.number(),
        /** Live alerts of level 1, 2, 3, 4 in that order. */
        byLevel: z.array(z.number()).length(4),
        per10000: z.number().nullable(),
      }),
    ),
    /** The most pressing live alerts that stand on the map; at most `pointsMax`. */
    points: z.array(
      z.object({
        alertId: z.number(),
        level,
        title: words,
        areaCode: z.string(),
        lat: z.number(),
        lon: z.number(),
        /** The point of the place itself, or the middle of its area. */
        precise: z.boolean(),
      }),
    ),
    pointsMax: z.number(),
    pointsTruncated: z.boolean(),
  }),
});

export const readTrend = endpoint({
  method: 'GET',
  path: '/api/command/trend',
  summary: { zh: '28 天记录趋势与移动平均基线', en: 'Records per day, 28 days, with a baseline' },
  permit: 'command.read',
  query: z.object({
    areaCode: areaCode.optional(),
    /** One record kind; absent: all kinds that are there. */
    kind: z.string().max(40).optional(),
  }),
  answer: z.object({
    asOf: z.number(),
    days: z.array(z.string()),
    series: z.array(
      z.object({
        kind: z.string(),
        words,
        counts: z.array(z.number()),
        /** Mean of the seven days before; null while there are fewer. */
        baseline: z.array(z.number().nullable()),
      }),
    ),
    baselineWords: words,
  }),
});

export const sourceState = z.object({
  sourceId: z.number(),
  name: z.string(),
  lastAt: z.number().nullable(),
  ageMinutes: z.number().nullable(),
  /** fresh ≤ expected interval < late ≤ 3 × < silent; unknown: never spoke. */
  state: z.enum(['fresh', 'late', 'silent', 'unknown']),
  rows24h: z.number(),
});

export const readFreshness = endpoint({
  method: 'GET',
  path: '/api/command/sources',
  summary: { zh: '各数据源时效', en: 'How fresh each source is' },
  permit: 'command.read',
  answer: z.object({ asOf: z.number(), sources: z.array(sourceState) }),
});

/**
 * `GET /api/live` (permit live.read): server-sent entries. `event` is the fact's kind
 * (alert.raised, alert.grown, alert.changed, alert.closed, task.dispatched, task.changed,
 * task.escalated, task.closed), `id` the fact's id for Last-Event-ID, `data` this JSON.
 * A comment line `: alive` every 15 s; an entry `reset` says: too far behind, load the lists anew.
 */
export const liveEntry = z.object({
  kind: z.string(),
  at: z.number(),
  areaCode: z.string(),
  alertId: z.number().nullable(),
  taskId: z.number().nullable(),
  level: level.nullable(),
  status: z.string().nullable(),
});
export type LiveEntry = z.infer<typeof liveEntry>;

export const followLive = endpoint({
  method: 'GET',
  path: '/api/live',
  summary: { zh: '实时动态（SSE）', en: 'What happens in the scope, as server-sent entries' },
  permit: 'live.read',
  answer: z.unknown(),
});

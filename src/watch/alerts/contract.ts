import { z } from 'zod';
import { endpoint } from '#base/contract.ts';
import { page, pageQuery } from '#base/paging.ts';

export const words = z.object({ zh: z.string(), en: z.string() });
export const level = z.literal([1, 2, 3, 4]);
/** Room of an alert's life; the table of moves is `NEXT` in model.ts. */
export const alertStatus = z.enum(['open', 'acknowledged', 'working', 'closed']);
/** What it turned out to be: mandatory at closing, the rules learn from it. */
export const outcome = z.enum([
  'confirmed',
  'suspected',
  'excluded',
  'false_alarm',
  'duplicate_case',
  'unreachable_handed_over',
]);
const id = z.coerce.number().int().positive();
const text = z.string().trim().min(1).max(500);
const byId = z.object({ id });
const named = z.object({ id: z.number().int(), name: z.string() });

/** One line of the queue. Persons by masked name; names of areas and places in words. */
export const alertRow = z.object({
  id: z.number(),
  level,
  status: alertStatus,
  title: words,
  ruleId: z.string(),
  ruleVersion: z.number(),
  /** Distinct rules whose signals joined. */
  ruleCount: z.number(),
  disease: z.string().nullable(),
  subject: z.enum(['person', 'place', 'area']),
  subjectWords: words,
  personId: z.number().nullable(),
  placeId: z.number().nullable(),
  placeName: z.string().nullable(),
  areaCode: z.string(),
  /** City to community, gravest container first: `江州市 · 东湖区 · …`. */
  areaWords: words,
  lat: z.number().nullable(),
  lon: z.number().nullable(),
  signalCount: z.number(),
  suppressedCount: z.number(),
  rank: z.number(),
  task: z.string(),
  tasksOpen: z.number(),
  tasksTotal: z.number(),
  assignedTo: named.nullable(),
  outcome: outcome.nullable(),
  raisedAt: z.number(),
  firstSignalAt: z.number(),
  lastSignalAt: z.number(),
  closedAt: z.number().nullable(),
});
export type AlertRow = z.infer<typeof alertRow>;

/** One record that made a signal: columns as the source wrote them, kept with the signal. */
export const evidence = z.object({
  recordId: z.number(),
  kind: z.string(),
  kindWords: words,
  at: z.number(),
  placeName: z.string().nullable(),
  /** `valueWords`: what a coded value means; null when it speaks for itself. */
  shown: z.array(
    z.object({ name: z.string(), words, value: z.string(), valueWords: words.nullable() }),
  ),
});

export const alertSignal = z.object({
  signalId: z.number(),
  at: z.number(),
  ruleId: z.string(),
  ruleVersion: z.number(),
  ruleTitle: words,
  /** Joined the alert, or came while it was to keep quiet. */
  suppressed: z.boolean(),
  /** The evaluated rule in sentences: why it spoke. */
  why: z.array(words),
  /** The evaluated tree itself, as the engine kept it. */
  tree: z.unknown(),
  records: z.array(evidence),
});
export type AlertSignal = z.infer<typeof alertSignal>;

/** One line of what was done, oldest first. `byName` is 系统 for the house. */
export const alertEntry = z.object({
  id: z.number(),
  at: z.number(),
  what: z.string(),
  words,
  byId: z.number(),
  byName: z.string(),
  note: z.string().nullable(),
});

export const alertDetail = alertRow.extend({
  ruleTitle: words,
  ruleBasis: words,
  outcomeNote: z.string().nullable(),
  suppressedUntil: z.number().nullable(),
  reminders: z.number(),
  reopenedCount: z.number(),
  /** Moves the status allows now. */
  moves: z.array(z.string()),
  /** First page; the rest by GET /api/alerts/:id/signals. */
  signals: z.array(alertSignal),
  history: z.array(alertEntry),
  taskIds: z.array(z.number()),
  /** Share of closed alerts of this rule that were real, 0–1; null before there are any. */
  rulePrecision: z.number().nullable(),
});
export type AlertDetail = z.infer<typeof alertDetail>;

/**
 * What the queue may be narrowed by. `live` is everything not closed. `assigned`: 'me', 'none'
 * or an actor id.
 */
export const alertFilter = z.object({
  status: z.enum(['live', 'open', 'acknowledged', 'working', 'closed']).default('live'),
  level: z.coerce.number().int().min(1).max(4).optional(),
  areaCode: z
    .string()
    .regex(/^\d{4,14}$/)
    .optional(),
  ruleId: z.string().max(80).optional(),
  assigned: z
    .string()
    .regex(/^(me|none|\d{1,15})$/)
    .optional(),
  personId: id.optional(),
  placeId: id.optional(),
});
export type AlertFilter = z.infer<typeof alertFilter>;

export const listAlerts = endpoint({
  method: 'GET',
  path: '/api/alerts',
  summary: { zh: '预警队列，按紧要排序', en: 'The alert queue, most pressing first' },
  permit: 'alert.read',
  query: alertFilter.extend(pageQuery),
  answer: page(alertRow),
});

export const countAlerts = endpoint({
  method: 'GET',
  path: '/api/alerts/counts',
  summary: { zh: '未关闭预警数，按级别和状态', en: 'Live alerts by level and status' },
  permit: 'alert.read',
  query: z.object({ areaCode: alertFilter.shape.areaCode }),
  answer: z.object({
    rows: z.array(z.object({ level, status: alertStatus, count: z.number() })),
    asOf: z.number(),
  }),
});

export const readAlert = endpoint({
  method: 'GET',
  path: '/api/alerts/:id',
  summary: { zh: '预警详情：证据、理由、经过', en: 'One alert: evidence, why, what was done' },
  permit: 'alert.read',
  params: byId,
  answer: alertDetail,
});

export const listAlertSignals = endpoint({
  method: 'GET',
  path: '/api/alerts/:id/signals',
  summary: { zh: '预警的全部信号', en: 'All signals of an alert, newest first' },
  permit: 'alert.read',
  params: byId,
  query: z.object(pageQuery),
  answer: page(alertSignal),
});

export const acknowledgeAlert = endpoint({
  method: 'POST',
  path: '/api/alerts/:id/acknowledge',
  summary: { zh: '签收预警', en: 'Acknowledge: somebody has seen it' },
  permit: 'alert.acknowledge',
  params: byId,
  body: z.object({ note: text.optional() }),
  answer: alertRow,
});

export const startAlert = endpoint({
  method: 'POST',
  path: '/api/alerts/:id/start',
  summary: { zh: '开始处置', en: 'Start working on it' },
  permit: 'alert.acknowledge',
  params: byId,
  body: z.object({ note: text.optional() }),
  answer: alertRow,
});

export const assignAlert = endpoint({
  method: 'POST',
  path: '/api/alerts/:id/assign',
  summary: { zh: '指派负责人', en: 'Give it to an actor; null takes it back' },
  permit: 'alert.assign',
  params: byId,
  body: z.object({ to: named.nullable(), note: text.optional() }),
  answer: alertRow,
});

export const closeAlert = endpoint({
  method: 'POST',
  path: '/api/alerts/:id/close',
  summary: { zh: '关闭预警，须填结论', en: 'Close with an outcome; open tasks are withdrawn' },
  permit: 'alert.close',
  params: byId,
  body: z.object({ outcome, note: text.optional() }),
  answer: alertRow,
});

export const reopenAlert = endpoint({
  method: 'POST',
  path: '/api/alerts/:id/reopen',
  summary: { zh: '重新打开，须说明理由', en: 'Reopen, with a reason; a new task goes out' },
  permit: 'alert.close',
  params: byId,
  body: z.object({ reason: text }),
  answer: alertRow,
});

export const commentAlert = endpoint({
  method: 'POST',
  path: '/api/alerts/:id/comments',
  summary: { zh: '批注', en: 'Add a remark to the timeline' },
  permit: 'alert.acknowledge',
  params: byId,
  body: z.object({ note: text }),
  answer: alertEntry,
});

/** What a bulk move does; `to` only with assign. */
const bulkMove = z.discriminatedUnion('move', [
  z.object({ move: z.literal('acknowledge') }),
  z.object({ move: z.literal('assign'), to: named }),
]);

export const previewBulk = endpoint({
  method: 'POST',
  path: '/api/alerts/bulk/preview',
  summary: {
    zh: '批量操作预览：将影响哪些预警',
    en: 'What a bulk move would touch, bound by a token',
  },
  permit: 'alert.assign',
  body: z.object({ filter: alertFilter, action: bulkMove }),
  answer: z.object({
    token: z.string(),
    /** Alerts the token is bound to; never more than `max`. */
    count: z.number(),
    /** More matched than one move may touch. */
    truncated: z.boolean(),
    max: z.number(),
    byLevel: z.array(z.object({ level, count: z.number() })),
    byArea: z.array(z.object({ areaCode: z.string(), areaWords: words, count: z.number() })),
    first: z.array(alertRow),
    expiresAt: z.number(),
  }),
});

export const executeBulk = endpoint({
  method: 'POST',
  path: '/api/alerts/bulk',
  summary: { zh: '执行已预览的批量操作', en: 'Do exactly what was previewed' },
  permit: 'alert.assign',
  body: z.object({ token: z.string().max(80) }),
  answer: z.object({
    bulkId: z.number(),
    done: z.number(),
    /** Previewed, but moved by somebody since; left alone. */
    skipped: z.array(z.object({ id: z.number(), status: alertStatus })),
    undoUntil: z.number(),
  }),
});

export const undoBulk = endpoint({
  method: 'POST',
  path: '/api/alerts/bulk/:id/undo',
  summary: { zh: '一分钟内撤销批量操作', en: 'Take a bulk move back within a minute' },
  permit: 'alert.assign',
  params: byId,
  answer: z.object({ undone: z.number(), kept: z.array(z.number()) }),
});

export const rulePrecision = endpoint({
  method: 'GET',
  path: '/api/alerts/rules',
  summary: { zh: '各规则的准确率', en: 'Precision of each rule, from outcomes' },
  permit: 'alert.read',
  query: z.object(pageQuery),
  answer: page(
    z.object({
      ruleId: z.string(),
      title: words,
      raised: z.number(),
      live: z.number(),
      closed: z.number(),
      /** confirmed + suspected. */
      real: z.number(),
      falseAlarm: z.number(),
      suppressed: z.number(),
      precision: z.number().nullable(),
    }),
  ),
});

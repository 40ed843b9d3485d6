import { z } from 'zod';
import { endpoint } from '#base/contract.ts';
import { page, pageQuery } from '#base/paging.ts';
import { instant } from '#base/schemas.ts';

export const words = z.object({ zh: z.string(), en: z.string() });
const level = z.literal([1, 2, 3, 4]);
export const taskKind = z.enum([
  'phone_check',
  'home_visit',
  'site_check',
  'case_investigation',
  'verify_report',
]);
/**
 * waiting: lies at a post, accept clock · working: accepted, answer clock · answered: close
 * clock.
 */
export const taskStatus = z.enum(['waiting', 'working', 'answered', 'closed', 'withdrawn']);
/** Whose hands it is in; `investigation` is the district's investigators. */
export const hopTier = z.enum(['city', 'district', 'street', 'community', 'investigation']);
export const clock = z.enum(['accept', 'answer', 'close']);
/** The outcome codes of watch/alerts, which the alert takes over when its tasks are closed. */
const outcome = z.enum([
  'confirmed',
  'suspected',
  'excluded',
  'false_alarm',
  'duplicate_case',
  'unreachable_handed_over',
]);
const id = z.coerce.number().int().positive();
const text = z.string().trim().min(1).max(500);
const areaCode = z.string().regex(/^\d{4,14}$/);
const byId = z.object({ id });
const named = z.object({ id: z.number().int(), name: z.string() });

/** One line of a task list. The person is masked unless the viewer holds the task. */
export const taskRow = z.object({
  id: z.number(),
  alertId: z.number().nullable(),
  kind: taskKind,
  kindWords: words,
  level,
  title: words,
  status: taskStatus,
  tier: hopTier,
  post: named.nullable(),
  holder: named.nullable(),
  areaCode: z.string(),
  areaWords: words,
  personId: z.number().nullable(),
  personName: z.string().nullable(),
  placeId: z.number().nullable(),
  placeName: z.string().nullable(),
  /** The running clock and when it is missed; null once closed. */
  clock: clock.nullable(),
  dueAt: z.number().nullable(),
  closeDueAt: z.number(),
  attempts: z.number(),
  breaches: z.number(),
  /** The tier that was told of a missed clock; null when none. */
  escalatedTo: hopTier.nullable(),
  supervised: z.boolean(),
  result: z.string().nullable(),
  outcome: outcome.nullable(),
  dispatchedAt: z.number(),
  closedAt: z.number().nullable(),
});
export type TaskRow = z.infer<typeof taskRow>;

const fieldWhen = z.object({ field: z.string(), in: z.array(z.string()) });

/**
 * One field of a form. `evidence` fields gate closing; `when` hides a field until another says
 * so.
 */
export const formField = z.object({
  name: z.string(),
  type: z.enum(['choice', 'choices', 'text', 'number', 'flag', 'day', 'instant']),
  words,
  hint: words.optional(),
  choices: z.array(z.object({ value: z.string(), words })).optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  required: z.boolean().default(false),
  evidence: z.boolean().default(false),
  when: fieldWhen.optional(),
});
export type FormField = z.infer<typeof formField>;

/** What a result means: an attempt that failed, the end of the matter, a hand-over, a review. */
export const formResult = z.object({
  value: z.string(),
  words,
  effect: z.enum(['close', 'review', 'attempt', 'hand_over']),
  outcome: outcome.nullable(),
});

export const form = z.object({
  kind: taskKind,
  version: z.number(),
  words,
  /** What to say and do, line by line: shown on the phone, works offline. */
  instruction: z.array(words),
  results: z.array(formResult),
  fields: z.array(formField),
});
export type Form = z.infer<typeof form>;

/** Append-only: who, what, when, from which post to which. */
export const taskEntry = z.object({
  id: z.number(),
  at: z.number(),
  what: z.string(),
  words,
  byId: z.number(),
  byName: z.string(),
  fromPost: z.string().nullable(),
  toPost: z.string().nullable(),
  note: z.string().nullable(),
});

export const taskAnswer = z.object({
  id: z.number(),
  at: z.number(),
  byName: z.string(),
  result: z.string(),
  resultWords: words,
  fields: z.record(z.string(), z.unknown()),
  note: z.string().nullable(),
});

export const taskHop = z.object({
  seq: z.number(),
  tier: hopTier,
  postName: words,
  areaCode: z.string(),
  arrivedAt: z.number(),
  acceptDueAt: z.number(),
  acceptedAt: z.number().nullable(),
  answerDueAt: z.number().nullable(),
  leftAt: z.number().nullable(),
  /** How it left: passed, auto (standing order), returned, transferred, handed_over, closed. */
  left: z.string().nullable(),
});

export const taskDetail = taskRow.extend({
  form,
  address: z.string().nullable(),
  hops: z.array(taskHop),
  history: z.array(taskEntry),
  answers: z.array(taskAnswer),
  /** Evidence fields still missing before it may close. */
  missing: z.array(z.string()),
  moves: z.array(z.string()),
  /** The viewer's last pass or assign may be taken back until then. */
  undoUntil: z.number().nullable(),
  supervision: z
    .object({ byName: z.string(), at: z.number(), note: z.string(), dueAt: z.number() })
    .nullable(),
});
export type TaskDetail = z.infer<typeof taskDetail>;

/** What the list may be narrowed by. `live` is everything not ended. */
export const taskFilter = z.object({
  status: z.enum(['live', 'waiting', 'working', 'answered', 'closed', 'withdrawn']).default('live'),
  kind: taskKind.optional(),
  level: z.coerce.number().int().min(1).max(4).optional(),
  tier: hopTier.optional(),
  areaCode: areaCode.optional(),
  holderId: id.optional(),
  alertId: id.optional(),
  personId: id.optional(),
  overdue: z.literal(['yes']).optional(),
  supervised: z.literal(['yes']).optional(),
});
export type TaskFilter = z.infer<typeof taskFilter>;

export const listTasks = endpoint({
  method: 'GET',
  path: '/api/tasks',
  summary: { zh: '任务列表，按时限排序', en: 'Tasks of my area, earliest due first' },
  permit: 'task.read',
  query: taskFilter.extend(pageQuery),
  answer: page(taskRow),
});

export const listMyTasks = endpoint({
  method: 'GET',
  path: '/api/tasks/mine',
  summary: { zh: '我的任务，含离线所需内容', en: 'My tasks with all a phone needs offline' },
  permit: 'task.read',
  query: z.object(pageQuery),
  answer: page(
    taskRow.extend({
      address: z.string().nullable(),
      missing: z.array(z.string()),
      moves: z.array(z.string()),
      form,
    }),
  ),
});

export const readTask = endpoint({
  method: 'GET',
  path: '/api/tasks/:id',
  summary: { zh: '任务详情', en: 'One task: hops, history, answers, form' },
  permit: 'task.read',
  params: byId,
  answer: taskDetail,
});

export const revealPhone = endpoint({
  method: 'POST',
  path: '/api/tasks/:id/phone',
  summary: {
    zh: '查看姓名、电话、住址（留痕）',
    en: 'Name, phone and address for who holds the task; leaves an access entry',
  },
  permit: 'task.answer',
  params: byId,
  answer: z.object({
    phones: z.array(z.string()),
    name: z.string().nullable(),
    address: z.string().nullable(),
  }),
});

const verb = <B extends z.ZodType>(
  name: string,
  permit: 'task.accept' | 'task.pass' | 'task.return' | 'task.answer' | 'task.supervise',
  summary: { zh: string; en: string },
  body: B,
) =>
  endpoint({
    method: 'POST',
    path: `/api/tasks/:id/${name}`,
    summary,
    permit,
    params: byId,
    body,
    answer: taskRow,
  });

export const acceptTask = verb(
  'accept',
  'task.accept',
  { zh: '接收任务', en: 'Accept: the answer clock starts' },
  z.object({}),
);
export const passTask = verb(
  'pass',
  'task.pass',
  { zh: '转下级或转给同事', en: 'Pass down one hop, to a post below or a person' },
  z.object({
    /** The area below to pass to; absent: the hop the task's own area asks for. */
    areaCode: areaCode.optional(),
    /** A colleague of the same post instead of a hop down. */
    to: named.optional(),
    note: text.optional(),
  }),
);
export const returnTask = verb(
  'return',
  'task.return',
  { zh: '退回上级，须说明理由', en: 'Back to the hop above, with a reason' },
  z.object({ reason: text }),
);
export const transferTask = verb(
  'transfer',
  'task.return',
  { zh: '移交其他区域，须说明理由', en: 'To another area, with a reason' },
  z.object({ areaCode, reason: text }),
);
export const answerTask = verb(
  'answer',
  'task.answer',
  { zh: '提交核查结果', en: 'Answer with the form; honours Idempotency-Key' },
  z.object({
    result: z.string().max(40),
    fields: z.record(z.string().max(40), z.unknown()).default({}),
    note: text.optional(),
    /** When it was done, if answered offline. */
    doneAt: instant.positive().optional(),
  }),
);
export const closeTask = verb(
  'close',
  'task.answer',
  { zh: '办结，证据须齐全', en: 'Close; refused while evidence is missing' },
  z.object({ outcome: outcome.optional(), note: text.optional() }),
);
export const superviseTask = verb(
  'supervise',
  'task.supervise',
  { zh: '督办：批示并重设时限', en: 'Supervise: a remark and a new clock' },
  z.object({ note: text, dueAt: instant.positive() }),
);
export const undoTask = verb(
  'undo',
  'task.pass',
  { zh: '一分钟内撤销转派', en: 'Take back my last pass or assign within a minute' },
  z.object({}),
);

const bulkMove = z.discriminatedUnion('move', [
  z.object({ move: z.literal('assign'), to: named }),
  z.object({ move: z.literal('pass') }),
]);

export const previewTaskBulk = endpoint({
  method: 'POST',
  path: '/api/tasks/bulk/preview',
  summary: { zh: '批量派单预览', en: 'What a bulk move would touch, bound by a token' },
  permit: 'task.assign',
  body: z.object({ filter: taskFilter, action: bulkMove }),
  answer: z.object({
    token: z.string(),
    count: z.number(),
    truncated: z.boolean(),
    max: z.number(),
    byLevel: z.array(z.object({ level, count: z.number() })),
    byArea: z.array(z.object({ areaCode: z.string(), areaWords: words, count: z.number() })),
    first: z.array(taskRow),
    expiresAt: z.number(),
  }),
});

export const executeTaskBulk = endpoint({
  method: 'POST',
  path: '/api/tasks/bulk',
  summary: { zh: '执行已预览的批量派单', en: 'Do exactly what was previewed' },
  permit: 'task.assign',
  body: z.object({ token: z.string().max(80) }),
  answer: z.object({
    done: z.number(),
    /** Refused or moved since; left alone, with why. */
    skipped: z.array(z.object({ id: z.number(), status: taskStatus, why: words })),
  }),
});

/** Numbers of one district or street over the last seven days. */
export const boardRow = z.object({
  areaCode: z.string(),
  areaWords: words,
  waiting: z.number(),
  working: z.number(),
  answered: z.number(),
  closed7d: z.number(),
  overdue: z.number(),
  breaches7d: z.number(),
  supervised: z.number(),
  /** Share of answer clocks kept, 0–1; null when none ran out or was met. */
  answeredInTime: z.number().nullable(),
  medianAnswerMinutes: z.number().nullable(),
});

export const readBoard = endpoint({
  method: 'GET',
  path: '/api/tasks/board',
  summary: { zh: '任务看板：各区街道时限表现', en: 'The board: clocks by district or street' },
  permit: 'task.read',
  query: z.object({
    tier: z.enum(['district', 'street', 'community']).default('district'),
    areaCode: areaCode.optional(),
    ...pageQuery,
  }),
  answer: page(boardRow).extend({ asOf: z.number() }),
});

export const listBreaches = endpoint({
  method: 'GET',
  path: '/api/tasks/breaches',
  summary: { zh: '超时记录', en: 'Missed clocks, newest first' },
  permit: 'task.read',
  query: z.object({ areaCode: areaCode.optional(), ...pageQuery }),
  answer: page(
    z.object({
      id: z.number(),
      taskId: z.number(),
      title: words,
      level,
      clock,
      tier: hopTier,
      postName: words,
      areaCode: z.string(),
      areaWords: words,
      dueAt: z.number(),
      at: z.number(),
      escalatedTo: hopTier.nullable(),
    }),
  ),
});

export const listSupervised = endpoint({
  method: 'GET',
  path: '/api/tasks/supervised',
  summary: { zh: '督办清单', en: 'Supervised tasks still open, earliest due first' },
  permit: 'task.read',
  query: z.object({ areaCode: areaCode.optional(), ...pageQuery }),
  answer: page(taskRow),
});

export const listLoad = endpoint({
  method: 'GET',
  path: '/api/tasks/load',
  summary: { zh: '人员负荷', en: 'Load per worker: open, overdue, done today' },
  permit: 'task.read',
  query: z.object({ areaCode: areaCode.optional(), ...pageQuery }),
  answer: page(
    z.object({
      actorId: z.number(),
      name: z.string(),
      open: z.number(),
      overdue: z.number(),
      doneToday: z.number(),
    }),
  ),
});

import { z } from 'zod';
import { endpoint } from '#base/contract.ts';
import { page, pageQuery } from '#base/paging.ts';
import { instant, rowId } from '#base/schemas.ts';

const words = z.object({ zh: z.string(), en: z.string() });

/** One part of a condition in words, what it came to, and the value that made it so. */
export type TreeView = {
  words: { zh: string; en: string };
  result: 'true' | 'false' | 'missing';
  value: { zh: string; en: string } | null;
  parts: TreeView[];
};
export const treeView: z.ZodType<TreeView> = z.lazy(() =>
  z.object({
    words,
    result: z.enum(['true', 'false', 'missing']),
    value: words.nullable(),
    parts: z.array(treeView),
  }),
);

/** A record that was looked at: what kind, when. */
const lookedAt = z.object({ id: z.number(), kind: words, at: instant });
const evaluated = z.object({ record: lookedAt.nullable(), tree: treeView });

const ruleView = z.object({
  id: z.string(),
  version: z.number().int(),
  title: words,
  /** The rule of that version as one sentence. */
  sentence: words,
});
const orderView = z.object({
  id: z.number().int(),
  authority: z.string(),
  documentNo: z.string(),
  articles: z.array(z.string()),
  endsAt: instant,
});

/** A decision in plain words. */
export const reasonView = z.object({
  id: z.number().int(),
  ref: z.string(),
  kind: z.enum(['alert', 'list', 'pass', 'order']),
  move: z.enum(['begin', 'change', 'end']),
  words,
  at: instant,
  since: instant,
  until: instant.nullable(),
  rule: ruleView.nullable(),
  evaluated: z.array(evaluated),
  order: orderView.nullable(),
  /** Who decided; a resident reads the office, never a name. */
  decider: words,
  objection: words,
});
export type ReasonView = z.infer<typeof reasonView>;

export const personDecisions = endpoint({
  method: 'GET',
  path: '/api/people/:id/decisions',
  summary: { zh: '关于此人的全部决定', en: 'Every decision about a person' },
  permit: 'decision.read',
  params: z.object({ id: rowId }),
  query: z.object(pageQuery),
  answer: page(reasonView),
});

export const whyAnswer = z.object({
  rows: z.array(reasonView),
  /** Rules one may ask `why-not` about. */
  rules: z.array(z.object({ id: z.string(), title: words })),
});

export const personWhy = endpoint({
  method: 'GET',
  path: '/api/people/:id/why',
  summary: {
    zh: '此人现有各项决定的理由',
    en: 'Why: what holds about a person now, and the reasons',
  },
  permit: 'decision.read',
  params: z.object({ id: rowId }),
  answer: whyAnswer,
});

/** One condition of a rule held against a person's records. */
export const conditionView = z.object({
  met: z.boolean(),
  words,
  /** What was found, and what is missing. */
  found: words,
  evaluated: evaluated.nullable(),
});
export type ConditionView = z.infer<typeof conditionView>;

export const whyNotAnswer = z.object({
  rule: ruleView,
  /** Whether every condition holds. */
  holds: z.boolean(),
  /** Records from this instant on were looked at. */
  from: instant,
  conditions: z.array(conditionView),
  /** What came nearest, in one sentence. */
  nearest: words,
});
export type WhyNotAnswer = z.infer<typeof whyNotAnswer>;

export const personWhyNot = endpoint({
  method: 'GET',
  path: '/api/people/:id/why-not',
  summary: {
    zh: '某条规则为何未对此人报警',
    en: 'Why not: which condition of a rule a person misses',
  },
  permit: 'decision.read',
  params: z.object({ id: rowId }),
  query: z.object({ rule: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/) }),
  answer: whyNotAnswer,
});

export const selfWhy = endpoint({
  method: 'GET',
  path: '/api/self/why',
  summary: { zh: '关于我的决定及理由', en: 'Why: what holds about me, and the reasons' },
  permit: 'self.read',
  answer: z.object({ rows: z.array(reasonView) }),
});

import { z } from 'zod';
import { endpoint } from '#base/contract.ts';
import { KIND_NAMES } from '#base/kinds.ts';
import { page, pageQuery } from '#base/paging.ts';
import { smallId } from '#base/schemas.ts';

export const words = z.object({ zh: z.string().min(1).max(400), en: z.string().min(1).max(400) });
const hours = z
  .number()
  .positive()
  .max(24 * 400);
const side = {
  on: z.array(z.enum(KIND_NAMES)).min(1).max(KIND_NAMES.length),
  when: z.string().min(1).max(2000).optional(),
};
const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{1,62}$/);
const listId = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/);
const placeKinds = z.array(z.string().min(1).max(60)).min(1).max(60);

export const matchDoc = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('R1'), ...side }),
  z.strictObject({ type: z.literal('R2'), list: listId, ...side }),
  z.strictObject({
    type: z.literal('R3'),
    first: z.strictObject({ ...side, list: listId.optional() }),
    then: z.strictObject({ ...side, list: listId.optional() }),
    withinHours: hours,
  }),
  z.strictObject({
    type: z.literal('R4'),
    ...side,
    by: z.enum(['place', 'unit', 'community', 'street', 'district']),
    placeKinds: placeKinds.optional(),
    /** 1: the first in an area or unit already speaks, and the rest of the window joins it. */
    distinct: z.number().int().min(1).max(500),
    withinHours: hours,
  }),
  z.strictObject({
    type: z.literal('R6'),
    ...side,
    list: listId.optional(),
    placeKinds: placeKinds.optional(),
    silentHours: hours,
  }),
]);

/** The shape of base/rules.ts RuleDoc; what CEL and lists add is checked by the engine at save. */
export const ruleDoc = z.strictObject({
  id: slug,
  title: words,
  basis: words,
  level: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
  match: matchDoc,
  disease: z.string().max(60).optional(),
  groupBy: z.enum(['person', 'place', 'area']),
  groupHours: hours,
  suppressHours: z
    .number()
    .min(0)
    .max(24 * 400),
  task: z.enum(['phone_check', 'home_visit', 'site_check', 'case_investigation', 'verify_report']),
  profile: z.string().max(60).optional(),
});

export const RULE_STATES = ['draft', 'reviewed', 'active', 'retired'] as const;
export const ruleState = z.enum(RULE_STATES);
export type RuleState = z.infer<typeof ruleState>;

/**
 * `at` is the character position in the predicate (null when the fault is not in one); `text`
 * names the mend.
 */
export const ruleFault = z.object({
  path: z.string(),
  at: z.number().nullable(),
  code: z.string(),
  text: z.object({ zh: z.string(), en: z.string() }),
});

/** precision = (confirmed + suspected) / judged; null until an alert was judged. */
export const ruleStats = z.object({
  ruleId: z.string(),
  signals: z.number(),
  throttled: z.number(),
  alerts: z.number(),
  outcomes: z.record(z.string(), z.number()),
  precision: z.number().nullable(),
});
export type RuleStats = z.infer<typeof ruleStats>;

const version = z.object({
  version: z.number(),
  state: ruleState,
  authorId: z.number(),
  authorName: z.string(),
  reviewerId: z.number().nullable(),
  reviewerName: z.string().nullable(),
  reviewNote: z.string().nullable(),
  activatorId: z.number().nullable(),
  activatorName: z.string().nullable(),
  createdAt: z.number(),
  reviewedAt: z.number().nullable(),
  activeFrom: z.number().nullable(),
  retiredAt: z.number().nullable(),
  note: z.string(),
});

export const ruleRow = z.object({
  id: z.string(),
  version: z.number(),
  state: ruleState,
  type: z.string(),
  level: z.number(),
  title: z.object({ zh: z.string(), en: z.string() }),
  profile: z.string(),
  disease: z.string().nullable(),
  sentence: z.object({ zh: z.string(), en: z.string() }),
  signals: z.number(),
  throttled: z.number(),
  alerts: z.number(),
  precision: z.number().nullable(),
});

const ruleParams = z.object({ id: slug });
const versionParams = z.object({ id: slug, version: smallId });
const moved = z.object({ id: z.string(), version: z.number(), state: ruleState });

export const listRules = endpoint({
  method: 'GET',
  path: '/api/rules',
  summary: { zh: '规则列表', en: 'Rules' },
  permit: 'rule.read',
  query: z.object({ ...pageQuery, state: ruleState.optional(), q: z.string().max(80).optional() }),
  answer: page(ruleRow),
});
export const readRule = endpoint({
  method: 'GET',
  path: '/api/rules/:id',
  summary: {
    zh: '规则详情（默认最新版本）',
    en: 'One rule, its newest version unless asked otherwise',
  },
  permit: 'rule.read',
  params: ruleParams,
  query: z.object({ version: smallId.optional() }),
  answer: z.object({
    doc: ruleDoc,
    version: z.number(),
    state: ruleState,
    sentence: z.object({ zh: z.string(), en: z.string() }),
    versions: z.array(version),
    stats: ruleStats,
  }),
});
export const checkRuleDoc = endpoint({
  method: 'POST',
  path: '/api/rules/check',
  summary: { zh: '校验规则，返回全部错误与文字说明', en: 'All faults of a rule, and its sentence' },
  permit: 'rule.read',
  body: z.object({ doc: z.unknown() }),
  answer: z.object({
    faults: z.array(ruleFault),
    sentence: z.object({ zh: z.string(), en: z.string() }).nullable(),
  }),
});
export const draftRule = endpoint({
  method: 'POST',
  path: '/api/rules',
  summary: { zh: '起草规则或新版本', en: 'Draft a rule, or a new version of one' },
  permit: 'rule.draft',
  body: z.object({ doc: ruleDoc, note: z.string().max(400).default('') }),
  answer: moved,
});
export const reviewRule = endpoint({
  method: 'POST',
  path: '/api/rules/:id/versions/:version/review',
  summary: { zh: '审核通过', en: 'Review' },
  permit: 'rule.review',
  params: versionParams,
  body: z.object({ note: z.string().max(400).default('') }),
  answer: moved,
});
export const activateRule = endpoint({
  method: 'POST',
  path: '/api/rules/:id/versions/:version/activate',
  summary: { zh: '启用', en: 'Activate' },
  permit: 'rule.activate',
  params: versionParams,
  body: z.object({}),
  answer: moved,
});
export const retireRule = endpoint({
  method: 'POST',
  path: '/api/rules/:id/versions/:version/retire',
  summary: { zh: '停用', en: 'Retire' },
  permit: 'rule.retire',
  params: versionParams,
  body: z.object({ reason: z.string().min(2).max(400) }),
  answer: moved,
});
export const ruleEndpoints = [
  listRules,
  readRule,
  checkRuleDoc,
  draftRule,
  reviewRule,
  activateRule,
  retireRule,
] as const;
export {
  addMember,
  createList,
  importMembers,
  listCodeSets,
  listLists,
  listMembers,
  putCode,
  readList,
  removeMember,
} from './lists/contract.ts';

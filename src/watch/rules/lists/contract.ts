import { z } from 'zod';
import { endpoint } from '#base/contract.ts';
import { page, pageQuery } from '#base/paging.ts';
import { instant } from '#base/schemas.ts';

const words = z.object({ zh: z.string().min(1).max(400), en: z.string().min(1).max(400) });
const listId = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/);
const listParams = z.object({ id: listId });

/** Characters of one request: a body holds 2 MiB, some 15,000 rows. Larger lists come in parts. */
export const IMPORT_CHARS_MAX = 1_500_000;

export const watchList = z.object({
  id: listId,
  words,
  subject: z.enum(['person', 'place']),
  legalBasis: words,
  purpose: words,
  /** Hours a membership lives unless the row says otherwise. */
  defaultHours: z
    .number()
    .positive()
    .max(24 * 3660),
  members: z.number(),
  changedAt: z.number(),
});
export type WatchList = z.infer<typeof watchList>;

export const member = z.object({
  subjectId: z.number(),
  name: z.string(),
  areaCode: z.string(),
  from: z.number(),
  until: z.number(),
  source: z.string(),
  reason: z.string(),
  /** The order under which the member came in; null for members in the open. */
  mandateId: z.number().nullable(),
});

export const listLists = endpoint({
  method: 'GET',
  path: '/api/lists',
  summary: { zh: '名单', en: 'Watch-lists' },
  permit: 'list.read',
  query: z.object({}),
  answer: z.object({ rows: z.array(watchList) }),
});
export const readList = endpoint({
  method: 'GET',
  path: '/api/lists/:id',
  summary: { zh: '名单详情', en: 'One watch-list' },
  permit: 'list.read',
  params: listParams,
  answer: watchList,
});
export const createList = endpoint({
  method: 'POST',
  path: '/api/lists',
  summary: { zh: '建立名单', en: 'Open a watch-list' },
  permit: 'list.manage',
  body: watchList.omit({ members: true, changedAt: true }),
  answer: watchList,
});
export const listMembers = endpoint({
  method: 'GET',
  path: '/api/lists/:id/members',
  summary: { zh: '名单成员', en: 'Members' },
  permit: 'list.read',
  params: listParams,
  query: z.object(pageQuery),
  answer: page(member).extend({
    /** Live orders under which members are shown: they stop showing by themselves. */
    under: z.array(z.object({ id: z.number(), documentNo: z.string(), endsAt: instant })),
  }),
});
export const importMembers = endpoint({
  method: 'POST',
  path: '/api/lists/:id/import',
  summary: {
    zh: '按证件导入成员（CSV 或 NDJSON）；超过 20 人须有“成批名单”命令',
    en: 'Import members by document (CSV or NDJSON); more than 20 need an order for bulk lists',
  },
  permit: 'list.import',
  params: listParams,
  body: z.object({
    format: z.enum(['csv', 'ndjson']),
    text: z.string().min(1).max(IMPORT_CHARS_MAX),
    source: z.string().min(1).max(120),
    /** case:, topic:, zone: or alert: and its id. */
    incident: z.string().min(1).max(60).nullable().default(null),
    disease: z.string().max(60).optional(),
  }),
  bodyBytesMax: 2 * 2 ** 20,
  answer: z.object({
    mandateId: z.number().nullable(),
    received: z.number(),
    imported: z.number(),
    faults: z.array(
      z.object({
        row: z.number(),
        path: z.string(),
        text: z.object({ zh: z.string(), en: z.string() }),
      }),
    ),
    faultsTotal: z.number(),
  }),
});
export const addMember = endpoint({
  method: 'POST',
  path: '/api/lists/:id/members',
  summary: { zh: '加入名单', en: 'Add a member' },
  permit: 'list.manage',
  params: listParams,
  body: z.object({
    subjectId: z.number().int().positive(),
    from: instant.optional(),
    until: instant.optional(),
    source: z.string().min(1).max(120),
    reason: z.string().max(200).default(''),
  }),
  answer: z.object({ subjectId: z.number() }),
});
export const removeMember = endpoint({
  method: 'DELETE',
  path: '/api/lists/:id/members/:subjectId',
  summary: { zh: '移出名单', en: 'Remove a member' },
  permit: 'list.manage',
  params: z.object({ id: listId, subjectId: z.coerce.number().int().positive() }),
  answer: z.object({ removed: z.boolean() }),
});

export const codeSet = z.object({
  id: z.string(),
  words,
  codes: z.array(z.object({ code: z.string(), words, from: instant, until: instant.nullable() })),
});
export type CodeSet = z.infer<typeof codeSet>;

export const listCodeSets = endpoint({
  method: 'GET',
  path: '/api/code-sets',
  summary: {
    zh: '代码集（规则中以 codes.名称 引用）',
    en: 'Code sets, as rules name them: codes.NAME',
  },
  permit: 'rule.read',
  query: z.object({}),
  answer: z.object({ rows: z.array(codeSet) }),
});
export const putCode = endpoint({
  method: 'PUT',
  path: '/api/code-sets/:id/codes/:code',
  summary: { zh: '设置代码的有效期', en: 'Set from when until when a code counts' },
  permit: 'list.manage',
  params: z.object({
    id: z.string().regex(/^[a-zA-Z][a-zA-Z0-9]{0,62}$/),
    code: z.string().min(1).max(60),
  }),
  body: z.object({ words, from: instant, until: instant.nullable() }),
  answer: z.object({ id: z.string(), code: z.string() }),
});
export const listEndpoints = [
  listLists,
  readList,
  createList,
  listMembers,
  importMembers,
  addMember,
  removeMember,
  listCodeSets,
  putCode,
] as const;

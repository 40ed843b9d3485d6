import { z } from 'zod';
import { TIERS } from '#base/areas.ts';
import { endpoint } from '#base/contract.ts';
import { page, pageQuery } from '#base/paging.ts';
import { areaCode, instant, smallId, words } from '#base/schemas.ts';

/**
 * dispatch: passes work down or on · field: goes and asks · investigation: takes over what the
 * field cannot.
 */
export const POST_KINDS = ['dispatch', 'field', 'investigation'] as const;
export type PostKind = (typeof POST_KINDS)[number];

export const post = z.object({
  id: z.number().int(),
  code: z.string(),
  areaCode: z.string(),
  tier: z.enum(TIERS),
  kind: z.enum(POST_KINDS),
  name: words,
  agency: words,
  /** Open tasks one member can carry at a time. */
  capacity: z.number().int(),
});

/** Weekly shift, city time: Monday is 1; minutes of the day, `untilMinute` may be 1440. */
export const shift = z
  .object({
    actorId: z.number().int(),
    weekday: z.number().int().min(1).max(7),
    fromMinute: z.number().int().min(0).max(1439),
    untilMinute: z.number().int().min(1).max(1440),
  })
  .refine((s) => s.untilMinute > s.fromMinute, 'a shift ends after it begins');

/**
 * A stretch in which the weekly roster does not count for one member: there all the same, or
 * away.
 */
export const override = z
  .object({
    actorId: z.number().int(),
    fromAt: instant,
    untilAt: instant,
    present: z.boolean(),
    note: z.string().max(200).default(''),
  })
  .refine((o) => o.untilAt > o.fromAt, 'an override ends after it begins');

export const member = z.object({ actorId: z.number().int(), login: z.string(), name: z.string() });
export const postDetail = post.extend({
  members: z.array(member),
  shifts: z.array(shift),
  overrides: z.array(override),
  onDuty: z.array(member),
  /** False: nobody is rostered now, and all members stand in. */
  rostered: z.boolean(),
});

/** One line of an import; members by login. Without shifts everybody is always on duty. */
export const postRow = z.object({
  code: z.string().regex(/^[A-Za-z0-9_-]{2,40}$/),
  areaCode,
  kind: z.enum(POST_KINDS),
  name: words,
  agency: words,
  capacity: z.number().int().min(1).max(10000).default(40),
  members: z.array(z.string()).max(500).default([]),
});

export type Post = z.infer<typeof post>;
export type PostDetail = z.infer<typeof postDetail>;
export type PostRow = z.input<typeof postRow>;
export type Shift = z.infer<typeof shift>;
export type Override = z.infer<typeof override>;

export const listPosts = endpoint({
  method: 'GET',
  path: '/api/posts',
  summary: { zh: '值守岗位', en: 'Duty posts' },
  permit: 'post.read',
  query: z.object({
    ...pageQuery,
    area: areaCode.optional(),
    kind: z.enum(POST_KINDS).optional(),
    tier: z.enum(TIERS).optional(),
  }),
  answer: page(post),
});

export const readPost = endpoint({
  method: 'GET',
  path: '/api/posts/:id',
  summary: { zh: '一个岗位及值班人', en: 'One post and who is on duty' },
  permit: 'post.read',
  params: z.object({ id: smallId }),
  answer: postDetail,
});

export const setRoster = endpoint({
  method: 'PUT',
  path: '/api/posts/:id/roster',
  summary: { zh: '编排值班表', en: 'Set the duty roster' },
  permit: 'post.manage',
  params: z.object({ id: smallId }),
  body: z.object({
    shifts: z.array(shift).max(2000),
    overrides: z.array(override).max(500).default([]),
  }),
  answer: postDetail,
});

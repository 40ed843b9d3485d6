import { z } from 'zod';
import { endpoint } from '#base/contract.ts';
import { page, pageQuery } from '#base/paging.ts';
import { areaCode, instant, rowId, words } from '#base/schemas.ts';
import { ID_TYPES } from '#base/kinds.ts';

/** Relations that are handed over by hand; living somewhere follows from what sources say. */
export const TIE_RELATIONS = ['responsible', 'stays', 'works'] as const;
export type TieRelation = (typeof TIE_RELATIONS)[number];
export const TIE_STATES = ['proposed', 'accepted', 'declined', 'ended'] as const;
export type TieState = (typeof TIE_STATES)[number];

const reason = z.string().trim().min(4).max(300);

/** Why an area sees a person beside living there. The name is masked. */
export const tieView = z.object({
  id: z.number().int(),
  personId: z.number().int(),
  name: z.string(),
  relation: z.enum(['lives', ...TIE_RELATIONS]),
  areaCode: z.string(),
  /** Who hands over; '' when nobody does. */
  fromArea: z.string(),
  state: z.enum(TIE_STATES),
  since: instant,
  until: instant.nullable(),
  proposedBy: z.string(),
  proposedAt: instant,
  decidedBy: z.string(),
  decidedAt: instant.nullable(),
  reason: z.string(),
  /** Whether the reader may accept or decline it, and whether they may end it. */
  mayDecide: z.boolean(),
  mayEnd: z.boolean(),
});
export type TieView = z.infer<typeof tieView>;

/** A tie to propose. `until` null: until somebody ends it. */
export const newTie = z.object({
  relation: z.enum(TIE_RELATIONS),
  areaCode,
  until: instant.nullable(),
  reason,
});
export type NewTie = z.infer<typeof newTie>;

const byId = z.object({ id: rowId });

export const proposeTie = endpoint({
  method: 'POST',
  path: '/api/people/:id/ties',
  summary: {
    zh: '提出交接：请另一辖区负责、居住或工作地知悉',
    en: 'Propose a tie: hand a person over to another area, or tell it who stays or works there',
  },
  permit: 'tie.propose',
  params: byId,
  body: newTie,
  answer: tieView,
});

export const tiesOfPerson = endpoint({
  method: 'GET',
  path: '/api/people/:id/ties',
  summary: { zh: '此人与各辖区的关系', en: 'The ties of a person' },
  permit: 'person.read',
  params: byId,
  answer: z.object({ rows: z.array(tieView) }),
});

export const listTies = endpoint({
  method: 'GET',
  path: '/api/ties',
  summary: { zh: '交接：待接收的与已提出的', en: 'Hand-overs: incoming and offered' },
  permit: 'tie.propose',
  query: z.object({
    ...pageQuery,
    state: z.enum(TIE_STATES).default('proposed'),
    /** incoming: to the reader's area · offered: from it. */
    side: z.enum(['incoming', 'offered']).default('incoming'),
  }),
  answer: page(tieView),
});

export const acceptTie = endpoint({
  method: 'POST',
  path: '/api/ties/:id/accept',
  summary: { zh: '接收', en: 'Accept' },
  permit: 'tie.accept',
  params: byId,
  answer: tieView,
});
export const declineTie = endpoint({
  method: 'POST',
  path: '/api/ties/:id/decline',
  summary: { zh: '不接收，须说明理由', en: 'Decline, with a reason' },
  permit: 'tie.accept',
  params: byId,
  body: z.object({ reason }),
  answer: tieView,
});
export const endTie = endpoint({
  method: 'POST',
  path: '/api/ties/:id/end',
  summary: { zh: '结束或撤回', en: 'End or withdraw' },
  permit: 'tie.propose',
  params: byId,
  body: z.object({ reason }),
  answer: tieView,
});

/** What a grant lends: reading the file and timeline and one phone number, never changing. */
export const GLASS_ACTIONS = ['person.read', 'timeline.read', 'person.reveal'] as const;
export const GLASS_HOURS_MAX = 72;
export const GRANT_STATES = ['live', 'unreviewed', 'reviewed', 'all'] as const;

/** A temporary access. To a reviewer: who, when, why, what was looked at; no name of the person. */
export const grantView = z.object({
  id: z.number().int(),
  actorId: z.number().int(),
  actorName: z.string(),
  personId: z.number().int(),
  areaCode: z.string(),
  personArea: z.string(),
  purpose: z.string(),
  purposeWords: words,
  reason: z.string(),
  from: instant,
  until: instant,
  endedAt: instant.nullable(),
  verdict: z.enum(['justified', 'unjustified']).nullable(),
  reviewer: z.string(),
  reviewedAt: instant.nullable(),
  note: z.string(),
  mayReview: z.boolean(),
  mine: z.boolean(),
});
export type GrantView = z.infer<typeof grantView>;

/** One thing done under a grant. */
export const looked = z.object({ at: instant, action: z.string(), subject: z.string() });

export const breakGlass = endpoint({
  method: 'POST',
  path: '/api/grants',
  summary: {
    zh: '申请临时查看：即时生效，通报督查，事后必审',
    en: 'Ask for temporary access: at once, told to the supervisor, reviewed afterwards',
  },
  permit: 'glass.break',
  body: z.object({
    /** Found by a name is nobody: only one person is opened. */
    person: z.union([
      z.object({ id: rowId }),
      z.object({ idType: z.enum(ID_TYPES), idNo: z.string().min(4).max(30) }),
      z.object({ phone: z.string().min(5).max(20) }),
    ]),
    /** A code of GET /api/purposes. */
    purpose: z.string().min(1).max(40),
    reason: z.string().trim().min(8).max(300),
    hours: z.number().min(0.25).max(GLASS_HOURS_MAX).default(3),
  }),
  answer: z.object({ id: z.number().int(), personId: z.number().int(), until: instant }),
});

export const ownGrants = endpoint({
  method: 'GET',
  path: '/api/grants/mine',
  summary: { zh: '我的临时查看', en: 'My temporary accesses' },
  permit: 'glass.break',
  query: z.object(pageQuery),
  answer: page(grantView),
});

export const listGrants = endpoint({
  method: 'GET',
  path: '/api/grants',
  summary: { zh: '临时查看及事后审查', en: 'Temporary accesses and their review' },
  permit: 'glass.review',
  query: z.object({ ...pageQuery, state: z.enum(GRANT_STATES).default('unreviewed') }),
  answer: page(grantView),
});

export const readGrant = endpoint({
  method: 'GET',
  path: '/api/grants/:id',
  summary: { zh: '一次临时查看：看了什么', en: 'One temporary access: what was looked at' },
  permit: 'glass.review',
  params: byId,
  answer: grantView.extend({ looked: z.array(looked) }),
});

export const endGrant = endpoint({
  method: 'POST',
  path: '/api/grants/:id/end',
  summary: { zh: '提前结束', en: 'End early' },
  permit: 'session',
  params: byId,
  answer: z.object({ id: z.number().int(), endedAt: instant }),
});

export const reviewGrant = endpoint({
  method: 'POST',
  path: '/api/grants/:id/review',
  summary: { zh: '审查：正当或不正当', en: 'Review: justified or not' },
  permit: 'glass.review',
  params: byId,
  body: z.object({ verdict: z.enum(['justified', 'unjustified']), note: reason }),
  answer: grantView,
});

import { z } from 'zod';
import { endpoint } from '#base/contract.ts';
import { ID_TYPES } from '#base/kinds.ts';
import { page, pageQuery } from '#base/paging.ts';
import { areaCode, day, instant, rowId, smallId } from '#base/schemas.ts';

export const STATUSES = ['provisional', 'identified'] as const;

/**
 * Why a reader sees a person: who lives in the area, was handed to it (`responsible`), stays or works
 * there, or whose file is opened by name: a task of the reader's, a live grant.
 */
export const RELATIONS = ['lives', 'responsible', 'stays', 'works', 'granted'] as const;
export type Relation = (typeof RELATIONS)[number];

/** A person in a list: the name masked, nothing that identifies. */
export const personBrief = z.object({
  id: z.number().int(),
  status: z.enum(STATUSES),
  name: z.string(),
  sex: z.string(),
  birthYear: z.number().int().nullable(),
  areaCode: z.string(),
  unitId: z.number().int(),
  relation: z.enum(RELATIONS),
});

/** One attribute as one source gave it. `value` is shown as far as the reader's role may see. */
export const claim = z.object({
  attribute: z.string(),
  value: z.string(),
  shown: z.enum(['clear', 'masked', 'hidden']),
  sourceId: z.number().int(),
  record: z.string(),
  firstAt: instant,
  lastAt: instant,
  /** Whether this is the current best value of its attribute. */
  best: z.boolean(),
});

export const personFile = personBrief.extend({
  documents: z.array(z.object({ idType: z.string(), idNo: z.string() })),
  bornOn: z.string().nullable(),
  phone: z.string(),
  address: z.string(),
  claims: z.array(claim),
  /** Ids of the persons linked into this file: query the timeline with all of them. */
  linked: z.array(z.number().int()),
  /** The file this one was linked into, if any. */
  linkedInto: z.number().int().nullable(),
});

/** One of the three ways to look for a person; identifiers travel in the body, never in a URL. */
export const personQuery = z.union([
  z.object({ idType: z.enum(ID_TYPES), idNo: z.string().min(4).max(30) }),
  z.object({ phone: z.string().min(5).max(20) }),
  z.object({ name: z.string().trim().min(1).max(60), bornOn: day.optional() }),
]);

export type PersonBrief = z.infer<typeof personBrief>;
export type PersonFile = z.infer<typeof personFile>;
export type PersonClaim = z.infer<typeof claim>;
export type PersonQuery = z.infer<typeof personQuery>;

export const listPersons = endpoint({
  method: 'GET',
  path: '/api/people',
  summary: { zh: '辖区人员', en: 'People of the area' },
  permit: 'person.read',
  query: z.object({ ...pageQuery, area: areaCode.optional(), unit: smallId.optional() }),
  answer: page(personBrief),
});

export const searchPersons = endpoint({
  method: 'POST',
  path: '/api/people/search',
  summary: { zh: '按证件、电话或姓名查找', en: 'Find by document, phone or name' },
  permit: 'person.search',
  body: personQuery,
  answer: z.object({ rows: z.array(personBrief), more: z.boolean() }),
});

export const readPerson = endpoint({
  method: 'GET',
  path: '/api/people/:id',
  summary: { zh: '一人一档', en: 'One person one file' },
  permit: 'person.read',
  params: z.object({ id: rowId }),
  answer: personFile,
});

export const revealPhone = endpoint({
  method: 'POST',
  path: '/api/people/:id/phone',
  summary: { zh: '查看电话（留痕）', en: 'Reveal the phone number (recorded)' },
  permit: 'person.reveal',
  params: z.object({ id: rowId }),
  body: z.object({ purpose: z.string().trim().min(4).max(200) }),
  answer: z.object({ phone: z.string() }),
});

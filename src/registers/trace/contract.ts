import { z } from 'zod';
import { endpoint } from '#base/contract.ts';
import { page, pageQuery } from '#base/paging.ts';
import { areaCode, instant, rowId, words } from '#base/schemas.ts';

/** One line of the trace: who did what to what, about whom, why. Never personal data. */
export const entryView = z.object({
  id: z.number().int(),
  at: instant,
  actorId: z.number().int(),
  actorName: z.string(),
  /** The actor's roles at that moment, in words. */
  roles: z.array(words),
  unit: z.string(),
  action: z.string(),
  subject: z.string(),
  purpose: z.string(),
  areaCode: z.string(),
  persons: z.array(z.number().int()),
  mandateId: z.number().int().nullable(),
});

/** What a resident sees of an entry about them: when, which office, what, why; no clerk's name. */
export const ownEntryView = z.object({
  id: z.number().int(),
  at: instant,
  roles: z.array(words),
  unit: z.string(),
  action: z.string(),
  /** What was done, in words. */
  deed: words,
  purpose: z.string(),
  mandateId: z.number().int().nullable(),
});

const fault = z.object({
  kind: z.string(),
  seq: z.number().int(),
  entryId: z.number().int().nullable(),
  words: z.object({ zh: z.string(), en: z.string() }),
});

/** How the chain stands. Instants null: not yet. */
export const chainView = z.object({
  /** Entries linked so far: the seq of the newest link. */
  links: z.number().int(),
  /** Entries not linked yet; normally those of the last second. */
  waiting: z.number().int(),
  checkpoint: z
    .object({ seq: z.number().int(), at: instant, keyId: z.string(), signAlg: z.string() })
    .nullable(),
  /** The patrol looked up to this link, last at this time, and found these. */
  verified: z.object({ seq: z.number().int(), at: instant.nullable(), faults: z.array(fault) }),
});

export type EntryView = z.infer<typeof entryView>;
export type OwnEntryView = z.infer<typeof ownEntryView>;
export type ChainView = z.infer<typeof chainView>;

export const listEntries = endpoint({
  method: 'GET',
  path: '/api/entries',
  summary: { zh: '审计记录', en: 'The audit trail' },
  permit: 'entry.read',
  query: z.object({
    ...pageQuery,
    actorId: rowId.optional(),
    person: rowId.optional(),
    subject: z.string().max(80).optional(),
    action: z.string().max(60).optional(),
    area: areaCode.optional(),
    from: z.coerce.number().pipe(instant).optional(),
    until: z.coerce.number().pipe(instant).optional(),
    mandateId: rowId.optional(),
  }),
  answer: page(entryView),
});

export const personEntries = endpoint({
  method: 'GET',
  path: '/api/people/:id/entries',
  summary: { zh: '谁看过、改过此人的信息', en: 'Who looked at and changed this person’s data' },
  permit: 'entry.read',
  params: z.object({ id: rowId }),
  query: z.object(pageQuery),
  answer: page(entryView),
});

export const ownEntries = endpoint({
  method: 'GET',
  path: '/api/self/entries',
  summary: { zh: '谁看过、改过我的信息', en: 'Who looked at and changed my data' },
  permit: 'self.read',
  query: z.object(pageQuery),
  answer: page(ownEntryView),
});

export const readChain = endpoint({
  method: 'GET',
  path: '/api/entries/chain',
  summary: { zh: '审计链状态', en: 'How the audit chain stands' },
  permit: 'entry.read',
  answer: chainView,
});

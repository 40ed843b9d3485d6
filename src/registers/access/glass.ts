import type { Actor, Permit } from '#base/access.ts';
import { keyOf, type Page, pageOf } from '#base/paging.ts';
import { type Refusal, refuse } from '#base/refusal.ts';
import { DAY, HOUR } from '#base/time.ts';
import { factOf } from '#facts/index.ts';
import type { Tx } from '#platform/db/index.ts';
import { tell } from '#platform/outbox/index.ts';
import { writeEntry } from '#registers/trace/index.ts';
import { purposesAt } from './law/purposes.ts';
import { separate } from './law/separate.ts';

/** Emergency grants end after three days at most; the house's own measure is three hours. */
export const GLASS = {
  msMax: 72 * HOUR,
  /** So long after its end a grant may wait for its review; then its actor gets no other. */
  reviewMs: 3 * DAY,
  liveMax: 10,
  /** Lent to one actor in a day, ended ones too: ten at a time is no way through a register. */
  dayMax: 20,
};

export type GrantRow = {
  readonly id: number;
  readonly actorId: number;
  readonly personId: number;
  readonly areaCode: string;
  readonly personArea: string;
  readonly purpose: string;
  readonly reason: Buffer;
  readonly from: number;
  readonly until: number;
  readonly endedAt: number | null;
  readonly verdict: 'justified' | 'unjustified' | null;
  readonly reviewerId: number | null;
  readonly reviewedAt: number | null;
  readonly note: Buffer | null;
};

export const GRANT = `g.id, g.actor_id as "actorId", g.person as "personId",
  g.area_code as "areaCode", g.person_area as "personArea", g.purpose, g.reason,
  g.from_at as "from", g.until_at as "until", g.ended_at as "endedAt", g.verdict,
  g.reviewer_id as "reviewerId", g.reviewed_at as "reviewedAt", g.note`;

const NO_GRANT = refuse('missing', 'no-such-grant', {
  zh: '没有这次临时查看，或不在您的辖区。',
  en: 'There is no such temporary access in your area.',
});
const OVERDUE = refuse('forbidden', 'review-overdue', {
  zh: '您有临时查看超过 72 小时未经审查，请先联系督查员完成审查。',
  en: 'A temporary access of yours waits for its review since over 72 hours; ask the supervisor.',
});
const TOO_MANY = refuse('conflict', 'too-many-grants', {
  zh: `同时生效的临时查看最多 ${GLASS.liveMax} 项，请先结束不再需要的。`,
  en: `At most ${GLASS.liveMax} temporary accesses at once; end those no longer needed.`,
});
const TOO_MANY_TODAY = refuse('conflict', 'too-many-grants-today', {
  zh: `一人一天最多 ${GLASS.dayMax} 次临时查看；确需更多的，请由督查员先行审查。`,
  en: `At most ${GLASS.dayMax} temporary accesses in a day; ask the supervisor to review those you had.`,
});
const NO_PURPOSE = refuse('invalid', 'no-such-purpose', {
  zh: '请从用途列表中选择。',
  en: 'Choose a purpose of the list.',
});
const ENDED = refuse('conflict', 'grant-ended', {
  zh: '这次临时查看已经结束。',
  en: 'This temporary access has ended already.',
});
const REVIEWED = refuse('conflict', 'grant-reviewed', {
  zh: '这次临时查看已经审查过。',
  en: 'This temporary access has been reviewed already.',
});

/**
 * SQL: the live grants of actor `a` as JSON, the longest first, at most GLASS.liveMax; `$n` is the
 * instant. They come with the session in one reading, so that every decision of a request stands
 * on the same ones.
 */
export const liveGrants = (n: number): string =>
  `(select coalesce(jsonb_agg(x), '[]') from (
     select g.id, g.actions, g.person as "personId",
       floor(extract(epoch from g.until_at) * 1000)::int8 as "until"
     from access.glass_grant g
     where g.actor_id = a.id and g.until_at > $${n} and g.from_at <= $${n} and g.ended_at is null
     order by g.until_at desc limit ${GLASS.liveMax}) x) as grants`;

export type GrantFilter = {
  /** Grants of actors or to persons of this area; a reviewer's. Without: those of `actorId`. */
  readonly areaPrefix?: string | undefined;
  readonly actorId?: number | undefined;
  readonly state: 'live' | 'unreviewed' | 'reviewed' | 'all';
  readonly after?: string | undefined;
  readonly limit: number;
};
const STATE_TEST: Record<GrantFilter['state'], string> = {
  live: 'g.ended_at is null and g.until_at > $2',
  unreviewed: 'g.verdict is null',
  reviewed: 'g.verdict is not null',
  all: 'true',
};

/** Grants, the newest first, by a keyset of the id. */
export async function listGlass(tx: Tx, filter: GrantFilter, now: number): Promise<Page<GrantRow>> {
  const before = keyOf(filter.after, ['id'])?.[0] ?? Number.MAX_SAFE_INTEGER;
  const rows = await tx.rows<GrantRow>(
    `select ${GRANT} from access.glass_grant g
     where g.id < $1 and $2::timestamptz is not null and ${STATE_TEST[filter.state]}
       and ($3::text is null or starts_with(g.area_code, $3) or starts_with(g.person_area, $3))
       and ($4::bigint is null or g.actor_id = $4)
     order by g.id desc limit $5`,
    [before, new Date(now), filter.areaPrefix ?? null, filter.actorId ?? null, filter.limit + 1],
  );
  return pageOf(rows, filter.limit, (row) => [row.id]);
}

export const glassById = (tx: Tx, id: number): Promise<GrantRow | undefined> =>
  tx.row<GrantRow>(`select ${GRANT} from access.glass_grant g where g.id = $1`, [id]);

export type Asked = {
  readonly personId: number;
  readonly personArea: string;
  /** A code of the purposes in force. */
  readonly purpose: string;
  /** In words, sealed by the caller. */
  readonly reason: Buffer;
  readonly actions: readonly Permit[];
  /** How long, in ms; GLASS.msMax at most. */
  readonly ms: number;
};

/**
 * Lends access to one person's data, at once, and tells the supervisor. Refuses no-such-purpose,
 * too-many-grants, too-many-grants-today, and an actor whose last use nobody has reviewed in time
 * (review-overdue).
 */
export async function lendGlass(
  tx: Tx,
  actor: Actor,
  asked: Asked,
  now: number,
): Promise<{ id: number; until: number } | Refusal> {
  if (!purposesAt(now).some((it) => it.code === asked.purpose)) return NO_PURPOSE;
  // Two requests at once wait for each other: neither limit is passed by.
  await tx.rows('select id from access.actor where id = $1 for no key update', [actor.id]);
  const held = await tx.row<{ live: number; overdue: number; today: number }>(
    `select count(*) filter (where until_at > $2 and ended_at is null)::int as live,
       count(*) filter (where verdict is null
         and coalesce(ended_at, until_at) < $3)::int as overdue,
       count(*) filter (where verdict is distinct from 'justified'
         and from_at > $4)::int as today
     from access.glass_grant
     where actor_id = $1 and (until_at > $2 or verdict is null or from_at > $4)`,
    [actor.id, new Date(now), new Date(now - GLASS.reviewMs), new Date(now - DAY)],
  );
  if (held && held.overdue > 0) return OVERDUE;
  if (held && held.today >= GLASS.dayMax) return TOO_MANY_TODAY;
  if (held && held.live >= GLASS.liveMax) return TOO_MANY;
  const until = now + Math.min(asked.ms, GLASS.msMax);
  const made = await tx.row<{ id: number }>(
    `insert into access.glass_grant (actor_id, person, area_code, person_area, purpose, reason,
       actions, from_at, until_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id`,
    [
      actor.id,
      asked.personId,
      actor.areaCode,
      asked.personArea,
      asked.purpose,
      asked.reason,
      asked.actions,
      new Date(now),
      new Date(until),
    ],
  );
  const id = made?.id ?? 0;
  const { personId, personArea, purpose } = asked;
  await note(tx, actor, { action: 'glass.break', id, personId, purpose }, now);
  const { areaCode } = actor;
  const body = { grantId: id, actorId: actor.id, personId, areaCode, personArea, until };
  await tell(tx, factOf('glass.broken', id, body));
  return { id, until };
}

const locked = (tx: Tx, id: number): Promise<GrantRow | undefined> =>
  tx.row<GrantRow>(`select ${GRANT} from access.glass_grant g where g.id = $1 for update`, [id]);

/** Ends a grant before its time: its actor, or who may review it (`reviews`). */
export async function endGlass(
  tx: Tx,
  actor: Actor,
  input: { readonly id: number; readonly reviews: (grant: GrantRow) => boolean },
  now: number,
): Promise<{ id: number; endedAt: number } | Refusal> {
  const grant = await locked(tx, input.id);
  if (!grant || (grant.actorId !== actor.id && !input.reviews(grant))) return NO_GRANT;
  if (grant.endedAt !== null || grant.until <= now) return ENDED;
  await tx.run('update access.glass_grant set ended_at = $2, ended_by = $3 where id = $1', [
    grant.id,
    new Date(now),
    actor.id,
  ]);
  const { id, personId, purpose } = grant;
  await note(tx, actor, { action: 'glass.end', id, personId, purpose }, now);
  return { id, endedAt: now };
}

/**
 * The verdict on a use: by somebody other than its actor, once. A grant that still lives ends with
 * the verdict `unjustified`. `sees` says whether it lies in the reviewer's scope.
 */
export async function reviewGlass(
  tx: Tx,
  actor: Actor,
  input: {
    readonly id: number;
    readonly verdict: 'justified' | 'unjustified';
    readonly note: Buffer;
    readonly sees: (grant: GrantRow) => boolean;
  },
  now: number,
): Promise<GrantRow | Refusal> {
  const grant = await locked(tx, input.id);
  if (!grant || !input.sees(grant)) return NO_GRANT;
  const same = separate({ author: grant.actorId, approver: actor.id });
  if (same) return same;
  if (grant.verdict !== null) return REVIEWED;
  const stops = input.verdict === 'unjustified' && grant.endedAt === null && grant.until > now;
  const row = await tx.row<GrantRow>(
    `update access.glass_grant g set verdict = $2, note = $3, reviewer_id = $4, reviewed_at = $5,
       ended_at = case when $6 then $5 else ended_at end,
       ended_by = case when $6 then $4 else ended_by end
     where id = $1 returning ${GRANT}`,
    [grant.id, input.verdict, input.note, actor.id, new Date(now), stops],
  );
  const { id, personId, purpose, actorId, areaCode } = grant;
  await note(tx, actor, { action: `glass.${input.verdict}`, id, personId, purpose }, now);
  await tell(
    tx,
    factOf('glass.reviewed', id, { grantId: id, actorId, areaCode, verdict: input.verdict }),
  );
  return row ?? NO_GRANT;
}

type Noted = { action: string; id: number; personId: number; purpose: string };
const note = (tx: Tx, actor: Actor, it: Noted, at: number): Promise<void> =>
  writeEntry(tx, {
    at,
    actor,
    action: it.action,
    subject: `grant:${it.id}`,
    purpose: it.purpose,
    areaCode: actor.areaCode,
    persons: [it.personId],
  });

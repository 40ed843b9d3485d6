import type { Actor } from '#base/access.ts';
import { keyOf, type Page, pageOf } from '#base/paging.ts';
import { HOUR } from '#base/time.ts';
import { factOf } from '#facts/index.ts';
import type { Tx } from '#platform/db/index.ts';
import { tell } from '#platform/outbox/index.ts';
import type { AlarmKind, AlarmState, Figures, Judgement } from './model.ts';

export type Alarm = {
  readonly id: number;
  readonly at: number;
  readonly lastAt: number;
  readonly times: number;
  readonly kind: AlarmKind;
  readonly deed: string;
  readonly actorId: number;
  readonly areaCode: string;
  readonly incident: string | null;
  readonly figures: Figures;
  readonly state: AlarmState;
  readonly judgedBy: number | null;
  readonly judgedAt: number | null;
  /** Sealed. */
  readonly note: Buffer | null;
};

const ALARM = `id, at, last_at as "lastAt", times, kind, deed, actor_id as "actorId",
  area_code as "areaCode", incident, figures, state, judged_by as "judgedBy",
  judged_at as "judgedAt", note`;

export type NewAlarm = {
  readonly kind: AlarmKind;
  readonly deed: string;
  readonly figures: Figures;
  readonly incident?: string | null;
  readonly digest?: Buffer | undefined;
};

/** Raises an alarm, or counts one more time on the open one of the same actor, kind and deed. */
export async function raise(tx: Tx, actor: Actor, alarm: NewAlarm, now: number): Promise<number> {
  const row = await tx.row<{ id: number; times: number }>(
    `insert into misuse.alarm as a (at, last_at, kind, deed, actor_id, area_code, incident, figures,
        digest)
      values ($1, $1, $2, $3, $4, $5, $6, $7::jsonb, $8)
      on conflict (actor_id, kind, deed, coalesce(digest, '')) where state = 'open'
      do update set times = a.times + 1, last_at = excluded.last_at, figures = excluded.figures
      returning id, times`,
    [
      new Date(now),
      alarm.kind,
      alarm.deed,
      actor.id,
      actor.areaCode,
      alarm.incident ?? null,
      JSON.stringify(alarm.figures),
      alarm.digest ?? null,
    ],
  );
  if (!row) throw new Error('an alarm was not written');
  if (row.times === 1) {
    const { areaCode } = actor;
    await tell(
      tx,
      factOf('misuse.alarmed', row.id, { alarmId: row.id, kind: alarm.kind, areaCode }),
    );
  }
  return row.id;
}

export const alarmById = (
  tx: Tx,
  areaPrefix: string,
  id: number,
  lock = false,
): Promise<Alarm | undefined> =>
  tx.row(
    `select ${ALARM} from misuse.alarm where id = $1 and starts_with(area_code, $2)
      ${lock ? 'for update' : ''}`,
    [id, areaPrefix],
  );

/** Alarms of an area, newest first. */
export async function alarmsPage(
  tx: Tx,
  areaPrefix: string,
  q: { state?: AlarmState | undefined; after?: string | undefined; limit: number },
): Promise<Page<Alarm>> {
  const before = keyOf(q.after, ['id'])?.[0] ?? Number.MAX_SAFE_INTEGER;
  const rows = await tx.rows<Alarm>(
    `select ${ALARM} from misuse.alarm
      where id < $1 and area_code >= $2 and area_code < $2 || '~'
        and ($3::text is null or state = $3)
      order by id desc limit $4`,
    [before, areaPrefix, q.state ?? null, q.limit + 1],
  );
  return pageOf(rows, q.limit, (row) => [row.id]);
}

export const setJudgement = (
  tx: Tx,
  id: number,
  by: { id: number; state: Judgement; note: Buffer },
  now: number,
): Promise<Alarm | undefined> =>
  tx.row(
    `update misuse.alarm set state = $2, judged_by = $3, judged_at = $4, note = $5 where id = $1
      returning ${ALARM}`,
    [id, by.state, by.id, new Date(now), by.note],
  );

/** Whether a judge found misuse by this actor: bulk verbs then stay refused until it is lifted. */
export const isConfirmed = async (tx: Tx, actorId: number): Promise<boolean> =>
  (await tx.row(`select 1 from misuse.alarm where actor_id = $1 and state = 'confirmed' limit 1`, [
    actorId,
  ])) !== undefined;

/** Whether an alarm of a kind still waits for its judge. */
export const isWaiting = async (tx: Tx, actorId: number, kind: AlarmKind): Promise<boolean> =>
  (await tx.row(
    `select 1 from misuse.alarm where actor_id = $1 and kind = $2 and state = 'open' limit 1`,
    [actorId, kind],
  )) !== undefined;

/** Whether a judge cleared exactly this deed of this actor. */
export const isCleared = async (tx: Tx, actorId: number, digest: Buffer): Promise<boolean> =>
  (await tx.row(
    `select 1 from misuse.alarm where actor_id = $1 and digest = $2 and state = 'cleared' limit 1`,
    [actorId, digest],
  )) !== undefined;

/** One guard of an actor after the other: two calls at once see each other's sums. */
export const lockActor = (tx: Tx, actorId: number): Promise<number> =>
  tx.run(`select pg_advisory_xact_lock(hashtextextended('misuse', $1))`, [actorId]);

/** Persons the actor changed without an incident in the hour before `now`, by this deed. */
export async function withoutIncident(
  tx: Tx,
  actorId: number,
  deed: string,
  now: number,
): Promise<number> {
  const row = await tx.row<{ n: number }>(
    `select coalesce(sum(persons), 0)::bigint as n from misuse.deed
      where actor_id = $1 and at > $2 and deed = $3 and incident is null`,
    [actorId, new Date(now - HOUR), deed],
  );
  return row?.n ?? 0;
}

export const writeDeed = (
  tx: Tx,
  actorId: number,
  it: { deed: string; persons: number; incident: string | null; key?: string | undefined },
  now: number,
): Promise<number> =>
  tx.run(
    `insert into misuse.deed (at, actor_id, deed, persons, incident, key)
      values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
    [new Date(now), actorId, it.deed, it.persons, it.incident, it.key ?? null],
  );

export type Incident = { readonly areaCode: string; readonly endedAt: number | null };
export const incidentOf = (tx: Tx, ref: string): Promise<Incident | undefined> =>
  tx.row(
    `select area_code as "areaCode", ended_at as "endedAt" from misuse.incident where ref = $1`,
    [ref],
  );

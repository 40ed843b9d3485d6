import type { Actor } from '#base/access.ts';
import { prefixOf } from '#base/areas.ts';
import { type Refusal, refuse } from '#base/refusal.ts';
import { DAY } from '#base/time.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import { purposeRefused } from '#registers/access/index.ts';
import { concentrationOf } from './detect/concentration.ts';
import { type BulkKind, INCIDENT, type PersonTraits } from './model.ts';
import * as say from './refusals.ts';
import * as store from './store.ts';
import { type Thresholds, thresholdsAt } from './detect/thresholds.ts';

/** A change of many persons somebody is about to make. */
export type Bulk = {
  readonly kind: BulkKind;
  readonly persons: number;
  /** case:ID, topic:ID, zone:ID, alert:ID; null when none was named. */
  readonly incident: string | null;
  /** Traits of the persons, for the test of concentration. */
  readonly sample?: readonly PersonTraits[] | undefined;
  /** The same traits of persons drawn from the whole city. */
  readonly reference?: readonly PersonTraits[] | undefined;
  /** What the list says of where it comes from and what for: barred purposes are read out of it. */
  readonly said?: readonly string[] | undefined;
  /** Hash of exactly what is asked: what a judge cleared may then be done. */
  readonly digest?: Buffer | undefined;
  /** Idempotency-Key: a repeated request counts once. */
  readonly key?: string | undefined;
};

type Verdict = { readonly refusal: Refusal; readonly alarm?: store.NewAlarm };

/**
 * Stands before every bulk verb: a refusal when the change has no incident, names one that does not
 * exist, shares a non-epidemic attribute, or serves a barred purpose; and while a judge holds
 * misuse of this actor for confirmed. Takes the Db because it commits by itself: the alarm stays
 * although the verb is refused. The house itself is not held up.
 */
export async function guardBulk(
  db: Db,
  actor: Actor,
  bulk: Bulk,
  now: number,
): Promise<Refusal | undefined> {
  if (actor.id === 0) return undefined;
  const verdict = await db.tx(async (tx) => {
    await store.lockActor(tx, actor.id);
    const found = await judge(tx, actor, bulk, now);
    if (found?.alarm) await store.raise(tx, actor, found.alarm, now);
    if (!found && bulk.persons > 0)
      await store.writeDeed(tx, actor.id, { ...bulk, deed: bulk.kind }, now);
    // Wrapped: a refusal answered bare would roll the alarm back.
    return { refusal: found?.refusal };
  });
  return verdict.refusal;
}

async function judge(tx: Tx, actor: Actor, bulk: Bulk, now: number): Promise<Verdict | undefined> {
  if (await store.isConfirmed(tx, actor.id)) return { refusal: say.BLOCKED };
  const limits = thresholdsAt(now);
  return (
    barred(bulk) ??
    (await withoutIncident(tx, actor, bulk, limits, now)) ??
    (await unknownIncident(tx, actor, bulk, limits, now)) ??
    concentrated(bulk, limits, bulk.digest && (await store.isCleared(tx, actor.id, bulk.digest)))
  );
}

const alarmOf = (
  kind: store.NewAlarm['kind'],
  bulk: Bulk,
  figures: Partial<store.NewAlarm['figures']>,
): store.NewAlarm => ({
  kind,
  deed: bulk.kind,
  incident: bulk.incident,
  digest: bulk.digest,
  figures: { persons: bulk.persons, ...figures },
});

function barred(bulk: Bulk): Verdict | undefined {
  for (const text of bulk.said ?? []) {
    const refusal = purposeRefused(text);
    if (refusal) return { refusal, alarm: alarmOf('barred-purpose', bulk, {}) };
  }
  return undefined;
}

async function withoutIncident(
  tx: Tx,
  actor: Actor,
  bulk: Bulk,
  limits: Thresholds,
  now: number,
): Promise<Verdict | undefined> {
  if (bulk.incident !== null) return undefined;
  if (bulk.kind === 'list.import') {
    const alarm = alarmOf('no-incident', bulk, { limit: 0 });
    return { refusal: say.IMPORT_NEEDS_INCIDENT, alarm };
  }
  const isPassword = bulk.kind === 'password';
  const limit = isPassword ? limits.passwords_hour_max : limits.bulk_persons_max;
  const hourLimit = isPassword ? limits.passwords_hour_max : limits.bulk_hour_max;
  const inHour = (await store.withoutIncident(tx, actor.id, bulk.kind, now)) + bulk.persons;
  if (bulk.persons <= limit && inHour <= hourLimit) return undefined;
  const shown = bulk.persons > limit ? limit : hourLimit;
  const alarm = alarmOf('no-incident', bulk, { limit: shown, inHour });
  return {
    refusal: isPassword ? say.tooManyPasswords(shown) : say.bulkNeedsIncident(shown),
    alarm,
  };
}

async function unknownIncident(
  tx: Tx,
  actor: Actor,
  bulk: Bulk,
  limits: Thresholds,
  now: number,
): Promise<Verdict | undefined> {
  if (bulk.incident === null) return undefined;
  if (!INCIDENT.test(bulk.incident)) return { refusal: say.INCIDENT_SHAPE };
  // Cases, topics and zones have no room yet: they are named, kept, and shown to the supervisor.
  if (!bulk.incident.startsWith('alert:')) return undefined;
  const incident = await store.incidentOf(tx, bulk.incident);
  const rest = limits.incident_rest_days * DAY;
  const isLive = incident && (incident.endedAt === null || now < incident.endedAt + rest);
  if (isLive && touches(incident.areaCode, actor.areaCode)) return undefined;
  return { refusal: say.NO_SUCH_INCIDENT, alarm: alarmOf('unknown-incident', bulk, {}) };
}

/** Whether one of two areas lies in the other. */
function touches(a: string, b: string): boolean {
  const [one, other] = [prefixOf(a), prefixOf(b)];
  return one.startsWith(other) || other.startsWith(one);
}

function concentrated(
  bulk: Bulk,
  limits: Thresholds,
  isCleared: boolean | undefined,
): Verdict | undefined {
  if (!bulk.sample || isCleared) return undefined;
  const found = concentrationOf(bulk.sample, bulk.reference ?? [], limits);
  if (!found) return undefined;
  const { trait, share, populationShare, support, p } = found;
  const figures = { trait, share, populationShare, support, supportMin: limits.support_min, p };
  return {
    refusal: refuse('conflict', 'list-concentrated', say.concentratedWords(found, limits)),
    alarm: alarmOf('concentration', bulk, figures),
  };
}

import type { Level } from '#base/words.ts';

/**
 * What can happen, by name. A body is small: ids and what a listener needs to decide whether it
 * cares.
 */
export type FactBodies = {
  /** One fact per segment of admitted rows, never one per row. Times are epoch ms. */
  'records.admitted': {
    segment: number;
    rows: number;
    batches: string[];
    fromAt: number;
    toAt: number;
  };
  /** Every row of a batch has its verdict. */
  'batch.settled': {
    batch: string;
    sourceId: number;
    admitted: number;
    quarantined: number;
    duplicate: number;
  };
  'signals.found': { signalIds: number[] };
  'alert.raised': AlertFact;
  /** A further signal joined, or the level rose. */
  'alert.grown': AlertFact;
  'alert.changed': { alertId: number; areaCode: string; level: Level; status: string };
  'alert.closed': {
    alertId: number;
    areaCode: string;
    ruleId: string;
    ruleVersion: number;
    outcome: string;
  };
  'task.dispatched': TaskFact;
  'task.changed': TaskFact;
  'task.escalated': TaskFact & { clock: 'accept' | 'answer' | 'close' };
  'task.closed': TaskFact & { outcome: string };
  'rule.activated': { ruleId: string; version: number };
  'rule.retired': { ruleId: string; version: number };
  'list.changed': { listId: string };
  /** Misuse was noticed, and blocked where it could be; figures stand with the alarm. */
  'misuse.alarmed': { alarmId: number; kind: string; areaCode: string };
  'mandate.started': { mandateId: number; functions: readonly string[] };
  /** `ending`: expired or revoked. What came in under the order is no longer used. */
  'mandate.ended': { mandateId: number; functions: readonly string[]; ending: string };
  /** The key is gone and the certificate signed. */
  'mandate.destroyed': { mandateId: number };
  /** Somebody took temporary access to one person's data: the supervisor is told at once. */
  'glass.broken': {
    grantId: number;
    actorId: number;
    personId: number;
    areaCode: string;
    personArea: string;
    until: number;
  };
  'glass.reviewed': { grantId: number; actorId: number; areaCode: string; verdict: string };
  /** A hand-over moved: both sides are told. */
  'tie.changed': {
    tieId: number;
    personId: number;
    areaCode: string;
    fromArea: string;
    state: string;
  };
};

type AlertFact = {
  alertId: number;
  level: Level;
  ruleId: string;
  ruleVersion: number;
  areaCode: string;
  personId: number | null;
  placeId: number | null;
  task: string;
};
type TaskFact = {
  taskId: number;
  alertId: number | null;
  areaCode: string;
  status: string;
  holderId: number | null;
};

export type FactKind = keyof FactBodies;
/** `key` orders delivery: facts of one key are heard in the order they were told. */
export type Fact<K extends FactKind = FactKind> = {
  readonly kind: K;
  readonly key: string;
  readonly body: FactBodies[K];
};
/** A fact as a reaction hears it. */
export type Heard<K extends FactKind = FactKind> = Fact<K> & {
  readonly id: number;
  readonly toldAt: number;
};

export const factOf = <K extends FactKind>(
  kind: K,
  key: string | number,
  body: FactBodies[K],
): Fact<K> => ({ kind, key: String(key), body });

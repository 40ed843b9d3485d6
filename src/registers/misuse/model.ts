import type { Words } from '#base/words.ts';

/** What the house noticed about its own people. */
export const ALARM_KINDS = [
  'no-incident',
  'unknown-incident',
  'concentration',
  'read-burst',
  'reveal-burst',
  'barred-purpose',
] as const;
export type AlarmKind = (typeof ALARM_KINDS)[number];

export const ALARM_WORDS: Record<AlarmKind, Words> = {
  'no-incident': { zh: '无事件依据的批量变更', en: 'Bulk change without an incident' },
  'unknown-incident': { zh: '所填事件不存在', en: 'Incident that does not exist' },
  concentration: { zh: '名单集中于非疫情特征', en: 'List that shares a non-epidemic attribute' },
  'read-burst': { zh: '短时间大量查看人员', en: 'Burst of files read' },
  'reveal-burst': { zh: '短时间大量查看电话', en: 'Burst of phones revealed' },
  'barred-purpose': { zh: '用于疫情防控以外的目的', en: 'Purpose other than disease control' },
};

export const ALARM_STATES = ['open', 'confirmed', 'cleared'] as const;
export type AlarmState = (typeof ALARM_STATES)[number];
export type Judgement = 'confirmed' | 'cleared';

/** Every judgement an alarm may take; confirmed may be lifted by a later look, cleared is final. */
export const NEXT: Record<AlarmState, readonly Judgement[]> = {
  open: ['confirmed', 'cleared'],
  confirmed: ['cleared'],
  cleared: [],
};

/** What bulk verbs there are: the word that stands in an alarm. */
export const BULK_KINDS = [
  'list.import',
  'list.change',
  'alert.bulk',
  'task.bulk',
  'password',
] as const;
export type BulkKind = (typeof BULK_KINDS)[number];

/** Incidents a bulk change may name. `alert` is of this house and must exist. */
export const INCIDENT = /^(case|topic|zone|alert):[A-Za-z0-9-]{1,40}$/;

/** What is known of one person of a list, as far as the test of concentration needs it. */
export type PersonTraits = {
  /** Place id of school or workplace; null when unknown, or a place that has an incident itself. */
  readonly unit: number | null;
  readonly birthYear: number | null;
  /** City digits of the home when it lies outside this city, else null. */
  readonly awayHome: string | null;
  /** First six digits of the citizen card: where it was issued. */
  readonly origin: string | null;
  /** The one source that knows this person; null when several do. 0: nobody but this list. */
  readonly onlySource: number | null;
  /** An alert, positive result, fever visit, contact record or co-presence within the days. */
  readonly hasSupport: boolean;
};

export const TRAITS = ['unit', 'birthYear', 'awayHome', 'origin', 'onlySource'] as const;
export type Trait = (typeof TRAITS)[number];

/** Figures of an alarm: counts and shares, never a person. */
export type Figures = {
  readonly persons: number;
  readonly limit?: number;
  readonly inHour?: number;
  readonly usual?: number;
  readonly trait?: Trait;
  readonly share?: number;
  readonly populationShare?: number;
  readonly support?: number;
  readonly supportMin?: number;
  /** Probability of so many by chance. */
  readonly p?: number;
};

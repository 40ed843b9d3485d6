import { prefixOf } from '#base/areas.ts';
import type { RuleDoc } from '#base/rules.ts';
import { HOUR } from '#base/time.ts';
import type { Level, Words } from '#base/words.ts';

export const STATUSES = ['open', 'acknowledged', 'working', 'closed'] as const;
export type Status = (typeof STATUSES)[number];
export const MOVES = ['acknowledge', 'start', 'assign', 'close', 'reopen', 'comment'] as const;
export type Move = (typeof MOVES)[number];

/** Every move an alert may make (habit 4); what is not here is refused. */
export const NEXT: Record<Status, Partial<Record<Move, Status>>> = {
  open: {
    acknowledge: 'acknowledged',
    start: 'working',
    assign: 'acknowledged',
    close: 'closed',
    comment: 'open',
  },
  acknowledged: {
    start: 'working',
    assign: 'acknowledged',
    close: 'closed',
    comment: 'acknowledged',
  },
  working: { assign: 'working', close: 'closed', comment: 'working' },
  closed: { reopen: 'open', comment: 'closed' },
};
export const movesOf = (status: Status): Move[] => MOVES.filter((move) => NEXT[status][move]);

/** Gravest first: an alert takes over the gravest outcome of its tasks. */
export const OUTCOMES = [
  'confirmed',
  'suspected',
  'unreachable_handed_over',
  'excluded',
  'duplicate_case',
  'false_alarm',
] as const;
export type Outcome = (typeof OUTCOMES)[number];
/**
 * These say something a reader cannot see from the code: why wrong, double of what, handed to
 * whom.
 */
export const NOTE_NEEDED: readonly Outcome[] = [
  'false_alarm',
  'duplicate_case',
  'unreachable_handed_over',
];
/** What counts as a true alert in a rule's precision. */
export const REAL: readonly Outcome[] = ['confirmed', 'suspected'];

export const isOutcome = (text: string): text is Outcome => OUTCOMES.some((o) => o === text);

/** The outcome of an alert from those of its tasks; undefined while there are none. */
export const outcomeOf = (tasks: readonly string[]): Outcome | undefined =>
  OUTCOMES.find((outcome) => tasks.includes(outcome));

/** Kinds of record that must speak of one subject before its alerts stand a step higher. */
export const INDEPENDENT_MIN = 3;

/**
 * The alert's level: the gravest of its rules, one step graver when records of at least three kinds
 * concern the subject. Kinds, not rules, are counted: three rules over one ticket and one sale say
 * the same thing three times. 1 is the gravest, as in the statutory scale.
 */
export function gradeOf(ruleLevel: Level, kinds: number): Level {
  const step = kinds >= INDEPENDENT_MIN ? 1 : 0;
  return Math.max(1, ruleLevel - step) as Level;
}

const RANK_FROM = Date.UTC(2020, 0, 1);
const LEVEL_STEP = 1_000_000;
const PRECISION_UNKNOWN = 0.5;

/**
 * Place in the queue, higher first. The level always decides; within a level a rule's precision
 * counts up to 300 points, growth 50 points per doubling up to 300, waiting one point per hour.
 * All alerts wait equally fast, so the order does not change by itself and the rank can be stored.
 */
export function rankOf(alert: {
  level: Level;
  precision: number | null;
  signalCount: number;
  raisedAt: number;
}): number {
  const trust = 300 * (alert.precision ?? PRECISION_UNKNOWN);
  const growth = Math.min(300, 50 * Math.log2(Math.max(1, alert.signalCount)));
  const waiting = -(alert.raisedAt - RANK_FROM) / HOUR;
  return Math.round(((5 - alert.level) * LEVEL_STEP + trust + growth + waiting) * 1000) / 1000;
}

/**
 * Where the work on a signal begins: its own area, or the whole city where that is unknown or lies
 * in another city, so that no alert stands outside everybody's scope.
 */
export function workArea(areaCode: string, cities: readonly string[]): string {
  const ours = cities.some((city) => areaCode !== '' && areaCode.startsWith(prefixOf(city)));
  return ours ? areaCode : (cities[0] ?? areaCode);
}

export type Subject = {
  readonly type: 'person' | 'place' | 'area';
  readonly key: string;
};

/** Whom a signal is about: as the rule groups, else the next wider thing that is known. */
export function subjectOf(
  groupBy: RuleDoc['groupBy'],
  at: { personId: number | null; placeId: number | null; areaCode: string },
): Subject {
  if (groupBy === 'person' && at.personId) return { type: 'person', key: `person:${at.personId}` };
  if (groupBy !== 'area' && at.placeId) return { type: 'place', key: `place:${at.placeId}` };
  return { type: 'area', key: `area:${at.areaCode}` };
}

/** Signals of one key join: same subject, same disease, same kind of work to do. */
export const groupKeyOf = (subject: Subject, doc: RuleDoc): string =>
  `${subject.key}|${doc.disease ?? ''}|${doc.task}`;

export const ENTRY_WORDS: Record<string, Words> = {
  raised: { zh: '预警产生', en: 'Raised' },
  grown: { zh: '又有信号并入', en: 'Further signals joined' },
  upgraded: { zh: '级别上调', en: 'Level rose' },
  suppressed: { zh: '静默期内又有信号', en: 'Signals while quiet' },
  acknowledge: { zh: '签收', en: 'Acknowledged' },
  start: { zh: '开始处置', en: 'Work started' },
  assign: { zh: '指派', en: 'Assigned' },
  close: { zh: '关闭', en: 'Closed' },
  reopen: { zh: '重新打开', en: 'Reopened' },
  comment: { zh: '批注', en: 'Remark' },
  dispatched: { zh: '任务已下派', en: 'Task dispatched' },
  task_closed: { zh: '任务办结', en: 'Task closed' },
  undo: { zh: '撤销', en: 'Taken back' },
  reminded: { zh: '催办：尚未签收', en: 'Reminded: not acknowledged yet' },
};

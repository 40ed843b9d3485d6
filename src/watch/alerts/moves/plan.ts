import type { RuleDoc } from '#base/rules.ts';
import { HOUR } from '#base/time.ts';
import type { Level } from '#base/words.ts';
import { groupKeyOf, type Status, type Subject, subjectOf } from '../model.ts';

/** A signal as this room weighs it: what it is about and which kinds of record stand behind it. */
export type Weighed = {
  readonly signalId: number;
  readonly at: number;
  readonly level: Level;
  readonly doc: RuleDoc;
  readonly ruleVersion: number;
  readonly personId: number | null;
  readonly placeId: number | null;
  readonly areaCode: string;
  readonly kinds: readonly string[];
};

/** The newest alert of a group as the database has it. */
export type Known = {
  readonly id: number;
  readonly groupKey: string;
  readonly status: Status;
  readonly ruleLevel: Level;
  readonly firstSignalAt: number;
  readonly lastSignalAt: number;
  readonly suppressedUntil: number | null;
};

/**
 * What one batch of signals does to one alert: a new one (id undefined), a growing or a quiet
 * one.
 */
export type Change = {
  readonly id: number | undefined;
  readonly groupKey: string;
  readonly subject: Subject;
  readonly quiet: boolean;
  readonly signals: Weighed[];
  /** The gravest signal of the change leads: title, rule and task are its own. */
  lead: Weighed;
  ruleLevel: Level;
  firstSignalAt: number;
  lastSignalAt: number;
};

/**
 * Sorts signals into changes, in order of event time. A signal joins the live alert of its group
 * when it lies within the rule's groupHours of it; it keeps quiet while a closed one is suppressed,
 * unless it is graver than what was closed; else it raises a new alert.
 */
export function planSignals(
  signals: readonly Weighed[],
  known: readonly Known[],
  now: number,
): Change[] {
  const changes: Change[] = [];
  const current = new Map<string, Known>(known.map((k) => [k.groupKey, k]));
  const open = new Map<string, Change>();
  for (const signal of signals.toSorted((a, b) => a.at - b.at || a.signalId - b.signalId)) {
    const subject = subjectOf(signal.doc.groupBy, signal);
    const key = groupKeyOf(subject, signal.doc);
    const change = open.get(key);
    if (change && joins(change, signal, now, current.get(key))) {
      grow(change, signal);
      continue;
    }
    const known = change ? undefined : current.get(key);
    const fresh = begin(signal, subject, key, known, now);
    changes.push(fresh);
    open.set(key, fresh);
  }
  return changes;
}

const near = (span: { firstSignalAt: number; lastSignalAt: number }, signal: Weighed): boolean =>
  signal.at <= span.lastSignalAt + signal.doc.groupHours * HOUR &&
  signal.at >= span.firstSignalAt - signal.doc.groupHours * HOUR;

const silenced = (known: Known, signal: Weighed, now: number): boolean =>
  known.status === 'closed' &&
  known.suppressedUntil !== null &&
  now < known.suppressedUntil &&
  signal.level >= known.ruleLevel;

function joins(change: Change, signal: Weighed, now: number, known: Known | undefined): boolean {
  if (change.quiet) return known !== undefined && silenced(known, signal, now);
  return near(change, signal);
}

function grow(change: Change, signal: Weighed): void {
  change.signals.push(signal);
  change.lastSignalAt = Math.max(change.lastSignalAt, signal.at);
  change.firstSignalAt = Math.min(change.firstSignalAt, signal.at);
  if (signal.level < change.ruleLevel) {
    change.ruleLevel = signal.level;
    change.lead = signal;
  }
}

function begin(
  signal: Weighed,
  subject: Subject,
  groupKey: string,
  known: Known | undefined,
  now: number,
): Change {
  const quiet = known !== undefined && silenced(known, signal, now);
  const joined = known && (quiet || (known.status !== 'closed' && near(known, signal)));
  const base = joined ? known : undefined;
  return {
    id: base?.id,
    groupKey,
    subject,
    quiet,
    signals: [signal],
    lead: signal,
    ruleLevel: Math.min(base?.ruleLevel ?? 4, signal.level) as Level,
    firstSignalAt: Math.min(base?.firstSignalAt ?? signal.at, signal.at),
    lastSignalAt: Math.max(base?.lastSignalAt ?? signal.at, signal.at),
  };
}

import { CITY_OFFSET, DAY, MINUTE } from '#base/time.ts';
import type { Override, Shift } from './contract.ts';

export type Roster = {
  readonly members: readonly number[];
  readonly shifts: readonly Shift[];
  readonly overrides: readonly Override[];
};

/** Monday 1 to Sunday 7, and the minute of the day, in city time. */
export function weekTime(now: number): { weekday: number; minute: number } {
  const local = now + CITY_OFFSET;
  const days = Math.floor(local / DAY);
  // 1 January 1970 was a Thursday.
  return { weekday: ((days + 3) % 7) + 1, minute: Math.floor((local - days * DAY) / MINUTE) };
}

/**
 * Who is on duty: an override decides for its member, else the weekly shift. When that leaves
 * nobody, everybody who is not away stands in, and if all are away, everybody: no task is without
 * a person. `rostered` says whether the roster itself had an answer.
 */
export function dutyAt(roster: Roster, now: number): { members: number[]; rostered: boolean } {
  const { weekday, minute } = weekTime(now);
  const present = new Set<number>();
  const away = new Set<number>();
  for (const o of roster.overrides) {
    if (o.fromAt <= now && now < o.untilAt) (o.present ? present : away).add(o.actorId);
  }
  const onShift = new Set(
    roster.shifts
      .filter((s) => s.weekday === weekday && s.fromMinute <= minute && minute < s.untilMinute)
      .map((s) => s.actorId),
  );
  const there = roster.members.filter(
    (id) => present.has(id) || (onShift.has(id) && !away.has(id)),
  );
  if (there.length > 0) return { members: there, rostered: true };
  const notAway = roster.members.filter((id) => !away.has(id));
  return { members: notAway.length > 0 ? notAway : [...roster.members], rostered: false };
}

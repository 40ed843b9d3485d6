import { CITY_OFFSET, DAY, dayOf, HOUR, startOfDay } from '#base/time.ts';
import type { Shift } from '#registers/agencies/contract.ts';

export const WEEK = [1, 2, 3, 4, 5, 6, 7] as const;
const MINUTES = 1440;

/** Minutes of the day as `08:30`; the end of the day is 24:00. */
export const clockOf = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

const SPAN = /^(\d{1,2})(?::(\d{2}))?\s*[-–—~至]\s*(\d{1,2})(?::(\d{2}))?$/;

/**
 * Reads `8-20`, `08:00–12:00 14:00–18:00` or `全天`/`all`; empty is no shift. Undefined when it
 * cannot be read, runs over midnight or overlaps itself.
 */
export function spansOf(text: string): { fromMinute: number; untilMinute: number }[] | undefined {
  const plain = text.trim().replaceAll(/\s*([-–—~至])\s*/g, '$1');
  if (plain === '') return [];
  if (/^(全天|all)$/i.test(plain)) return [{ fromMinute: 0, untilMinute: MINUTES }];
  const spans: { fromMinute: number; untilMinute: number }[] = [];
  for (const part of plain.split(/[\s,，、;；]+/)) {
    const found = SPAN.exec(part);
    if (!found) return undefined;
    const [from = 0, fromPart = 0, until = 0, untilPart = 0] = found.slice(1).map((n) => +(n ?? 0));
    if (fromPart > 59 || untilPart > 59) return undefined;
    spans.push({ fromMinute: from * 60 + fromPart, untilMinute: until * 60 + untilPart });
  }
  spans.sort((a, b) => a.fromMinute - b.fromMinute);
  const isSound = spans.every(
    (one, i) =>
      one.untilMinute > one.fromMinute &&
      one.untilMinute <= MINUTES &&
      one.fromMinute >= (spans[i - 1]?.untilMinute ?? 0),
  );
  return isSound ? spans : undefined;
}

/** The cells of the week grid, `actor/weekday` → what stands in it. */
export function cellsOf(shifts: readonly Shift[]): Map<string, string> {
  const cells = new Map<string, string>();
  for (const one of shifts.toSorted((a, b) => a.fromMinute - b.fromMinute)) {
    const name = `${one.actorId}/${one.weekday}`;
    const span = `${clockOf(one.fromMinute)}-${clockOf(one.untilMinute)}`;
    cells.set(name, [cells.get(name), span].filter(Boolean).join(' '));
  }
  return cells;
}

/** The shifts the cells say, and the cells that cannot be read. */
export function shiftsOf(cells: ReadonlyMap<string, string>): { shifts: Shift[]; bad: string[] } {
  const shifts: Shift[] = [];
  const bad: string[] = [];
  for (const [name, text] of cells) {
    const [actorId = 0, weekday = 1] = name.split('/').map(Number);
    const spans = spansOf(text);
    if (spans) shifts.push(...spans.map((span) => ({ actorId, weekday, ...span })));
    else bad.push(name);
  }
  return { shifts, bad };
}

/** `2026-11-21T08:00`, as an input of city time gives it, to an instant; NaN when empty. */
export const instantOfLocal = (text: string): number =>
  text ? Date.parse(`${text}:00Z`) - CITY_OFFSET : Number.NaN;
export const localOf = (at: number): string =>
  new Date(at + CITY_OFFSET).toISOString().slice(0, 16);

/** From now to the end of the day, or the whole of the next one late in the evening. */
export function restOfDay(now: number): [number, number] {
  const end = startOfDay(dayOf(now)) + DAY;
  return end - now > HOUR ? [now, end] : [end, end + DAY];
}

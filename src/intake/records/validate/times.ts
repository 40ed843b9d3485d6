import { CITY_OFFSET, HOUR, instantOf, isDay, MINUTE, SECOND, startOfDay } from '#base/time.ts';

/** Rows speak of few days: each is parsed once. NaN: no day. */
const DAYS_KEPT_MAX = 5_000;
const known = new Map<string, number>();

function beginOf(day: string): number {
  let begin = known.get(day);
  if (begin === undefined) {
    begin = isDay(day) ? startOfDay(day) : Number.NaN;
    if (known.size >= DAYS_KEPT_MAX) known.clear();
    known.set(day, begin);
  }
  return begin;
}

export const isKnownDay = (text: string): boolean =>
  text.length === 10 && !Number.isNaN(beginOf(text));

/** Two digits at `at`, at most `max`; NaN otherwise. */
function twoDigits(text: string, at: number, max: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  if (tens < 0 || tens > 9 || ones < 0 || ones > 9) return Number.NaN;
  const number = tens * 10 + ones;
  return number <= max ? number : Number.NaN;
}

/** `instantOf` of base, without a date parser for the two spellings nearly every row uses. */
export function instantFast(text: string): number {
  const isPlain = text.length >= 19 && text.charCodeAt(13) === 58 && text.charCodeAt(16) === 58;
  const mark = text.charCodeAt(10);
  if (!isPlain || (mark !== 84 && mark !== 32)) return instantOf(text);
  let offset = Number.NaN;
  let millis = 0;
  const rest = text.slice(19);
  if (rest === '' || rest === '+08:00') offset = 0;
  else if (rest === 'Z') offset = CITY_OFFSET;
  else if (rest === '.000Z') offset = CITY_OFFSET;
  else if (rest.length === 5 && rest.charCodeAt(0) === 46 && rest.charCodeAt(4) === 90) {
    millis = Number(rest.slice(1, 4));
    offset = CITY_OFFSET;
  }
  if (Number.isNaN(offset)) return instantOf(text);
  const at =
    beginOf(text.slice(0, 10)) +
    twoDigits(text, 11, 23) * HOUR +
    twoDigits(text, 14, 59) * MINUTE +
    twoDigits(text, 17, 59) * SECOND;
  const instant = at + offset + millis;
  return Number.isNaN(instant) ? instantOf(text) : instant;
}

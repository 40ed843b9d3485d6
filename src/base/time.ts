/** Instants are epoch milliseconds; civil days are `YYYY-MM-DD` in the city's zone. */
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** China keeps one zone without summer time: UTC+8, so civil days need no zone database. */
export const CITY_OFFSET = 8 * HOUR;

/** The clock arrives as an argument (habit 11); only `entry` makes a real one. */
export type Clock = () => number;

export const dayOf = (at: number): string => new Date(at + CITY_OFFSET).toISOString().slice(0, 10);

/** Instants of the years 1900 to 9999: what PostgreSQL and a Date both read and write. */
export const FIRST_INSTANT = Date.UTC(1900, 0, 1);
export const LAST_INSTANT = Date.UTC(9999, 11, 31);

/** First instant of a civil day. */
export const startOfDay = (day: string): number => Date.parse(`${day}T00:00:00Z`) - CITY_OFFSET;

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

/** Without a date parser: every row with a document asks it twice. */
export const isDay = (text: string): boolean => {
  if (!/^(?!0000)\d{4}-\d{2}-\d{2}$/.test(text)) return false; // no year 0 (ISO 8601, PostgreSQL)
  const month = Number(text.slice(5, 7));
  const day = Number(text.slice(8));
  const days = month === 2 && isLeap(Number(text.slice(0, 4))) ? 29 : (MONTH_DAYS[month - 1] ?? 0);
  return day >= 1 && day <= days;
};

/** ISO 8601 instant; a text without an offset is read as city time. NaN when it is no instant. */
export function instantOf(text: string): number {
  const m =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:?\d{2})?)?$/.exec(
      text,
    );
  if (!m || !isDay(m[1] ?? '')) return Number.NaN;
  if (!m[2]) return startOfDay(m[1] ?? '');
  return Date.parse(`${m[1]}T${m[2]}${m[3] ?? '+08:00'}`);
}

/** How an instant is written everywhere outside: ISO 8601 in city time. */
export const isoOf = (at: number): string =>
  `${new Date(at + CITY_OFFSET).toISOString().slice(0, 19)}+08:00`;

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

/** First instant of a civil day. */
export const startOfDay = (day: string): number => Date.parse(`${day}T00:00:00Z`) - CITY_OFFSET;

export const isDay = (text: string): boolean => {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return Number.isFinite(at) && new Date(at).toISOString().startsWith(text);
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

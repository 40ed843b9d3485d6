import { DAY, dayOf } from '#base/time.ts';

/** Days a trend shows, today included. */
export const TREND_DAYS = 28;
/** The baseline is the mean of so many days before; today is never in its own baseline. */
export const BASELINE_DAYS = 7;

/** Civil days of the trend, oldest first. */
export const trendDays = (now: number): string[] =>
  Array.from({ length: TREND_DAYS }, (_, i) => dayOf(now - (TREND_DAYS - 1 - i) * DAY));

/**
 * Plain moving average of the days before each day; null while there are fewer than seven. It is a
 * line to compare with, not a detector: thresholds belong to the rules.
 */
export const movingBaseline = (counts: readonly number[]): (number | null)[] =>
  counts.map((_, i) => {
    if (i < BASELINE_DAYS) return null;
    const before = counts.slice(i - BASELINE_DAYS, i);
    return before.reduce((sum, n) => sum + n, 0) / BASELINE_DAYS;
  });

/** A rate per 10,000 residents; null where the register knows no population. */
export const per10000 = (count: number, population: number | null): number | null =>
  population ? Math.round((count / population) * 10_000 * 100) / 100 : null;

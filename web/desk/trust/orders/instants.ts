import { CITY_OFFSET } from '#base/time.ts';

/** What a `datetime-local` field says, read as city time wherever the screen stands. */
export const instantOfInput = (text: string): number => Date.parse(`${text}Z`) - CITY_OFFSET;

const inputOf = (at: number): string => new Date(at + CITY_OFFSET).toISOString().slice(0, 16);

/** Some time from now, as such a field holds it. */
export const nowInput = (aheadMs = 0): string => inputOf(Date.now() + aheadMs);

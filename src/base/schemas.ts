import { z } from 'zod';
import { tierOf } from '#base/areas.ts';
import { FIRST_INSTANT, isDay, LAST_INSTANT } from '#base/time.ts';

/** Shapes that several contracts share. Instants are epoch ms numbers, days `YYYY-MM-DD` texts. */
export const words = z.object({ zh: z.string().min(1).max(200), en: z.string().min(1).max(200) });
export const areaCode = z.string().refine((code) => tierOf(code) !== undefined, 'no area code');
export const day = z.string().refine(isDay, 'no civil day');
/** Of the years 1900 to 9999, all that PostgreSQL and a Date both read and write. */
export const instant = z.number().int().min(FIRST_INSTANT).max(LAST_INSTANT);
/** The id of a row: a bigint in the tables, a safe integer here. */
export const rowId = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);
/** The id of a row of a small register, an `int` in its table. */
export const smallId = z.coerce.number().int().min(1).max(2_147_483_647);

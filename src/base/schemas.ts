import { z } from 'zod';
import { tierOf } from '#base/areas.ts';
import { isDay } from '#base/time.ts';

/** Shapes that several contracts share. Instants are epoch ms numbers, days `YYYY-MM-DD` texts. */
export const words = z.object({ zh: z.string().min(1).max(200), en: z.string().min(1).max(200) });
export const areaCode = z.string().refine((code) => tierOf(code) !== undefined, 'no area code');
export const day = z.string().refine(isDay, 'no civil day');
/** Up to the last instant a Date can hold. */
export const instant = z.number().int().min(-8.64e15).max(8.64e15);
/** The id of a row: a bigint in the tables, a safe integer here. */
export const rowId = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);
/** The id of a row of a small register, an `int` in its table. */
export const smallId = z.coerce.number().int().min(1).max(2_147_483_647);

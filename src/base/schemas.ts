import { z } from 'zod';
import { tierOf } from '#base/areas.ts';
import { isDay } from '#base/time.ts';

/** Shapes that several contracts share. Instants are epoch ms numbers, days `YYYY-MM-DD` texts. */
export const words = z.object({ zh: z.string().min(1).max(200), en: z.string().min(1).max(200) });
export const areaCode = z.string().refine((code) => tierOf(code) !== undefined, 'no area code');
export const day = z.string().refine(isDay, 'no civil day');
export const instant = z.number().int();
export const rowId = z.coerce.number().int().min(1);

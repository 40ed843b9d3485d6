import { z } from 'zod';
import { endpoint } from '#base/contract.ts';
import { page, pageQuery } from '#base/paging.ts';
import { areaCode, smallId, words } from '#base/schemas.ts';

/**
 * A category of monitoring point. `family` is the group of 突发公共卫生事件应对法 2025 Art 28 it falls
 * under.
 */
export const placeKind = z.object({
  code: z.string(),
  words,
  family: z.string(),
  familyWords: words,
  source: z.string(),
});

export const place = z.object({
  id: z.number().int(),
  code: z.string(),
  kind: z.string(),
  name: words,
  areaCode: z.string(),
  lat: z.number(),
  lon: z.number(),
});
export const placeDetail = place.extend({
  uscc: z.string().nullable(),
  /**
   * Whether the check character of the USCC holds (GB 32100-2015); early codes may fail though
   * valid.
   */
  usccHolds: z.boolean().nullable(),
  kindWords: words,
});

/** One line of an import. `areaCode` is a community or a grid. */
export const placeRow = z.object({
  code: z.string().regex(/^[A-Za-z0-9_-]{2,32}$/),
  kind: z.string(),
  name: words,
  areaCode: areaCode.refine((code) => !code.endsWith('000') || code.length === 14, 'too high'),
  lat: z.number().min(-90).max(90),
  lon: z.number().min(-180).max(180),
  uscc: z.string().nullish(),
});

export type PlaceKind = z.infer<typeof placeKind>;
export type Place = z.infer<typeof place>;
export type PlaceDetail = z.infer<typeof placeDetail>;
export type PlaceRow = z.input<typeof placeRow>;

export const listPlaceKinds = endpoint({
  method: 'GET',
  path: '/api/place-kinds',
  summary: { zh: '监测点类别', en: 'Categories of monitoring points' },
  permit: 'place.read',
  answer: z.object({ rows: z.array(placeKind) }),
});

export const listPlaces = endpoint({
  method: 'GET',
  path: '/api/places',
  summary: { zh: '按类别、区域或名称列出场所', en: 'List places by kind, area or name' },
  permit: 'place.read',
  query: z.object({
    ...pageQuery,
    kind: z.string().max(40).optional(),
    area: areaCode.optional(),
    search: z.string().trim().min(1).max(50).optional(),
  }),
  answer: page(place),
});

export const readPlace = endpoint({
  method: 'GET',
  path: '/api/places/:id',
  summary: { zh: '一个场所', en: 'One place' },
  permit: 'place.read',
  params: z.object({ id: smallId }),
  answer: placeDetail,
});

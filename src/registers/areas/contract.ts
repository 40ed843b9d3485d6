import { z } from 'zod';
import { TIERS } from '#base/areas.ts';
import { endpoint } from '#base/contract.ts';
import { page, pageQuery } from '#base/paging.ts';
import { areaCode, words } from '#base/schemas.ts';

/** A boundary as GeoJSON, WGS-84, [lon, lat]. */
export const boundary = z.object({
  type: z.enum(['Polygon', 'MultiPolygon']),
  coordinates: z.array(z.array(z.union([z.array(z.number()), z.array(z.array(z.number()))]))),
});

export const area = z.object({
  code: z.string(),
  tier: z.enum(TIERS),
  name: words,
  parent: z.string().nullable(),
  lat: z.number(),
  lon: z.number(),
  population: z.number().int(),
});
export const areaDetail = area.extend({
  /** From the city down to the parent. */
  path: z.array(area),
  children: z.number().int(),
  boundary: boundary.nullable(),
});

/** One line of an import. The tier and the parent follow from the code. */
export const areaRow = z.object({
  code: areaCode,
  name: words,
  lat: z.number().min(-90).max(90),
  lon: z.number().min(-180).max(180),
  population: z.number().int().min(0).default(0),
  boundary: boundary.nullish(),
});

export type Area = z.infer<typeof area>;
export type AreaDetail = z.infer<typeof areaDetail>;
export type AreaRow = z.input<typeof areaRow>;
export type Boundary = z.infer<typeof boundary>;

export const listAreas = endpoint({
  method: 'GET',
  path: '/api/areas',
  summary: { zh: '按上级或名称列出区域', en: 'List areas by parent or by name' },
  permit: 'area.read',
  query: z.object({
    ...pageQuery,
    parent: areaCode.optional(),
    tier: z.enum(TIERS).optional(),
    search: z.string().trim().min(1).max(50).optional(),
  }),
  answer: page(area),
});

export const readArea = endpoint({
  method: 'GET',
  path: '/api/areas/:code',
  summary: { zh: '一个区域及其边界', en: 'One area with its boundary' },
  permit: 'area.read',
  params: z.object({ code: areaCode }),
  answer: areaDetail,
});

/**
 * Administrative area codes. City, district, street and community carry the statistics bureau's
 * 12 digits (GB/T 2260 extended: 2 province, 2 city, 2 district, 3 street, 3 community), zero-
 * filled from the right. A grid is its community's 12 digits and two more (GB/T 34300 leaves its
 * width open).
 */
export const TIERS = ['city', 'district', 'street', 'community', 'grid'] as const;
export type Tier = (typeof TIERS)[number];

const WIDTH: Record<Tier, number> = { city: 4, district: 6, street: 9, community: 12, grid: 14 };

/** The tier of a code, or undefined when it is no area code. */
export function tierOf(code: string): Tier | undefined {
  if (/^\d{14}$/.test(code)) return 'grid';
  if (!/^\d{12}$/.test(code)) return undefined;
  if (code.endsWith('00000000')) return 'city';
  if (code.endsWith('000000')) return 'district';
  return code.endsWith('000') ? 'street' : 'community';
}

/**
 * The significant digits: every code inside an area starts with them, so `LIKE prefix%` is the
 * scope.
 */
export function prefixOf(code: string): string {
  const tier = tierOf(code);
  return tier ? code.slice(0, WIDTH[tier]) : code;
}

/** The code of the area of a given tier that holds `code`; undefined when `code` stands higher. */
export function ancestorOf(code: string, tier: Tier): string | undefined {
  const own = tierOf(code);
  if (!own || TIERS.indexOf(own) < TIERS.indexOf(tier)) return undefined;
  if (tier === 'grid') return code;
  return code.slice(0, WIDTH[tier]).padEnd(12, '0');
}

export function parentOf(code: string): string | undefined {
  const tier = tierOf(code);
  if (!tier || tier === 'city') return undefined;
  return ancestorOf(code, TIERS[TIERS.indexOf(tier) - 1] ?? 'city');
}

/**
 * That a column of codes lies in the area of a prefix, both as SQL. A range and no LIKE: only what
 * can leak nothing may use an index behind row-level security.
 */
export const inArea = (column: string, prefix: string): string =>
  `${column} >= ${prefix} and ${column} < ${prefix} || '~'`;

/** Whether `code` lies in the area whose significant digits are `prefix` ('' is everywhere). */
export const isWithin = (code: string, prefix: string): boolean => code.startsWith(prefix);

/** The part of `wanted` (significant digits) that lies inside `own`; undefined when none does. */
export function sharedPrefix(own: string, wanted: string): string | undefined {
  if (wanted.startsWith(own)) return wanted;
  return own.startsWith(wanted) ? own : undefined;
}

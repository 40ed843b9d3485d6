import type { Scope } from '#base/access.ts';
import { NOWHERE } from '#registers/access/index.ts';

/**
 * Code range of a scope. A city's scope is everybody: guests and people whose area nobody said
 * too. NOWHERE holds nobody: its reader sees the persons of the scope alone.
 */
export function areaRange(prefix: string): { from: string; until: string } {
  if (prefix === NOWHERE) return { from: NOWHERE, until: NOWHERE };
  return prefix.length <= 4 ? { from: '', until: ':' } : { from: prefix, until: `${prefix}:` };
}

export const isInScope = (scope: Pick<Scope, 'areaPrefix'>, areaCode: string): boolean => {
  const { from, until } = areaRange(scope.areaPrefix);
  return areaCode >= from && areaCode < until;
};

/** What the conditions below stand on, as three parameters of a statement. */
export function sightParams(scope: Pick<Scope, 'areaPrefix' | 'persons'>): unknown[] {
  const { from, until } = areaRange(scope.areaPrefix);
  return [from, until, scope.persons ?? []];
}

const lives = (n: number): string => `p.area_code >= $${n} and p.area_code < $${n + 1}`;
const tiesHere = (n: number): string =>
  `people.tie t where t.person = p.id and t.live
     and t.area_code >= $${n} and t.area_code < $${n + 1}`;

/**
 * Whether a reader sees person `p`: who lives in the area, is tied to it, or is opened by name (a
 * live grant, the reader's own file). `n` is the first of the three parameters. The wall of the
 * database asks the same (platform/db/wall).
 */
export const seen = (n: number): string =>
  `(${lives(n)} or p.id = any($${n + 2}::bigint[]) or exists (select 1 from ${tiesHere(n)}))`;

/** By which relation the reader sees person `p`, the nearest first. */
export const relationOf = (n: number): string =>
  `case when ${lives(n)} then 'lives' else coalesce((select t.relation from ${tiesHere(n)}
     order by array_position(array['lives', 'responsible', 'stays', 'works'], t.relation)
     limit 1), 'granted') end as relation`;

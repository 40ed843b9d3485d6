import { ancestorOf, parentOf, TIERS } from '#base/areas.ts';
import type { FieldError } from '#base/refusal.ts';
import { type AreaRow, areaRow } from './contract.ts';

const fault = (path: string, value: string, zh: string, en: string): FieldError => ({
  path,
  code: 'area-row',
  value: value.slice(0, 60),
  text: { zh, en },
});

/**
 * What is wrong with the rows of an import, all of it at once: shapes, doubled codes, parents that
 * neither stand in the import nor are `known`.
 */
export function faultsOfAreas(rows: readonly AreaRow[], known: ReadonlySet<string>): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  const codes = new Set(rows.map((row) => row.code));
  rows.forEach((row, i) => {
    const parsed = areaRow.safeParse(row);
    for (const issue of parsed.error?.issues ?? []) {
      const at = `${i}.${issue.path.join('.')}`;
      errors.push(fault(at, row.code, `第 ${i + 1} 行有误：${issue.message}`, issue.message));
    }
    if (seen.has(row.code)) {
      errors.push(fault(`${i}.code`, row.code, '区划代码重复', 'this code stands twice'));
    }
    seen.add(row.code);
    const parent = parentOf(row.code);
    if (parent && !codes.has(parent) && !known.has(parent)) {
      errors.push(fault(`${i}.code`, row.code, '上级区域不存在', 'its parent is unknown'));
    }
  });
  return errors;
}

/** Codes from the city down to the parent. */
export const pathOf = (code: string): string[] =>
  TIERS.map((tier) => ancestorOf(code, tier)).filter(
    (above): above is string => above !== undefined && above !== code,
  );

import { usccHolds } from '#base/checksums.ts';
import type { FieldError } from '#base/refusal.ts';
import { type PlaceRow, placeRow } from './contract.ts';

const fault = (path: string, value: string, zh: string, en: string): FieldError => ({
  path,
  code: 'place-row',
  value: value.slice(0, 60),
  text: { zh, en },
});

/** Everything wrong with the rows of an import: shapes, doubled codes, unknown kinds and areas. */
export function faultsOfPlaces(
  rows: readonly PlaceRow[],
  kinds: ReadonlySet<string>,
  areas: ReadonlySet<string>,
): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  rows.forEach((row, i) => {
    for (const issue of placeRow.safeParse(row).error?.issues ?? []) {
      const at = `${i}.${issue.path.join('.')}`;
      errors.push(fault(at, row.code, `第 ${i + 1} 行有误：${issue.message}`, issue.message));
    }
    if (seen.has(row.code)) errors.push(fault(`${i}.code`, row.code, '编码重复', 'stands twice'));
    seen.add(row.code);
    if (!kinds.has(row.kind))
      errors.push(fault(`${i}.kind`, row.kind, '没有这个类别', 'no such category'));
    if (!areas.has(row.areaCode))
      errors.push(fault(`${i}.areaCode`, row.areaCode, '没有这个区域', 'no such area'));
  });
  return errors;
}

/**
 * Unified social credit codes whose check character fails: valid early codes exist, so only a
 * warning.
 */
export const warningsOfPlaces = (rows: readonly PlaceRow[]): FieldError[] =>
  rows.flatMap((row, i) =>
    row.uscc && !usccHolds(row.uscc)
      ? [fault(`${i}.uscc`, row.uscc, '统一社会信用代码校验位不符', 'USCC check character fails')]
      : [],
  );

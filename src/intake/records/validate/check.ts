import type { FieldError } from '#base/refusal.ts';
import type { DecodedRow, Source } from '#intake/sources/index.ts';
import type { Candidate } from '../model.ts';
import type { PlaceOfCode, RowContext } from './row.ts';
import { weighRow } from './row.ts';

/** Every error of one row of a source, as the worker will find them: for answers at the door. */
export function checkRow(
  fields: Record<string, unknown>,
  source: Pick<Source, 'id' | 'kind' | 'placeCode'>,
  placeOf: PlaceOfCode,
  now: number,
): readonly FieldError[] {
  return checkDecoded({ fields, raw: '', faults: [] }, source, placeOf, now);
}

/** The same of a row as its decoder, or a mapping, gave it. */
export function checkDecoded(
  row: DecodedRow,
  source: Pick<Source, 'id' | 'kind' | 'placeCode'>,
  placeOf: PlaceOfCode,
  now: number,
): readonly FieldError[] {
  const found = weighDecoded(row, {
    sourceId: source.id,
    kind: source.kind,
    placeCode: source.placeCode,
    placeOf,
    now,
    salt: '',
    recordName: '',
  });
  return Array.isArray(found) ? found : [];
}

/**
 * A decoded row as a candidate, or every error of it at once: what its decoder met and what the
 * validator finds, told where the field stood in its document.
 */
export function weighDecoded(row: DecodedRow, context: RowContext): Candidate | FieldError[] {
  // What takes an earlier record back makes none: what a record would need is not asked of it.
  if (!row.fields || row.faults.some((it) => it.code === 'cancellation')) return [...row.faults];
  const found = weighRow(row.fields, context);
  if (!Array.isArray(found)) return row.faults.length > 0 ? [...row.faults] : found;
  const told = found.map((it) => ({ ...it, path: row.paths?.[it.path] ?? it.path }));
  const known = new Set(row.faults.map((it) => it.path));
  return [...row.faults, ...told.filter((it) => !known.has(it.path))];
}

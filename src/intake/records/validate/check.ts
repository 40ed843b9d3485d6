import type { FieldError } from '#base/refusal.ts';
import type { Source } from '#intake/sources/index.ts';
import type { PlaceOfCode } from './row.ts';
import { weighRow } from './row.ts';

/** Every error of one row of a source, as the worker will find them: for answers at the door. */
export function checkRow(
  fields: Record<string, unknown>,
  source: Pick<Source, 'id' | 'kind' | 'placeCode'>,
  placeOf: PlaceOfCode,
  now: number,
): readonly FieldError[] {
  const found = weighRow(fields, {
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

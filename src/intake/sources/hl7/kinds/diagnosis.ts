import type { Message, Segment } from '../reader.ts';
import { firstInstant } from '../times.ts';
import { clean, type Fields, type Made, PERSON_PATHS, personCache, placeOf } from './shared.ts';

const PATHS: Readonly<Record<string, string>> = {
  ...PERSON_PATHS,
  at: 'DG1-5 | EVN-2 | MSH-7',
  icd10: 'DG1-3.1',
  note: 'DG1-3.2',
};

const ICD10 = /^[A-Z]\d[0-9A-Z](\.?[0-9A-Z]{1,4})?[+*]?$/;
/** The ICD-10 code of a diagnosis; '' when it is coded otherwise (I9, SNOMED CT, own words). */
export function icd10Of(dg1: Segment | undefined): string {
  if (!dg1) return '';
  const code = dg1.get(3, 1).toUpperCase();
  if (ICD10.test(code)) return code;
  const other = dg1.get(3, 4).toUpperCase();
  return ICD10.test(other) ? other : '';
}

/** A row for each DG1: a discharge, or the reason of an order. `key` is what the rows hang on. */
export function diagnosesOf(message: Message, msh: Segment, key: string, at: string): Made[] {
  const pid = message.first('PID');
  if (!pid) return [];
  const person = personCache(message)(pid);
  const placeCode = placeOf(message.first('PV1'), msh);
  return message.all('DG1').map((dg1, i): Made => {
    const icd10 = icd10Of(dg1);
    const fields: Fields = {
      ...person,
      placeCode,
      kind: 'diagnosis',
      id: `${key}/${dg1.get(3, 1) || i + 1}/DG1`,
      at: firstInstant(dg1.get(5), at, msh.get(7)),
      icd10,
      note: dg1.get(3, 2) || dg1.get(4) || (icd10 ? '' : dg1.get(3, 1)),
    };
    return {
      fields: clean(fields),
      position: `DG1[${i + 1}]`,
      paths: PATHS,
      segments: [msh, pid, dg1],
    };
  });
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { idFault } from '#base/checksums.ts';
import type { IdType } from '#base/kinds.ts';

const readData = (path: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../../../../data', path), 'utf8'));

const PATHOGENS = (readData('codes/loinc-pathogens.json') as { pathogens: Record<string, string> })
  .pathogens;
const SNOMED = (readData('codes/snomed-diseases.json') as { diseases: Record<string, string> })
  .diseases;
type Ranges = { diseases: { code: string; icd10: { from: string; until: string }[] }[] };
const RANGES = (readData('diseases/law-2025.json') as Ranges).diseases.flatMap((it) =>
  it.icd10.map((range) => ({ ...range, disease: it.code })),
);

/** Systems of codes as FHIR writes them (URI) and as CDA does (OID). */
const SYSTEMS: Record<string, readonly RegExp[]> = {
  loinc: [/loinc\.org/, /2\.16\.840\.1\.113883\.6\.1$/],
  snomed: [/snomed\.info/, /2\.16\.840\.1\.113883\.6\.96$/],
  icd10: [/icd-10/i, /2\.16\.840\.1\.113883\.6\.(90|3|4)$/],
  cvx: [/\/cvx/, /2\.16\.840\.1\.113883\.12\.292$/],
};
export type SystemName = 'loinc' | 'snomed' | 'icd10' | 'cvx';

export type Coding = { readonly code: string; readonly system: string; readonly path: string };

/** The first code of a system. */
export const codingOf = <T extends Coding>(
  codings: readonly T[],
  name: SystemName,
): T | undefined =>
  codings.find((it) => it.code !== '' && SYSTEMS[name]?.some((one) => one.test(it.system)));

export const pathogenOf = (loinc: string): string => PATHOGENS[loinc] ?? '';

/** Disease of the notifiable list by ICD-10 or SNOMED CT; '' when it is none. */
export function diseaseOf(icd10: string, snomed: string): string {
  const found = RANGES.find(
    ({ from, until }) => icd10 !== '' && icd10 >= from && icd10.slice(0, until.length) <= until,
  );
  return found?.disease ?? SNOMED[snomed] ?? '';
}

/** Looks like ICD-10, whatever system the sender named. */
export const isIcd10 = (code: string): boolean => /^[A-Z]\d\d(\.[0-9A-Z]{1,4})?$/.test(code);

const RESULT_CODES: Record<string, string> = {
  '260373001': 'positive',
  '10828004': 'positive',
  '52101004': 'positive',
  '260415000': 'negative',
  '260385009': 'negative',
  '2667000': 'negative',
  '82334004': 'indeterminate',
  '419984006': 'indeterminate',
  '42425007': 'indeterminate',
  POS: 'positive',
  DET: 'positive',
  NEG: 'negative',
  ND: 'negative',
  IND: 'indeterminate',
  E: 'indeterminate',
};

/** Detected or not: SNOMED CT and HL7 interpretation codes first, plain words else; '' when neither says. */
export function resultOf(code: string, text: string): string {
  const known = RESULT_CODES[code];
  if (known) return known;
  const words = `${code} ${text}`.trim().toLowerCase();
  if (/\bnot (detected|present)\b|non-?reactive|negative|未检出|阴性|\(-\)/.test(words))
    return 'negative';
  if (/indeterminate|inconclusive|equivocal|可疑|不确定/.test(words)) return 'indeterminate';
  if (/\bundetected\b/.test(words)) return 'negative';
  return /\bdetected\b|\bpresent\b|\breactive\b|positive|检出|阳性|\(\+\)/.test(words)
    ? 'positive'
    : '';
}

const DEPARTMENTS: readonly (readonly [RegExp, string])[] = [
  [/发热|fever/i, 'fever'],
  [/感染|传染|infectious/i, 'infectious'],
  [/\bICU\b|intensive|重症/i, 'icu'],
  [/急诊|emergency|^(EMER|ER|ED|ETU)$/i, 'emergency'],
  [/儿|p(a)?ediatric|^PEDC?$|^PEDU$/i, 'paediatrics'],
  [/呼吸|respiratory|pulmon|^PUL$/i, 'respiratory'],
  [/消化|肠|gastro/i, 'gastro'],
  [/皮肤|dermat/i, 'dermatology'],
  [/妇|产|obstet|gyn/i, 'obstetrics'],
  [/外科|surg/i, 'surgery'],
];
/** Our department for what any of the texts says; general when none does. */
export const departmentOf = (texts: readonly string[]): string => {
  for (const text of texts)
    for (const [pattern, department] of DEPARTMENTS) if (pattern.test(text)) return department;
  return 'general';
};

const SEX: Record<string, string> = {
  male: '1',
  M: '1',
  female: '2',
  F: '2',
  unknown: '0',
  UNK: '0',
  U: '0',
  other: '9',
  O: '9',
  UN: '9',
};
/** GB/T 2261.1 for FHIR's and HL7's codes, or one of its own; undefined for what is none of them. */
export const sexOf = (code: string): string | undefined =>
  /^[0129]?$/.test(code) ? code : SEX[code];

/** HL7 table 0203, and what Chinese systems write there. */
const ID_TYPES: Record<string, IdType> = {
  NNCHN: 'citizen',
  PPN: 'passport',
  PRC: 'resident',
  HKMO: 'hkmo',
  TWN: 'taiwan',
};
/** Type of a document by its HL7 0203 code, else by a number that can only be a citizen's. */
export function idTypeOf(code: string, number: string): IdType | undefined {
  const named = ID_TYPES[code.toUpperCase()];
  if (named) return named;
  const isCitizen = /^\d{17}[\dXx]$/.test(number) && !idFault(number.toUpperCase());
  return isCitizen ? 'citizen' : undefined;
}

/** Family name first where it is written in Han characters. */
export const fullName = (family: string, given: string): string =>
  /\p{Script=Han}/u.test(family + given) ? family + given : `${given} ${family}`.trim();

/** Celsius of a temperature in its UCUM unit; NaN in a unit that is none of temperature. */
export function celsiusOf(value: number, unit: string): number {
  if (/degF|°F/i.test(unit)) return Math.round(((value - 32) / 1.8) * 10) / 10;
  return unit === '' || /^(Cel|°C|C|℃)$/i.test(unit) ? value : Number.NaN;
}

export const TEMPERATURE_CODES: ReadonlySet<string> = new Set([
  '8310-5',
  '8331-1',
  '8328-7',
  '8329-5',
  '8330-3',
  '8332-9',
  '75987-8',
  '386725007',
]);
export const isArea = (text: string): boolean => /^\d{12}(\d{2})?$/.test(text);

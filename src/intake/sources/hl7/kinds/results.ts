import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const CODES = join(import.meta.dirname, '../../../../../data/codes/loinc-pathogens.json');
const PATHOGEN = new Map(
  Object.entries(
    (JSON.parse(readFileSync(CODES, 'utf8')) as { pathogens: Record<string, string> }).pathogens,
  ),
);
export const pathogenOf = (loinc: string): string => PATHOGEN.get(loinc) ?? '';

/** SNOMED CT, LOINC answers and HL7 table 0078 that say detected or not by themselves. */
const BY_CODE = new Map<string, string>([
  ...['260373001', '10828004', '52101004', '11214006', 'LA6576-8', 'LA11882-0', 'POS'].map(
    (it): [string, string] => [it, 'positive'],
  ),
  ...['260415000', '260385009', '2667000', '131194007', 'LA6577-6', 'LA11883-8', 'NEG'].map(
    (it): [string, string] => [it, 'negative'],
  ),
  ...['82334004', '419984006', '42425007', 'LA9663-1', 'LA11884-6', 'IND'].map(
    (it): [string, string] => [it, 'indeterminate'],
  ),
]);
const NEGATIVE =
  /\b(not|none|never|un)[- ]?(detected|reactive|present|found|isolated)\b|non[- ]?reactive|negative|\babsent\b|no growth|未检出|未检测到|未见|阴性|^neg\b|\(-\)|^-$/;
const UNCLEAR = /indeterminate|inconclusive|equivocal|可疑|不确定|灰区/;
const POSITIVE = /\b(detected|reactive|present|isolated)\b|positive|检出|阳性|^pos\b|\(\+\)|^\++$/;
/** A report's narrative speaks of many things: only short answers are one. */
const ANSWER_CHARS_MAX = 120;

/** Detected or not: by code, then by plain words in both languages, then by OBX-8; '' when none says. */
export function resultOf(code: string, text: string, flag: string): string {
  const known = BY_CODE.get(code);
  if (known) return known;
  const words = `${code} ${text}`.trim().toLowerCase();
  if (words.length <= ANSWER_CHARS_MAX) {
    if (NEGATIVE.test(words)) return 'negative';
    if (UNCLEAR.test(words)) return 'indeterminate';
    if (POSITIVE.test(words)) return 'positive';
  }
  if (flag === 'POS') return 'positive';
  return flag === 'NEG' ? 'negative' : '';
}

import type { Disease } from './contract.ts';

/** Comparable form of an ICD-10 code: upper case, without the dot. */
const plain = (code: string): string => code.toUpperCase().replace('.', '');

/**
 * Whether a diagnosis falls under a stem or range of stems: B15-B19 holds B16.9, A22.1 holds
 * A22.1 only.
 */
export function holdsIcd10(range: { from: string; until: string }, diagnosis: string): boolean {
  const code = plain(diagnosis);
  const from = plain(range.from);
  const until = plain(range.until);
  return code.slice(0, from.length) >= from && code.slice(0, until.length) <= until;
}

/** The diseases a diagnosis falls under, most specific stem first. */
export function diseasesOfIcd10(diseases: readonly Disease[], diagnosis: string): Disease[] {
  if (!/^[A-Z]\d{2}/i.test(diagnosis)) return [];
  const width = (d: Disease): number =>
    Math.max(0, ...d.icd10.filter((r) => holdsIcd10(r, diagnosis)).map((r) => r.from.length));
  return diseases.filter((d) => width(d) > 0).sort((a, b) => width(b) - width(a));
}

/**
 * Hours within which a case must be reported: the disease's own clock, or a shorter one of the stem
 * (pulmonary anthrax A22.1: 2 h, 传染病防治法 2025 Art 4, 45).
 */
export function reportHours(disease: Disease, diagnosis?: string): number {
  const urgent = disease.urgent.find(
    (u) => diagnosis && holdsIcd10({ from: u.icd10, until: u.icd10 }, diagnosis),
  );
  return Math.min(disease.reportHours, urgent?.hours ?? disease.reportHours);
}

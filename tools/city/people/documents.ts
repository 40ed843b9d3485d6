import { idCheckChar } from '#base/checksums.ts';

/**
 * Identity numbers nobody owns: divisions 990101 … 990199 are not assigned in GB/T 2260. Person i takes
 * slot (i × stride) mod (99 divisions × 500 sequence numbers × 365 days), so 18 million persons get
 * 18 million different numbers whatever their years of birth.
 */
const DIVISIONS = 99;
const SEQUENCES = 500;
const DAYS = 365;
export const SLOTS = DIVISIONS * SEQUENCES * DAYS;
/** Prime, so prime to the count of slots. */
const STRIDE = 7_368_787;

const DAY_OF_YEAR: readonly string[] = Array.from({ length: DAYS }, (_, d) =>
  new Date(Date.UTC(2001, 0, 1 + d)).toISOString().slice(5, 10),
);

const pad = (n: number, width: number): string => String(n).padStart(width, '0');

export type Document = { readonly idNo: string; readonly bornOn: string };

/** Citizen number (GB 11643) and birth day of person i, born in `year`. */
export function citizenNumber(i: number, year: number, sex: '1' | '2'): Document {
  const slot = (i * STRIDE) % SLOTS;
  const day = DAY_OF_YEAR[slot % DAYS] ?? '01-01';
  const rest = Math.floor(slot / DAYS);
  const sequence = Math.floor(rest / DIVISIONS) * 2 + (sex === '1' ? 1 : 0);
  const bornOn = `${year}-${day}`;
  const body = `9901${pad(1 + (rest % DIVISIONS), 2)}${bornOn.replaceAll('-', '')}${pad(sequence, 3)}`;
  return { idNo: body + idCheckChar(body), bornOn };
}

/** Passports with a prefix no state uses. */
export const passportNumber = (i: number): string => `QX${pad(i, 8)}`;

/** Form of a Mainland Travel Permit for Hong Kong and Macao residents. */
export const permitNumber = (i: number): string => `H${pad(i % 100_000_000, 8)}`;

/** 154 is a prefix no carrier of the mainland was given. */
export const phoneNumber = (i: number): string =>
  `154${pad(((i * 48_271) % 100_000_007) % 100_000_000, 8)}`;

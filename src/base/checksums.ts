import { isDay } from '#base/time.ts';

const ID_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const ID_CHECKS = '10X98765432';

/** Check character of the 17 leading digits of a citizen identity number (GB 11643, MOD 11-2). */
export function idCheckChar(body17: string): string {
  let sum = 0;
  for (let i = 0; i < 17; i++) sum += (body17.charCodeAt(i) - 48) * (ID_WEIGHTS[i] ?? 0);
  return ID_CHECKS.charAt(sum % 11);
}

export type IdFault = 'format' | 'birth-date' | 'check-digit';

/** What is wrong with a citizen identity number (GB 11643), or undefined when nothing is. */
export function idFault(no: string): IdFault | undefined {
  if (!/^\d{17}[\dX]$/.test(no)) return 'format';
  if (!isDay(idBirthDay(no))) return 'birth-date';
  return idCheckChar(no) === no.charAt(17) ? undefined : 'check-digit';
}

export const idBirthDay = (no: string): string =>
  `${no.slice(6, 10)}-${no.slice(10, 12)}-${no.slice(12, 14)}`;

/** GB/T 2261.1: 1 male, 2 female. The 17th digit is odd for men. */
export const idSex = (no: string): '1' | '2' => (Number(no.charAt(16)) % 2 === 1 ? '1' : '2');

const USCC_ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/**
 * Whether the check character of a unified social credit code holds (GB 32100-2015). Early
 * codes may fail: warn only.
 */
export function usccHolds(code: string): boolean {
  if (!/^[0-9A-HJ-NPQRTUWXY]{18}$/.test(code)) return false;
  let sum = 0;
  let weight = 1;
  for (let i = 0; i < 17; i++) {
    sum += USCC_ALPHABET.indexOf(code.charAt(i)) * weight;
    weight = (weight * 3) % 31;
  }
  return USCC_ALPHABET.charAt((31 - (sum % 31)) % 31) === code.charAt(17);
}

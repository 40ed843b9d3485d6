import type { Row } from './row.ts';
import { type Chance, chanceAt } from '../chance.ts';
import type { City } from '../city.ts';
import { misspelt } from '../people/names.ts';

/** Share of rows with an error that should send them to quarantine or cost them their identity. */
export const BAD_SHARE = 0.007;

/** Errors a source makes. The first of each pair is its weight among bad rows. */
const BREAKS: readonly (readonly [number, (row: Row, chance: Chance) => void])[] = [
  [30, (row) => breakCheck(row)],
  [10, (row) => breakBirth(row)],
  [15, (row) => delete row.idNo && delete row.name && delete row.phone],
  [12, (row) => delete row.placeCode],
  [10, (row) => void (row.placeCode = 'JZ9999999')],
  [13, (row) => void (row.temperature = 96.8)],
  [10, (row) => void (row.at = String(row.at).replace(/^\d{4}-\d{2}/, '2026-13'))],
];
const TOTAL = BREAKS.reduce((sum, [w]) => sum + w, 0);

/** Swaps the check character for the next one: the commonest slip, one key off. */
function breakCheck(row: Row): void {
  if (row.idType !== 'citizen') return;
  const no = String(row.idNo);
  const checks = '0123456789X';
  row.idNo = no.slice(0, 17) + checks.charAt((checks.indexOf(no.charAt(17)) + 1) % 11);
}

/** Day and month the wrong way round inside the number. */
function breakBirth(row: Row): void {
  if (row.idType !== 'citizen') return;
  const no = String(row.idNo);
  row.idNo = `${no.slice(0, 10)}${no.slice(12, 14)}${no.slice(10, 12)}${no.slice(14)}`;
}

/**
 * Lets a source be a source: few bad rows (≤ 1 %), and small slips that spoil nothing but make
 * people harder to recognise. Changes the row in place; the same address gives the same slip.
 */
export function slip(city: City, row: Row, person: number, day: number, number: number): void {
  const chance = chanceAt(city.seed, 95, person, day * 16 + (number & 15));
  const u = chance.next();
  if (u < BAD_SHARE) {
    let rest = chance.next() * TOTAL;
    const broken = BREAKS.find(([w]) => {
      rest -= w;
      return rest < 0;
    });
    broken?.[1](row, chance);
    return;
  }
  const v = chance.next();
  if (v < 0.004 && typeof row.name === 'string') row.name = misspelt(row.name);
  else if (v < 0.006 && typeof row.bornOn === 'string') row.bornOn = swapped(row.bornOn);
  else if (v < 0.026) delete row.phone;
  else if (v < 0.041) delete row.areaCode;
  else if (v < 0.046) delete row.address;
}

/** 1987-03-11 → 1987-11-03, where that is a day at all. */
function swapped(day: string): string {
  const [y, m, d] = day.split('-');
  return Number(d) <= 12 ? `${y}-${d}-${m}` : day;
}

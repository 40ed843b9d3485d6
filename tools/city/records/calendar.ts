import type { KindName } from '#base/kinds.ts';
import { DAY, HOUR, MINUTE, startOfDay } from '#base/time.ts';
import { type Chance, cumulate } from '../chance.ts';

/** A civil day as a number: days since 1970-01-01 in city time. */
export const dayNumber = (day: string): number => Date.parse(`${day}T00:00:00Z`) / DAY;
export const dayText = (n: number): string => new Date(n * DAY).toISOString().slice(0, 10);
export const dayStart = (n: number): number => startOfDay(dayText(n));

/** Monday is 1, Sunday 7. */
export const weekday = (n: number): number => ((((n + 3) % 7) + 7) % 7) + 1;

/** First and last days of public holidays; lunar ones for the years the sample plays in. */
const HOLIDAYS: readonly (readonly [string, string])[] = [
  ['2025-10-01', '2025-10-08'],
  ['2026-01-01', '2026-01-03'],
  ['2026-02-15', '2026-02-23'],
  ['2026-04-04', '2026-04-06'],
  ['2026-05-01', '2026-05-05'],
  ['2026-06-19', '2026-06-21'],
  ['2026-09-25', '2026-09-27'],
  ['2026-10-01', '2026-10-07'],
  ['2027-01-01', '2027-01-03'],
  ['2027-02-05', '2027-02-12'],
  ['2027-05-01', '2027-05-05'],
  ['2027-10-01', '2027-10-07'],
];

export const isHoliday = (n: number): boolean => {
  const day = dayText(n);
  return HOLIDAYS.some(([from, to]) => day >= from && day <= to);
};

/** School days: neither weekends, holidays, nor the long vacations. */
export function isSchoolDay(n: number): boolean {
  const md = dayText(n).slice(5);
  const vacation = (md >= '07-05' && md <= '08-31') || (md >= '01-20' && md <= '02-24');
  return !vacation && weekday(n) <= 5 && !isHoliday(n);
}

/** Respiratory illness peaks in mid-January, gastrointestinal in July. */
export const season = (n: number, peakDay: number, swing: number): number =>
  1 + swing * Math.cos((2 * Math.PI * (n - dayNumber('2026-01-01') - peakDay)) / 365.25);

const OFFICE = [1.22, 1.08, 1.02, 1, 1.03, 0.85, 0.8];
const TRAVEL = [0.95, 0.85, 0.88, 0.95, 1.25, 1.0, 1.12];
const DAILY = [1.05, 1.04, 1.04, 1.04, 1.05, 0.9, 0.88];

/** How much of a kind there is on a day, against its mean. */
export function dayFactor(kind: KindName, n: number): number {
  const at = weekday(n) - 1;
  const off = isHoliday(n);
  switch (kind) {
    case 'school_absence':
      return isSchoolDay(n) ? 1.5 : 0;
    case 'clinic_visit':
    case 'lab_result':
    case 'admission':
      return (OFFICE[at] ?? 1) * season(n, 15, 0.22) * (off ? 0.7 : 1);
    case 'pharmacy_sale':
      return (DAILY[at] ?? 1) * season(n, 15, 0.3);
    case 'rail_trip':
    case 'air_trip':
    case 'coach_trip':
    case 'hotel_stay':
      return (TRAVEL[at] ?? 1) * (off ? 1.7 : 1);
    case 'hotline_call':
    case 'case_report':
      return (OFFICE[at] ?? 1) * (off ? 0.6 : 1);
    default:
      return (DAILY[at] ?? 1) * (off ? 0.85 : 1);
  }
}

const HOURS = {
  clinic: [1, 1, 1, 1, 1, 1, 2, 6, 14, 16, 14, 9, 5, 7, 11, 11, 8, 5, 4, 5, 4, 3, 2, 1],
  shop: [0.3, 0.2, 0.1, 0.1, 0.1, 0.2, 1, 4, 7, 9, 9, 8, 7, 6, 7, 8, 9, 10, 11, 11, 9, 5, 2, 1],
  travel: [1, 0.4, 0.2, 0.2, 0.3, 1, 3, 5, 6, 7, 8, 8, 8, 8, 8, 8, 9, 9, 9, 8, 7, 6, 5, 2],
  school: [0, 0, 0, 0, 0, 0, 0, 20, 60, 15, 2, 0, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  morning: [0.5, 0.3, 0.2, 0.2, 0.5, 2, 8, 18, 20, 12, 7, 5, 5, 4, 3, 3, 3, 4, 4, 4, 4, 3, 2, 1],
  gate: [1, 0.5, 0.3, 0.3, 0.6, 2, 7, 12, 9, 6, 5, 6, 6, 5, 5, 5, 7, 11, 10, 7, 5, 4, 3, 2],
  hotel: [2, 1, 0.5, 0.3, 0.2, 0.2, 0.3, 0.5, 1, 1, 2, 3, 6, 8, 9, 9, 9, 9, 9, 8, 8, 7, 6, 4],
  office: [0, 0, 0, 0, 0, 0, 1, 3, 12, 15, 14, 9, 3, 8, 14, 13, 9, 4, 2, 1, 1, 0, 0, 0],
} as const;

const HOURS_OF: Record<KindName, keyof typeof HOURS> = {
  resident_entry: 'office',
  clinic_visit: 'clinic',
  admission: 'clinic',
  lab_result: 'office',
  case_report: 'office',
  pharmacy_sale: 'shop',
  rail_trip: 'travel',
  air_trip: 'travel',
  coach_trip: 'travel',
  hotel_stay: 'hotel',
  checkpoint_scan: 'gate',
  school_absence: 'school',
  check_in: 'morning',
  border_entry: 'travel',
  ambulance_call: 'gate',
  hotline_call: 'office',
  wastewater: 'office',
  diagnosis: 'clinic',
  immunization: 'office',
};
const SUMS = Object.fromEntries(
  Object.entries(HOURS).map(([name, weights]) => [name, cumulate(weights)]),
);

/** Running weights of the 24 hours for a kind. */
export const hoursOf = (kind: KindName): Float64Array =>
  SUMS[HOURS_OF[kind]] ?? cumulate(HOURS.office);

/** A sample of the morning, analysed within a day. */
export function timesAt(day: number, chance: Chance): { at: number; arrival: number } {
  const at = dayStart(day) + 7 * HOUR + Math.floor(chance.next() * 240) * MINUTE;
  return { at, arrival: at + (16 + 10 * chance.next()) * HOUR };
}

import { KIND_NAMES, type KindName } from '#base/kinds.ts';
import { cumulate } from '../chance.ts';
import { dayFactor } from './calendar.ts';

/** Who somebody is to the rates: small child, pupil, adult, elder, visitor. */
export const CLASSES = ['child', 'pupil', 'adult', 'elder', 'visitor'] as const;

export const classOf = (age: number, visitor: boolean): number => {
  if (visitor) return 4;
  if (age < 6) return 0;
  if (age < 18) return 1;
  return age < 60 ? 2 : 3;
};

/** Rows per 10,000 persons and day by class. Together 0.35 per resident and day at rate 0.35. */
const PER_10K: Partial<Record<KindName, readonly [number, number, number, number, number]>> = {
  check_in: [900, 2250, 1650, 900, 0],
  checkpoint_scan: [500, 1000, 1750, 800, 500],
  clinic_visit: [260, 150, 120, 270, 40],
  admission: [8, 4, 8, 32, 0],
  lab_result: [30, 20, 60, 80, 0],
  pharmacy_sale: [50, 40, 90, 160, 40],
  rail_trip: [10, 12, 62, 20, 900],
  air_trip: [3, 3, 26, 6, 300],
  coach_trip: [5, 6, 26, 16, 250],
  hotel_stay: [3, 4, 26, 6, 1300],
  school_absence: [70, 130, 0, 0, 0],
  case_report: [6, 5, 2, 2, 1],
  border_entry: [1, 1, 3, 1, 120],
  ambulance_call: [1, 1, 3, 14, 1],
  hotline_call: [0, 0, 26, 16, 5],
  resident_entry: [10, 8, 9, 8, 0],
};

/** The default: rows per resident and day. */
export const RATE = 0.35;

/** What one class does on one day: how many rows a person gives, and of which kinds. */
export type DayRates = {
  /** Mean rows a person, by class. */
  readonly mean: readonly number[];
  readonly meanMax: number;
  /** Running weights over KIND_NAMES, by class. */
  readonly kinds: readonly Float64Array[];
};

export function ratesOn(day: number, rate: number): DayRates {
  const kinds = CLASSES.map((_, c) =>
    cumulate(
      KIND_NAMES.map(
        (kind) => ((PER_10K[kind]?.[c] ?? 0) / 1e4) * (rate / RATE) * dayFactor(kind, day),
      ),
    ),
  );
  const mean = kinds.map((sums) => sums.at(-1) ?? 0);
  return { kinds, mean, meanMax: Math.max(...mean) };
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';

const FILE = join(import.meta.dirname, '../../../../data/misuse/thresholds.csv');

export const NAMES = [
  'bulk_persons_max',
  'bulk_hour_max',
  'incident_rest_days',
  'list_persons_min',
  'share_min',
  'lift_min',
  'p_max',
  'support_min',
  'support_days',
  'reference_persons',
  'read_hour_max',
  'reveal_hour_max',
  'usual_times',
  'usual_days',
  'reveal_hour_cap',
  'passwords_hour_max',
] as const;
export type ThresholdName = (typeof NAMES)[number];
export type Thresholds = Readonly<Record<ThresholdName, number>>;

type Line = { from: string; name: string; value: string };
const LINES = (parse(readFileSync(FILE, 'utf8'), { columns: true, bom: true }) as Line[]).sort(
  (a, b) => (a.from < b.from ? -1 : 1),
);

/**
 * The thresholds in force at `now` (epoch ms): the newest line of each name that has begun, the
 * oldest before that, since a house is never without them. Throws when the file misses one.
 */
export function thresholdsAt(now: number): Thresholds {
  const found = NAMES.map((name) => {
    const mine = LINES.filter((line) => line.name === name);
    const begun = mine.filter((line) => Date.parse(`${line.from}T00:00:00+08:00`) <= now);
    const value = Number((begun.at(-1) ?? mine[0])?.value);
    if (!Number.isFinite(value)) throw new Error(`data/misuse/thresholds.csv misses ${name}`);
    return [name, value] as const;
  });
  return Object.fromEntries(found) as Thresholds;
}

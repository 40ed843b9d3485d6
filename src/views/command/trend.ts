import type { z } from 'zod';
import { KIND_BY_NAME, KIND_NAMES } from '#base/kinds.ts';
import { CITY_OFFSET, DAY, MINUTE, startOfDay } from '#base/time.ts';
import type { Lake } from '#platform/lake/index.ts';
import type { readTrend } from './contract.ts';
import { BASELINE_DAYS, movingBaseline, trendDays } from './model.ts';

type TrendAnswer = z.input<typeof readTrend.answer>;
type Count = { kind: string; day: number; n: number };

/** Where a record happened; records without a place count where the person lives. */
const AREA = `if(placeArea != '', placeArea, personArea)`;
const CACHE_MS = MINUTE / 2;
const CACHED_MAX = 200;

const DAILY = `
  select kind, toInt32(intDiv(toUnixTimestamp64Milli(at) + ${CITY_OFFSET}, ${DAY})) as day,
    toFloat64(count()) as n
  from records_by_person
  where at >= fromUnixTimestamp64Milli({from:Int64}) and at < fromUnixTimestamp64Milli({to:Int64})
    and startsWith(${AREA}, {prefix:String}) and ({kind:String} = '' or kind = {kind:String})
  group by kind, day`;

const TOTAL = `
  select toFloat64(count()) as n from records_by_person
  where at >= fromUnixTimestamp64Milli({from:Int64}) and at < fromUnixTimestamp64Milli({to:Int64})
    and startsWith(${AREA}, {prefix:String})`;

export type Trends = {
  daily(prefix: string, kind: string, now: number): Promise<TrendAnswer>;
  /** Records whose own time lies in the last 24 hours. */
  total24h(prefix: string, now: number): Promise<number>;
};

/**
 * Counts of records from the lake, each answer kept for half a minute: a wall of screens asks
 * alike.
 */
export function openTrends(lake: Lake): Trends {
  const kept = new Map<string, { until: number; answer: Promise<unknown> }>();
  const cached = <T>(key: string, now: number, ask: () => Promise<T>): Promise<T> => {
    const known = kept.get(key);
    if (known && now < known.until) return known.answer as Promise<T>;
    if (kept.size >= CACHED_MAX) kept.clear();
    const answer = ask();
    kept.set(key, { until: now + CACHE_MS, answer });
    // A failed answer is not kept; whoever asked hears of the fault.
    answer.catch(() => kept.delete(key));
    return answer;
  };
  return {
    daily: (prefix, kind, now) =>
      cached(`daily ${prefix} ${kind}`, now, () => dailyOf(lake, prefix, kind, now)),
    total24h: (prefix, now) =>
      cached(`total ${prefix}`, now, async () => {
        const rows = await lake.query<{ n: number }>(TOTAL, { from: now - DAY, to: now, prefix });
        return rows[0]?.n ?? 0;
      }),
  };
}

async function dailyOf(
  lake: Lake,
  prefix: string,
  kind: string,
  now: number,
): Promise<TrendAnswer> {
  const days = trendDays(now);
  const first = Math.floor((startOfDay(days[0] ?? '') + CITY_OFFSET) / DAY);
  const from = startOfDay(days[0] ?? '');
  const rows = await lake.query<Count>(DAILY, { from, to: now + DAY, prefix, kind });
  const byKind = new Map<string, number[]>();
  for (const row of rows) {
    const counts = byKind.get(row.kind) ?? days.map(() => 0);
    const i = row.day - first;
    if (i >= 0 && i < days.length) counts[i] = row.n;
    byKind.set(row.kind, counts);
  }
  const order = [...KIND_NAMES, ...byKind.keys()];
  const names = [...new Set(order)].filter((name) => byKind.has(name));
  return {
    asOf: now,
    days,
    series: names.map((name) => {
      const counts = byKind.get(name) ?? [];
      const words = KIND_BY_NAME[name]?.words ?? { zh: name, en: name };
      return { kind: name, words, counts, baseline: movingBaseline(counts) };
    }),
    baselineWords: {
      zh: `前 ${BASELINE_DAYS} 天的简单移动平均，仅供对照，不作判定。`,
      en: `Plain moving average of the ${BASELINE_DAYS} days before; to compare with, not to decide.`,
    },
  };
}

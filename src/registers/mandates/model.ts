import { prefixOf } from '#base/areas.ts';
import { DAY } from '#base/time.ts';
import type { Words } from '#base/words.ts';
import type { Mandate, MandateFunction, MandateState } from './contract.ts';

export const FUNCTION_WORDS: Record<MandateFunction, Words> = {
  passes: { zh: '健康码', en: 'Health passes' },
  companions: { zh: '同行人查询', en: 'Companions (who was there too)' },
  zones: { zh: '风险区管控', en: 'Restricting zones' },
  isolation: { zh: '隔离决定', en: 'Isolation orders' },
  carrier_data: { zh: '运营商数据', en: 'Carrier data' },
  bulk_lists: { zh: '成批名单', en: 'Bulk lists of people' },
  exercise: { zh: '演练', en: 'Exercise' },
};

/** Functions whose rooms stand. No order switches on what is not built. */
export const BUILT: ReadonlySet<MandateFunction> = new Set([
  'companions',
  'bulk_lists',
  'exercise',
]);

/** What stands in the tables; where an order is in its life follows from it and the time. */
export type Stored = {
  readonly stage: 'proposed' | 'approved' | 'declined' | 'ended' | 'destroyed';
  readonly startsAt: number;
  readonly endsAt: number;
  readonly revokedAt: number | null;
};

/** When an order is over: its end, or the moment it was revoked. */
export const overAtOf = (it: Stored): number => Math.min(it.revokedAt ?? it.endsAt, it.endsAt);

/** The clock decides, not a job: an order is over at its last instant whoever noticed. */
export function stateAt(it: Stored, now: number): MandateState {
  if (it.stage === 'proposed' || it.stage === 'declined' || it.stage === 'destroyed') {
    return it.stage;
  }
  if (it.stage === 'ended' || now >= overAtOf(it)) return 'ended';
  return now < it.startsAt ? 'approved' : 'live';
}

/** An order without an area above the one asked about does not reach it. */
export const coversArea = (areas: readonly string[], areaCode: string): boolean =>
  areas.some((area) => {
    const prefix = prefixOf(area);
    // A city's order also holds for guests, whose area nobody said.
    return prefix.length <= 4
      ? areaCode === '' || areaCode.startsWith(prefix)
      : areaCode.startsWith(prefix);
  });

export const reaches = (order: Pick<Mandate, 'areas'>, areaCode: string): boolean =>
  coversArea(order.areas, areaCode);

/** An order for one disease serves no other. */
export const coversDisease = (named: string | null, asked: string | undefined): boolean =>
  named === null || named === asked;

/** An order over synthetic people only. */
export const isExercise = (it: Pick<Mandate, 'functions'>): boolean =>
  it.functions.includes('exercise');

/** When the clock of a class of data runs out. */
export const dueAt = (it: Pick<Mandate, 'overAt' | 'retention'>, dataClass: string): number =>
  it.overAt + (it.retention[dataClass] ?? 0) * DAY;

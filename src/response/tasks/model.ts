import { ancestorOf, tierOf } from '#base/areas.ts';
import { MINUTE } from '#base/time.ts';
import type { Words } from '#base/words.ts';

export const KINDS = [
  'phone_check',
  'home_visit',
  'site_check',
  'case_investigation',
  'verify_report',
] as const;
export type TaskKind = (typeof KINDS)[number];
export type HopTier = 'city' | 'district' | 'street' | 'community' | 'investigation';
export const STATUSES = ['waiting', 'working', 'answered', 'closed', 'withdrawn'] as const;
export type Status = (typeof STATUSES)[number];
export type Clock = 'accept' | 'answer' | 'close';

export const MOVES = [
  'accept',
  'pass',
  'assign',
  'return',
  'transfer',
  'answer',
  'attempt',
  'hand_over',
  'close',
  'supervise',
  'withdraw',
] as const;
export type Move = (typeof MOVES)[number];

/**
 * Every move a task may make (habit 4). `answer` ends the matter or calls for a review; `attempt`
 * is an answer that nobody was reached. Both may come without accepting: who phones has accepted.
 */
export const NEXT: Record<Status, Partial<Record<Move, Status>>> = {
  waiting: {
    accept: 'working',
    pass: 'waiting',
    assign: 'waiting',
    return: 'waiting',
    transfer: 'waiting',
    answer: 'answered',
    attempt: 'working',
    hand_over: 'waiting',
    supervise: 'waiting',
    withdraw: 'withdrawn',
  },
  working: {
    pass: 'waiting',
    assign: 'waiting',
    return: 'waiting',
    transfer: 'waiting',
    answer: 'answered',
    attempt: 'working',
    hand_over: 'waiting',
    supervise: 'working',
    withdraw: 'withdrawn',
  },
  answered: {
    answer: 'answered',
    hand_over: 'waiting',
    close: 'closed',
    supervise: 'answered',
    withdraw: 'withdrawn',
  },
  closed: {},
  withdrawn: {},
};
export const movesOf = (status: Status): Move[] =>
  MOVES.filter((move) => NEXT[status][move] && move !== 'withdraw');

export const UNDO_WITHIN = MINUTE;

/** The area of a tier that holds `code`; investigators belong to the district, else to the city. */
export function areaAt(code: string, tier: HopTier): string | undefined {
  if (tier !== 'investigation') return ancestorOf(code, tier);
  return ancestorOf(code, 'district') ?? ancestorOf(code, 'city');
}

/** The rungs a task of this area has: a district-wide task stops at the district. */
export const rungsOf = (route: readonly HopTier[], areaCode: string): HopTier[] =>
  route.filter((tier) => areaAt(areaCode, tier) !== undefined);

/** The rung below in a task's route; undefined at its foot, and where the task left its route. */
export function rungBelow(
  route: readonly HopTier[],
  areaCode: string,
  tier: HopTier,
): HopTier | undefined {
  const rungs = rungsOf(route, areaCode);
  const at = rungs.indexOf(tier);
  return at < 0 ? undefined : rungs[at + 1];
}

/** Who is told when a clock is missed at this tier: the next wider one, up to the city. */
export const tierAbove = (tier: HopTier): HopTier | undefined => {
  const above: Record<HopTier, HopTier | undefined> = {
    community: 'street',
    street: 'district',
    investigation: 'district',
    district: 'city',
    city: undefined,
  };
  return above[tier];
};

/** The tier of an area as a hop: grids count as their community. */
export function hopTierOf(code: string): HopTier | undefined {
  const tier = tierOf(code);
  return tier === 'grid' ? 'community' : tier;
}

/** Clocks that ran out by `now`, and the next moment to look, once those are told. */
export function missedAt(
  task: { clock: Clock | null; dueAt: number | null; closeDueAt: number },
  now: number,
): { clock: Clock; dueAt: number }[] {
  const missed: { clock: Clock; dueAt: number }[] = [];
  if (task.clock && task.dueAt !== null && task.dueAt <= now)
    missed.push({ clock: task.clock, dueAt: task.dueAt });
  if (task.clock !== 'close' && task.closeDueAt <= now)
    missed.push({ clock: 'close', dueAt: task.closeDueAt });
  return missed;
}

/** The earliest of the moments that lie ahead; null when none does. */
export function nextWatch(moments: readonly (number | null)[], now: number): number | null {
  const ahead = moments.filter((m): m is number => m !== null && m > now);
  return ahead.length > 0 ? Math.min(...ahead) : null;
}

export const KIND_WORDS: Record<TaskKind, Words> = {
  phone_check: { zh: '电话核查', en: 'Phone check' },
  home_visit: { zh: '上门核查', en: 'Home visit' },
  site_check: { zh: '现场核查', en: 'Site check' },
  case_investigation: { zh: '流行病学调查', en: 'Case investigation' },
  verify_report: { zh: '报告核实', en: 'Report verification' },
};

export const STATUS_WORDS: Record<Status, Words> = {
  waiting: { zh: '待接收', en: 'waiting' },
  working: { zh: '处理中', en: 'in work' },
  answered: { zh: '已反馈', en: 'answered' },
  closed: { zh: '已办结', en: 'closed' },
  withdrawn: { zh: '已撤回', en: 'withdrawn' },
};

export const ENTRY_WORDS: Record<string, Words> = {
  dispatched: { zh: '下派', en: 'Dispatched' },
  auto: { zh: '按常设指令转派', en: 'Passed by standing order' },
  no_post: { zh: '该层级无岗位，越级下派', en: 'No post at this tier, skipped' },
  accept: { zh: '接收', en: 'Accepted' },
  pass: { zh: '转派', en: 'Passed on' },
  assign: { zh: '指派到人', en: 'Assigned' },
  return: { zh: '退回', en: 'Returned' },
  transfer: { zh: '移交其他区域', en: 'Transferred' },
  attempt: { zh: '未联系上', en: 'Not reached' },
  answer: { zh: '反馈', en: 'Answered' },
  hand_over: { zh: '转流调', en: 'Handed to investigators' },
  close: { zh: '办结', en: 'Closed' },
  supervise: { zh: '督办', en: 'Supervised' },
  escalate: { zh: '超时上报', en: 'Clock missed, escalated' },
  tighten: { zh: '预警升级，时限收紧', en: 'Alert rose, clocks tightened' },
  withdraw: { zh: '预警已关闭，任务撤回', en: 'Withdrawn with its alert' },
  undo: { zh: '撤销', en: 'Taken back' },
};

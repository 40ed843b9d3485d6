import type { TaskFilter } from '#response/tasks/contract.ts';
import type { View } from '../../kit/view.ts';

export const STATUSES = ['live', 'waiting', 'working', 'answered', 'closed', 'withdrawn'] as const;
export const TASK_KINDS = [
  'phone_check',
  'home_visit',
  'site_check',
  'case_investigation',
  'verify_report',
] as const;
export const HOP_TIERS = ['city', 'district', 'street', 'community', 'investigation'] as const;

const oneOf = <T extends string>(all: readonly T[], text: string | undefined): T | undefined =>
  all.find((one) => one === text);
const numberOf = (text: string | undefined): number | undefined => Number(text) || undefined;

/** What the task list is narrowed by, read from the address. */
export function taskFilterOf(view: View): Partial<TaskFilter> & { status: TaskFilter['status'] } {
  const filter = {
    kind: oneOf(TASK_KINDS, view['kind']),
    level: numberOf(view['level']),
    tier: oneOf(HOP_TIERS, view['tier']),
    areaCode: view['area'] || undefined,
    holderId: numberOf(view['holder']),
    alertId: numberOf(view['alert']),
    personId: numberOf(view['person']),
    overdue: oneOf(['yes'] as const, view['overdue']),
    supervised: oneOf(['yes'] as const, view['supervised']),
  };
  const set = Object.entries(filter).filter(([, value]) => value !== undefined);
  return { status: oneOf(STATUSES, view['status']) ?? 'live', ...Object.fromEntries(set) };
}

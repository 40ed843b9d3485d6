import type { AlertFilter } from '#watch/alerts/contract.ts';
import type { View } from '../kit/view.ts';

const STATUSES = ['live', 'open', 'acknowledged', 'working', 'closed'] as const;
export type Status = (typeof STATUSES)[number];

/** What the queue is narrowed by, read from the address. */
export function filterOf(view: View): AlertFilter {
  const status = STATUSES.find((one) => one === view['status']) ?? 'live';
  const level = Number(view['level']);
  return {
    status,
    ...(level >= 1 && level <= 4 ? { level } : {}),
    ...(view['area'] ? { areaCode: view['area'] } : {}),
    ...(view['rule'] ? { ruleId: view['rule'] } : {}),
    ...(view['assigned'] ? { assigned: view['assigned'] } : {}),
  };
}

/** The filters of an API query (`/api/alerts?level=1`), as the address of this face. */
export function viewOfRows(rows: string): View {
  const query = new URLSearchParams(rows.split('?')[1] ?? '');
  const cleared: View = {
    status: undefined,
    level: undefined,
    assigned: undefined,
    rule: undefined,
  };
  if (rows.startsWith('/api/tasks')) return { panel: 'board' };
  if (!rows.startsWith('/api/alerts')) return { panel: 'sources' };
  for (const name of ['status', 'level', 'assigned']) cleared[name] = query.get(name) ?? undefined;
  cleared['rule'] = query.get('ruleId') ?? undefined;
  return cleared;
}

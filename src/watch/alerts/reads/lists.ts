import type { Scope } from '#base/access.ts';
import { inArea, prefixOf } from '#base/areas.ts';
import { keyOf, type Page, pageOf } from '#base/paging.ts';
import { DAY } from '#base/time.ts';
import type { Level } from '#base/words.ts';
import type { Tx } from '#platform/db/index.ts';
import type { AlertFilter } from '../contract.ts';
import { ALERT, type Alert } from '../store.ts';

/** The conditions of a filter, as SQL over alerts.alert, and their parameters. */
export function conditionsOf(
  scope: Scope,
  filter: Partial<AlertFilter>,
): { sql: string; params: unknown[] } {
  const params: unknown[] = [];
  const parts: string[] = [];
  const add = (sql: string, value: unknown) => {
    params.push(value);
    parts.push(sql.replaceAll('?', `$${params.length}`));
  };
  const status = filter.status ?? 'live';
  if (status === 'live') parts.push(`status <> 'closed'`);
  else if (status === 'closed') parts.push(`status = 'closed'`);
  else parts.push(`status = '${status}' and status <> 'closed'`);
  // The filter narrows the scope, never widens it: both prefixes must hold.
  for (const prefix of [scope.areaPrefix, filter.areaCode ? prefixOf(filter.areaCode) : ''])
    if (prefix) add(inArea('area_code', '?'), prefix);
  if (filter.level) add('level = ?', filter.level);
  if (filter.ruleId) add('rule_id = ?', filter.ruleId);
  if (filter.personId) add('person_id = ?', filter.personId);
  if (filter.placeId) add('place_id = ?', filter.placeId);
  if (filter.assigned === 'none') parts.push('assigned_to is null');
  else if (filter.assigned)
    add('assigned_to = ?', filter.assigned === 'me' ? scope.actor.id : Number(filter.assigned));
  return { sql: parts.join(' and '), params };
}

/** A page of the queue, highest rank first. */
export async function alertsPage(
  tx: Tx,
  scope: Scope,
  query: Partial<AlertFilter> & { after?: string | undefined; limit: number },
): Promise<Page<Alert>> {
  const { sql, params } = conditionsOf(scope, query);
  const after = keyOf(query.after, ['number', 'id']);
  const n = params.length;
  const keyset = after ? `and (rank, id) < ($${n + 2}::float8, $${n + 3}::bigint)` : '';
  const rows = await tx.rows<Alert>(
    `select ${ALERT} from alerts.alert where ${sql} ${keyset}
      order by rank desc, id desc limit $${n + 1}`,
    [...params, query.limit + 1, ...(after ?? [])],
  );
  return pageOf(rows, query.limit, (row) => [row.rank, row.id]);
}

/** How many alerts a filter finds in the scope. */
export async function countFound(
  tx: Tx,
  scope: Scope,
  filter: Partial<AlertFilter>,
): Promise<number> {
  const { sql, params } = conditionsOf(scope, filter);
  const row = await tx.row<{ n: number }>(
    `select count(*) as n from alerts.alert where ${sql}`,
    params,
  );
  return row?.n ?? 0;
}

/** One alert inside the scope. */
export const alertById = (tx: Tx, scope: Scope, id: number): Promise<Alert | undefined> =>
  tx.row(`select ${ALERT} from alerts.alert where id = $1 and left(area_code, length($2)) = $2`, [
    id,
    scope.areaPrefix,
  ]);

/**
 * What a task needs to know of its alert, whoever asks; undefined when there is none. It stays so
 * until the transaction ends: a closing waits, so that none misses the task sent meanwhile.
 */
export type AlertBrief = Pick<Alert, 'id' | 'level' | 'title' | 'reopenedCount' | 'status'>;
export const alertBrief = (tx: Tx, id: number): Promise<AlertBrief | undefined> =>
  tx.row(
    `select id, level, title, reopened_count as "reopenedCount", status
      from alerts.alert where id = $1 for share`,
    [id],
  );

export type LevelCount = { level: Level; status: Alert['status']; count: number };

/** Live alerts by level and status. */
export function countAlerts(
  tx: Tx,
  scope: Scope,
  areaCode: string | undefined,
): Promise<LevelCount[]> {
  const { sql, params } = conditionsOf(scope, areaCode ? { areaCode } : {});
  return tx.rows(
    `select level, status, count(*) as count from alerts.alert where ${sql}
      group by level, status order by level, status`,
    params,
  );
}

export type AlertFigures = {
  byLevel: [number, number, number, number];
  unacknowledged: number;
  raised24h: number;
  closed24h: number;
};

/** The figures of the situation room, inside the scope and optionally one area of it. */
export async function alertFigures(
  tx: Tx,
  scope: Scope,
  areaCode: string | undefined,
  now: number,
): Promise<AlertFigures> {
  const counts = await countAlerts(tx, scope, areaCode);
  const sum = (keep: (row: LevelCount) => boolean) =>
    counts.filter(keep).reduce((total, row) => total + row.count, 0);
  const prefix = areaCode ? prefixOf(areaCode) : scope.areaPrefix;
  const since = (column: 'raised_at' | 'closed_at') =>
    tx.row<{ n: number }>(
      `select count(*) as n from alerts.alert where ${column} > $1
        and ${inArea('area_code', '$2')} and ${inArea('area_code', '$3')}`,
      [new Date(now - DAY), prefix, scope.areaPrefix],
    );
  return {
    byLevel: [1, 2, 3, 4].map((level) => sum((row) => row.level === level)) as [
      number,
      number,
      number,
      number,
    ],
    unacknowledged: sum((row) => row.status === 'open'),
    raised24h: (await since('raised_at'))?.n ?? 0,
    closed24h: (await since('closed_at'))?.n ?? 0,
  };
}

export type AreaCount = { areaCode: string; level: Level; count: number };

/**
 * Live alerts by level and area of a tier; `digits` significant digits make the area (6, 9,
 * 12).
 */
export function countByArea(
  tx: Tx,
  scope: Scope,
  areaCode: string | undefined,
  digits: 6 | 9 | 12,
): Promise<AreaCount[]> {
  const { sql, params } = conditionsOf(scope, areaCode ? { areaCode } : {});
  return tx.rows(
    `select rpad(left(area_code, ${digits}), 12, '0') as "areaCode", level,
        sum(n)::bigint as count
      from (select area_code, level, count(*) as n from alerts.alert where ${sql}
        group by 1, 2) own
      group by 1, 2 order by 1, 2`,
    params,
  );
}

export type AlertPoint = Pick<Alert, 'id' | 'level' | 'title' | 'placeId' | 'areaCode'>;

/** The most pressing live alerts, for the map. */
export function alertPoints(
  tx: Tx,
  scope: Scope,
  areaCode: string | undefined,
  max: number,
): Promise<AlertPoint[]> {
  const { sql, params } = conditionsOf(scope, areaCode ? { areaCode } : {});
  return tx.rows(
    `select id, level, title, place_id as "placeId", area_code as "areaCode"
      from alerts.alert where ${sql} order by rank desc, id desc limit $${params.length + 1}`,
    [...params, max],
  );
}

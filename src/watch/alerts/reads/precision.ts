import { keyOf, type Page, pageOf } from '#base/paging.ts';
import type { Words } from '#base/words.ts';
import type { Tx } from '#platform/db/index.ts';

export type RulePrecision = {
  ruleId: string;
  title: Words;
  raised: number;
  live: number;
  closed: number;
  real: number;
  falseAlarm: number;
  suppressed: number;
  precision: number | null;
};

/**
 * How often each rule was right, from the alerts its signals joined. Precision = (confirmed +
 * suspected) / closed, duplicates left out of both; null before any was judged.
 */
export async function precisionPage(
  tx: Tx,
  query: { after?: string | undefined; limit: number },
): Promise<Page<RulePrecision>> {
  const after = keyOf(query.after, ['text'])?.[0] ?? '';
  const rows = await tx.rows<RulePrecision>(
    `with recursive rule as (
      (select rule_id from alerts.joined where rule_id > $1 order by rule_id limit 1)
      union all
      select (select j.rule_id from alerts.joined j where j.rule_id > rule.rule_id
              order by j.rule_id limit 1) from rule where rule.rule_id is not null),
    page as (select rule_id from rule where rule_id is not null limit $2),
    pair as (
      select rule_id, alert_id, bool_and(suppressed) as quiet,
        count(*) filter (where suppressed) as hushed
      from alerts.joined where rule_id in (select rule_id from page) group by 1, 2)
    select p.rule_id as "ruleId", (array_agg(a.title order by a.id desc))[1] as title,
      count(*) filter (where not quiet) as raised,
      count(*) filter (where not quiet and status <> 'closed') as live,
      count(*) filter (where not quiet and status = 'closed') as closed,
      count(*) filter (where not quiet and outcome in ('confirmed', 'suspected')) as real,
      count(*) filter (where not quiet and outcome = 'false_alarm') as "falseAlarm",
      sum(hushed)::bigint as suppressed,
      count(*) filter (where not quiet and outcome in ('confirmed', 'suspected'))::float8
        / nullif(count(*) filter (where not quiet and outcome <> 'duplicate_case'), 0)
        as precision
    from pair p join alerts.alert a on a.id = p.alert_id group by p.rule_id order by p.rule_id`,
    [after, query.limit + 1],
  );
  return pageOf(rows, query.limit, (row) => [row.ruleId]);
}

import type { Tx } from '#platform/db/index.ts';
import type { RuleStats } from './contract.ts';
import { precisionOf } from './model.ts';

type Counts = { signals: number; throttled: number; alerts: number };

/** What a rule found and what became of it. All zero for a rule that never spoke. */
export async function ruleStats(tx: Tx, ruleId: string): Promise<RuleStats> {
  const counts = await tx.row<Counts>(
    'select signals, throttled, alerts from rules.rule_stat where rule_id = $1',
    [ruleId],
  );
  const rows = await tx.rows<{ outcome: string; n: number }>(
    'select outcome, n from rules.rule_outcome where rule_id = $1 and n > 0 order by outcome',
    [ruleId],
  );
  const outcomes = Object.fromEntries(rows.map((row) => [row.outcome, row.n]));
  return {
    ruleId,
    signals: counts?.signals ?? 0,
    throttled: counts?.throttled ?? 0,
    alerts: counts?.alerts ?? 0,
    outcomes,
    precision: precisionOf(outcomes),
  };
}

/** Adds to the counts of a rule, in the caller's transaction. */
export const countSignals = (
  tx: Tx,
  more: { ruleId: string; signals: number; throttled: number },
): Promise<number> =>
  tx.run(
    `insert into rules.rule_stat (rule_id, signals, throttled) values ($1, $2, $3)
      on conflict (rule_id) do update set signals = rules.rule_stat.signals + excluded.signals,
        throttled = rules.rule_stat.throttled + excluded.throttled`,
    [more.ruleId, more.signals, more.throttled],
  );

export const countAlert = (tx: Tx, ruleId: string): Promise<number> =>
  tx.run(
    `insert into rules.rule_stat (rule_id, alerts) values ($1, 1)
      on conflict (rule_id) do update set alerts = rules.rule_stat.alerts + 1`,
    [ruleId],
  );

export const countOutcome = (
  tx: Tx,
  ruleId: string,
  outcome: string,
  change: 1 | -1,
): Promise<number> =>
  tx.run(
    `insert into rules.rule_outcome (rule_id, outcome, n) values ($1, $2, $3)
      on conflict (rule_id, outcome) do update set n = rules.rule_outcome.n + excluded.n`,
    [ruleId, outcome, change],
  );

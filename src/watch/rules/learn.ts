import type { Heard } from '#facts/index.ts';
import type { Tx } from '#platform/db/index.ts';
import { countAlert, countOutcome } from './stats.ts';

type Judged = { alertId: number; ruleId: string; ruleVersion: number };

/**
 * Hears alert.raised: the rule has one alert more. An alert counts once however often it is
 * heard.
 */
export const countRaised = async (tx: Tx, fact: Heard<'alert.raised'>): Promise<void> => {
  await note(tx, fact.body);
};

/**
 * Hears alert.closed: the outcome counts for the rule. Hearing it again changes nothing; an alert
 * that was reopened and closed otherwise counts for its newest outcome only.
 */
export async function learnFromOutcome(tx: Tx, fact: Heard<'alert.closed'>): Promise<void> {
  const { alertId, ruleId, outcome } = fact.body;
  await note(tx, fact.body);
  const before = await tx.row<{ outcome: string | null }>(
    'select outcome from rules.judged_alert where alert_id = $1 for update',
    [alertId],
  );
  if (before?.outcome === outcome) return;
  await tx.run('update rules.judged_alert set outcome = $2 where alert_id = $1', [
    alertId,
    outcome,
  ]);
  if (before?.outcome) await countOutcome(tx, ruleId, before.outcome, -1);
  await countOutcome(tx, ruleId, outcome, 1);
}

async function note(tx: Tx, { alertId, ruleId, ruleVersion }: Judged): Promise<void> {
  const isNew = await tx.run(
    `insert into rules.judged_alert (alert_id, rule_id, rule_version) values ($1, $2, $3)
      on conflict (alert_id) do nothing`,
    [alertId, ruleId, ruleVersion],
  );
  if (isNew > 0) await countAlert(tx, ruleId);
}

import type { RuleDoc } from '#base/rules.ts';
import type { Tx } from '#platform/db/index.ts';
import type { RuleState } from './contract.ts';

/** A version of a rule as the matcher and the alerts need it. */
export type StoredRule = { readonly doc: RuleDoc; readonly version: number };

export type RuleVersion = StoredRule & {
  readonly state: RuleState;
  readonly note: string;
  readonly authorId: number;
  readonly authorName: string;
  readonly reviewerId: number | null;
  readonly reviewerName: string | null;
  readonly reviewNote: string | null;
  readonly activatorId: number | null;
  readonly activatorName: string | null;
  readonly createdAt: number;
  readonly reviewedAt: number | null;
  readonly activeFrom: number | null;
  readonly retiredAt: number | null;
};

const VERSION = `doc, version, state, note, author_id as "authorId", author_name as "authorName",
  reviewer_id as "reviewerId", reviewer_name as "reviewerName", review_note as "reviewNote",
  activator_id as "activatorId", activator_name as "activatorName",
  created_at as "createdAt", reviewed_at as "reviewedAt", active_from as "activeFrom",
  retired_at as "retiredAt"`;

/** All active versions, by rule id. */
export const activeRules = (tx: Tx): Promise<StoredRule[]> =>
  tx.rows(`select doc, version from rules.rule_version where state = 'active' order by rule_id`);

/** One version whatever its state: alerts explain themselves by the version that found them. */
export const ruleByVersion = (
  tx: Tx,
  ruleId: string,
  version: number,
): Promise<StoredRule | undefined> =>
  tx.row('select doc, version from rules.rule_version where rule_id = $1 and version = $2', [
    ruleId,
    version,
  ]);

/** All versions of a rule, newest first, locked when a verb is about to move one. */
export const versionsOf = (tx: Tx, ruleId: string, lock = false): Promise<RuleVersion[]> =>
  tx.rows(
    `select ${VERSION} from rules.rule_version where rule_id = $1 order by version desc
      ${lock ? 'for update' : ''}`,
    [ruleId],
  );

export const insertVersion = (
  tx: Tx,
  v: { doc: RuleDoc; version: number; note: string; authorId: number; authorName: string },
  now: number,
): Promise<number> =>
  tx.run(
    `insert into rules.rule_version
      (rule_id, version, state, doc, note, author_id, author_name, created_at)
      values ($1, $2, 'draft', $3::jsonb, $4, $5, $6, $7)`,
    [v.doc.id, v.version, JSON.stringify(v.doc), v.note, v.authorId, v.authorName, new Date(now)],
  );

/** Two authors drafting the same rule at once wait for each other. */
export const lockRule = (tx: Tx, ruleId: string): Promise<number> =>
  tx.run(`select pg_advisory_xact_lock(hashtextextended('rules.' || $1, 0))`, [ruleId]);

export const markReviewed = (
  tx: Tx,
  key: { ruleId: string; version: number },
  by: { id: number; name: string; note: string },
  now: number,
): Promise<number> =>
  tx.run(
    `update rules.rule_version set state = 'reviewed', reviewer_id = $3, reviewer_name = $4,
      review_note = $5, reviewed_at = $6 where rule_id = $1 and version = $2`,
    [key.ruleId, key.version, by.id, by.name, by.note, new Date(now)],
  );

export const markActive = (
  tx: Tx,
  key: { ruleId: string; version: number },
  by: { id: number; name: string },
  now: number,
): Promise<number> =>
  tx.run(
    `update rules.rule_version set state = 'active', active_from = $3, activator_id = $4,
      activator_name = $5 where rule_id = $1 and version = $2`,
    [key.ruleId, key.version, new Date(now), by.id, by.name],
  );

export const markRetired = (
  tx: Tx,
  key: { ruleId: string; version: number },
  reason: string,
  now: number,
): Promise<number> =>
  tx.run(
    `update rules.rule_version set state = 'retired', retired_at = $4, retire_reason = $3
      where rule_id = $1 and version = $2`,
    [key.ruleId, key.version, reason, new Date(now)],
  );

/** A number that moves with every change of active rules, list members or codes. */
export async function rulesRevision(tx: Tx): Promise<number> {
  const row = await tx.row<{ n: number }>('select n from rules.revision');
  return row?.n ?? 0;
}

export const bumpRevision = (tx: Tx): Promise<number> =>
  tx.run('update rules.revision set n = n + 1');

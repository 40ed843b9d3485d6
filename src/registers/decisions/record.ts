import type { Tx } from '#platform/db/index.ts';
import type { NewDecision } from './model.ts';

/** Decisions written in one statement at most. */
const CHUNK = 2_000;

/**
 * Writes a decision about a person into the ledger, in the transaction that makes it true. Never
 * changed afterwards: a new move of the same `ref` follows instead.
 */
export const recordDecision = (tx: Tx, decision: NewDecision): Promise<void> =>
  recordDecisions(tx, [decision]);

/** Many decisions of one transaction, in their order. */
export async function recordDecisions(tx: Tx, decisions: readonly NewDecision[]): Promise<void> {
  for (let i = 0; i < decisions.length; i += CHUNK) {
    const rows = decisions.slice(i, i + CHUNK).map((d) => ({
      ...d,
      move: d.move ?? 'begin',
      at: new Date(d.at).toISOString(),
      until: d.until === undefined ? null : new Date(d.until).toISOString(),
      sealed: d.sealed?.toString('base64'),
      mark: d.mark?.toString('base64'),
    }));
    await tx.run(
      `insert into decisions.decision (at, person, kind, move, ref, rule_id, rule_version, inputs,
          tree, mandate_id, decider_id, words, until_at, sealed, mark)
        select x.at, x."personId", x.kind, x.move, x.ref, x."ruleId", x."ruleVersion", x.inputs,
          x.tree, x."mandateId", x."deciderId", x.words, x.until, decode(x.sealed, 'base64'),
          decode(x.mark, 'base64')
        from jsonb_to_recordset($1::jsonb) as x(at timestamptz, "personId" bigint, kind text,
          move text, ref text, "ruleId" text, "ruleVersion" int, inputs jsonb, tree jsonb,
          "mandateId" bigint, "deciderId" bigint, words jsonb, until timestamptz, sealed text,
          mark text)`,
      [JSON.stringify(rows)],
    );
  }
}

import type { Fact } from '#facts/index.ts';
import type { Tx } from '#platform/db/index.ts';

/** The channel that wakes reactions; its payload is the kind. */
export const CHANNEL = 'facts';

/**
 * Tells facts in the transaction that makes them true: they are heard when it commits, never
 * otherwise.
 * Whoever tells facts of one stream holds the lock of the row they are about, so that the order of
 * telling is the order of truth.
 */
export async function tell(tx: Tx, ...facts: readonly Fact[]): Promise<void> {
  if (facts.length === 0) return;
  const kinds = facts.map((fact) => fact.kind);
  await tx.run(
    `insert into outbox.facts (kind, key, body)
     select kind, key, body::jsonb from unnest($1::text[], $2::text[], $3::text[])
       with ordinality as told (kind, key, body, place) order by place`,
    [kinds, facts.map((fact) => fact.key), facts.map((fact) => JSON.stringify(fact.body))],
  );
  await tx.rows('select pg_notify($1, kind) from unnest($2::text[]) as kind', [
    CHANNEL,
    [...new Set(kinds)],
  ]);
}

import { keyOf, type Page, pageOf } from '#base/paging.ts';
import type { Tx } from '#platform/db/index.ts';
import type { Decision, DecisionKind } from './model.ts';

const DECISION = `d.id, d.at, d.person as "personId", d.kind, d.move, d.ref, d.rule_id as "ruleId",
  d.rule_version as "ruleVersion", d.inputs, d.tree, d.mandate_id as "mandateId",
  d.decider_id as "deciderId", d.words, d.until_at as "until"`;

/** Live decisions shown of one person at most. */
export const LIVE_MAX = 200;

/** Every decision about the files of one person, newest first. The caller has asked the scope. */
export async function decisionsPage(
  tx: Tx,
  persons: readonly number[],
  q: { after?: string | undefined; limit: number },
): Promise<Page<Decision>> {
  const before = keyOf(q.after, ['id'])?.[0] ?? Number.MAX_SAFE_INTEGER;
  const rows = await tx.rows<Decision>(
    `select ${DECISION} from decisions.decision d
      where d.person = any($1::bigint[]) and d.id < $2 order by d.id desc limit $3`,
    [persons, before, q.limit + 1],
  );
  return pageOf(rows, q.limit, (row) => [row.id]);
}

/** A decision that holds, with when it began. */
export type LiveDecision = Decision & { readonly since: number };

/**
 * What holds about the files of one person now: the newest move of each thing decided, when it is
 * no end and its time has not run out. Newest first.
 */
export const liveDecisions = (
  tx: Tx,
  persons: readonly number[],
  now: number,
): Promise<LiveDecision[]> =>
  tx.rows(
    `select ${DECISION}, coalesce((select max(b.at) from decisions.decision b
          where b.person = d.person and b.ref = d.ref and b.move = 'begin'), d.at) as since
      from (select distinct on (person, ref) * from decisions.decision
        where person = any($1::bigint[]) order by person, ref, id desc) d
      where d.move <> 'end' and (d.until_at is null or d.until_at > $2)
      order by d.id desc limit ${LIVE_MAX}`,
    [persons, new Date(now)],
  );

/** Which of these persons were decided about, in one way, since an instant. */
export async function personsDecided(
  tx: Tx,
  persons: readonly number[],
  kind: DecisionKind,
  since: number,
): Promise<Set<number>> {
  const rows = await tx.rows<{ person: number }>(
    `select distinct person from decisions.decision
      where person = any($1::bigint[]) and kind = $2 and at >= $3`,
    [persons, kind, new Date(since)],
  );
  return new Set(rows.map((row) => row.person));
}

/** Orders under which somebody was decided about in secret, newest first. */
export const sealingOrders = async (tx: Tx): Promise<number[]> => {
  const rows = await tx.rows<{ id: number }>(
    `select distinct mandate_id as id from decisions.decision where mark is not null
      order by id desc limit ${LIVE_MAX}`,
  );
  return rows.map((row) => row.id);
};

/** What holds under orders about whom the marks name; only who has an order's key can make one. */
export const liveSealed = (
  tx: Tx,
  marks: readonly Buffer[],
  now: number,
): Promise<LiveDecision[]> =>
  tx.rows(
    `select ${DECISION}, d.at as since
      from (select distinct on (mark, ref) * from decisions.decision
        where mark = any($1::bytea[]) order by mark, ref, id desc) d
      where d.move <> 'end' and (d.until_at is null or d.until_at > $2)
      order by d.id desc limit ${LIVE_MAX}`,
    [marks, new Date(now)],
  );

/** Whom one actor decided about in one way since an instant, the newest of them. */
export const decidedBy = async (
  tx: Tx,
  deciderId: number,
  kind: DecisionKind,
  since: number,
): Promise<number[]> => {
  const rows = await tx.rows<{ person: number }>(
    `select person from decisions.decision
      where decider_id = $1 and kind = $2 and at >= $3 and person is not null and move <> 'end'
      group by person order by max(id) desc limit 1000`,
    [deciderId, kind, new Date(since)],
  );
  return rows.map((row) => row.person);
};

import type { z } from 'zod';
import type { Page } from '#base/paging.ts';
import { keyOf, pageOf } from '#base/paging.ts';
import type { RuleDoc } from '#base/rules.ts';
import type { Words } from '#base/words.ts';
import type { Tx } from '#platform/db/index.ts';
import type { RuleState, ruleDoc } from './contract.ts';
import { watchLists } from './lists/store.ts';
import { precisionOf } from './model.ts';
import { sentenceOf } from './authoring/sentence.ts';
import { ruleStats } from './stats.ts';
import type { RuleVersion } from './store.ts';
import { versionsOf } from './store.ts';

type Row = {
  doc: RuleDoc;
  version: number;
  state: RuleState;
  signals: number;
  throttled: number;
  alerts: number;
  outcomes: Record<string, number> | null;
};

/** Words of the lists, so that a sentence says them instead of ids. */
export const listNames = async (tx: Tx): Promise<Map<string, Words>> =>
  new Map((await watchLists(tx)).map((list) => [list.id, list.words]));

/** One line per rule: its active version, else its newest; by rule id. */
export async function rulesPage(
  tx: Tx,
  q: {
    state?: RuleState | undefined;
    q?: string | undefined;
    after?: string | undefined;
    limit: number;
  },
): Promise<Page<ReturnType<typeof lineOf>>> {
  const names = await listNames(tx);
  const rows = await tx.rows<Row>(
    `select v.doc, v.version, v.state, coalesce(s.signals, 0) as signals,
        coalesce(s.throttled, 0) as throttled, coalesce(s.alerts, 0) as alerts,
        (select jsonb_object_agg(outcome, n) from rules.rule_outcome o
          where o.rule_id = v.rule_id) as outcomes
      from (select distinct on (rule_id) * from rules.rule_version
        where rule_id > $1 and ($2::text is null or state = $2)
          and ($3::text is null or doc::text ilike '%' || $3 || '%')
        order by rule_id, (state = 'active') desc, version desc) v
      left join rules.rule_stat s using (rule_id)
      order by v.rule_id limit $4`,
    [keyOf(q.after, ['text'])?.[0] ?? '', q.state ?? null, q.q ?? null, q.limit + 1],
  );
  const page = pageOf(rows, q.limit, (row) => [row.doc.id]);
  return { next: page.next, rows: page.rows.map((row) => lineOf(row, names)) };
}

const lineOf = (row: Row, names: ReadonlyMap<string, Words>) => ({
  id: row.doc.id,
  version: row.version,
  state: row.state,
  type: row.doc.match.type,
  level: row.doc.level,
  title: row.doc.title,
  profile: row.doc.profile ?? '',
  disease: row.doc.disease ?? null,
  sentence: sentenceOf(row.doc, names),
  signals: row.signals,
  throttled: row.throttled,
  alerts: row.alerts,
  precision: precisionOf(row.outcomes ?? {}),
});

/** A version without its document: who did what to it, and when. */
const historyOf = (v: RuleVersion) => ({
  version: v.version,
  state: v.state,
  authorId: v.authorId,
  authorName: v.authorName,
  reviewerId: v.reviewerId,
  reviewerName: v.reviewerName,
  reviewNote: v.reviewNote,
  activatorId: v.activatorId,
  activatorName: v.activatorName,
  createdAt: v.createdAt,
  reviewedAt: v.reviewedAt,
  activeFrom: v.activeFrom,
  retiredAt: v.retiredAt,
  note: v.note,
});

/**
 * One rule with all its versions and counts; the asked version, else the active, else the
 * newest.
 */
export async function ruleDetail(tx: Tx, id: string, version?: number) {
  const versions = await versionsOf(tx, id);
  const shown =
    version === undefined
      ? (versions.find((v) => v.state === 'active') ?? versions[0])
      : versions.find((v) => v.version === version);
  if (!shown) return undefined;
  return {
    doc: shown.doc as z.infer<typeof ruleDoc>,
    version: shown.version,
    state: shown.state,
    sentence: sentenceOf(shown.doc, await listNames(tx)),
    versions: versions.map(historyOf),
    stats: await ruleStats(tx, id),
  };
}

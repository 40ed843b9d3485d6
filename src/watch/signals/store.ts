import type { Page } from '#base/paging.ts';
import { keyOf, pageOf } from '#base/paging.ts';
import type { Tx } from '#platform/db/index.ts';
import type { Signal, Throttle } from './contract.ts';

/** A signal before it has an id. */
export type SignalDraft = Omit<Signal, 'id' | 'foundAt'> & { readonly key: string };

const SIGNAL = `id, rule_id as "ruleId", rule_version as "ruleVersion", level, at, found_at as "foundAt",
  record_id as "recordId", person_id as "personId", place_id as "placeId", area_code as "areaCode",
  late, evidence`;

/** Signals by id, in the order of their ids; unknown ids are left out. */
export const signalsById = (tx: Tx, ids: readonly number[]): Promise<Signal[]> =>
  tx.rows(`select ${SIGNAL} from signals.signal where id = any($1) order by id`, [ids]);

/** Newest first, of one rule or of all, inside an area prefix. */
export async function signalsPage(
  tx: Tx,
  areaPrefix: string,
  q: { ruleId?: string | undefined; after?: string | undefined; limit: number },
): Promise<Page<Signal>> {
  const before = keyOf(q.after, ['id'])?.[0] ?? null;
  const rows = await tx.rows<Signal>(
    `select ${SIGNAL} from signals.signal
      where ($1::text is null or rule_id = $1) and ($2::bigint is null or id < $2)
        and area_code >= $3 and area_code < $3 || '~'
      order by id desc limit $4`,
    [q.ruleId ?? null, before, areaPrefix, q.limit + 1],
  );
  return pageOf(rows, q.limit, (row) => [row.id]);
}

/** Inserts what is new by key; answers `{id, key}` of the new ones only. */
export async function insertSignals(
  tx: Tx,
  drafts: readonly SignalDraft[],
  now: number,
): Promise<{ id: number; key: string; ruleId: string }[]> {
  if (drafts.length === 0) return [];
  const rows = drafts.map((d) => ({ ...d, at: new Date(d.at).toISOString() }));
  return tx.rows(
    `insert into signals.signal (key, rule_id, rule_version, level, at, found_at, record_id,
        person_id, place_id, area_code, late, evidence)
      select x.key, x."ruleId", x."ruleVersion", x.level, x.at, $2, x."recordId", x."personId",
        x."placeId", x."areaCode", x.late, x.evidence
      from jsonb_to_recordset($1::jsonb) as x(key text, "ruleId" text, "ruleVersion" int,
        level smallint, at timestamptz, "recordId" bigint, "personId" bigint, "placeId" bigint,
        "areaCode" text, late boolean, evidence jsonb)
      on conflict (key) do nothing
      returning id, key, rule_id as "ruleId"`,
    [JSON.stringify(rows), new Date(now)],
  );
}

/** Which of the keys are signals already. */
export async function knownKeys(tx: Tx, keys: readonly string[]): Promise<Set<string>> {
  const rows = await tx.rows<{ key: string }>(
    'select key from signals.signal where key = any($1)',
    [keys],
  );
  return new Set(rows.map((row) => row.key));
}

/** Signals of a rule found since the hour began. */
export async function foundSince(tx: Tx, ruleId: string, since: number): Promise<number> {
  const row = await tx.row<{ n: number }>(
    `select count(*) as n from signals.signal where rule_id = $1 and found_at >= $2`,
    [ruleId, new Date(since)],
  );
  return row?.n ?? 0;
}

export const addHeld = (
  tx: Tx,
  held: { ruleId: string; ruleVersion: number; n: number },
  hour: number,
): Promise<number> =>
  tx.run(
    `insert into signals.throttle (rule_id, rule_version, hour, held) values ($1, $2, $3, $4)
      on conflict (rule_id, rule_version, hour)
      do update set held = signals.throttle.held + excluded.held`,
    [held.ruleId, held.ruleVersion, new Date(hour), held.n],
  );

/** The newest 200 hours in which a rule was held back. */
export const throttles = (tx: Tx): Promise<Throttle[]> =>
  tx.rows(
    `select rule_id as "ruleId", rule_version as "ruleVersion", hour, held
      from signals.throttle order by hour desc, rule_id limit 200`,
  );

import { keyOf, type Page, pageOf } from '#base/paging.ts';
import type { Tx } from '#platform/db/index.ts';
import type { Mandate, MandateState, Proposal } from './contract.ts';
import { overAtOf, stateAt, type Stored } from './model.ts';

const COLUMNS = `id, functions, authority, document_no as "documentNo", articles, areas, disease,
  population, starts_at as "startsAt", ends_at as "endsAt", review_at as "reviewAt", reason, retention,
  stage, proposed_by as "proposedBy", proposed_name as "proposedName",
  proposed_unit as "proposedUnit", proposed_at as "proposedAt", decided_by as "decidedBy",
  decided_name as "decidedName", decided_unit as "decidedUnit", decided_at as "decidedAt",
  decision_note as "decisionNote", revoked_at as "revokedAt", revoked_name as "revokedName",
  revoke_reason as "revokeReason", key_fingerprint as "keyFingerprint",
  destroyed_at as "destroyedAt"`;

type Row = Omit<Mandate, 'state' | 'overAt' | 'ending'> & Stored;

function mandateAt({ stage, revokedAt, ...row }: Row, now: number): Mandate {
  const stored = { ...row, stage, revokedAt };
  const state = stateAt(stored, now);
  const isOver = state === 'ended' || state === 'destroyed';
  const ending = !isOver ? null : revokedAt === null ? 'expired' : 'revoked';
  return { ...row, state, overAt: overAtOf(stored), ending };
}

/** One order as it stands at `now`; with `lock`, held until the transaction ends. */
export async function mandateById(
  tx: Tx,
  id: number,
  now: number,
  lock: '' | 'for update' = '',
): Promise<Mandate | undefined> {
  const row = await tx.row<Row>(`select ${COLUMNS} from mandates.mandate where id = $1 ${lock}`, [
    id,
  ]);
  return row && mandateAt(row, now);
}

/** Behind everything: the year 9999, the last id of an `int`. */
const LAST_INSTANT = Date.UTC(9999, 11, 31);
const LAST_ID = 2_147_483_647;

/** What each state means in the tables; the clock does the rest. */
const WHERE: Record<MandateState, string> = {
  proposed: `stage = 'proposed'`,
  declined: `stage = 'declined'`,
  destroyed: `stage = 'destroyed'`,
  approved: `stage = 'approved' and starts_at > $4 and revoked_at is null`,
  live: `stage = 'approved' and starts_at <= $4 and ends_at > $4 and revoked_at is null`,
  ended: `(stage = 'ended' or (stage = 'approved' and (ends_at <= $4 or revoked_at is not null)))`,
};

/** Orders, the newest proposal first. */
export async function mandatesPage(
  tx: Tx,
  query: { state?: MandateState | undefined; after?: string | undefined; limit: number },
  now: number,
): Promise<Page<Mandate>> {
  const [at, id] = keyOf(query.after, ['instant', 'id']) ?? [LAST_INSTANT, LAST_ID];
  const rows = await tx.rows<Row>(
    `select ${COLUMNS} from mandates.mandate
     where (proposed_at, id) < ($1, $2) and ($4::timestamptz is not null)
       ${query.state ? `and ${WHERE[query.state]}` : ''}
     order by proposed_at desc, id desc limit $3`,
    [new Date(Math.min(at, LAST_INSTANT)), Math.min(id, LAST_ID), query.limit + 1, new Date(now)],
  );
  const page = pageOf(rows, query.limit, (row) => [row.proposedAt, row.id]);
  return { rows: page.rows.map((row) => mandateAt(row, now)), next: page.next };
}

/** Orders that are live at `now` for a function, the first to end first. Tens at most. */
export async function liveMandates(tx: Tx, fn: string, now: number): Promise<Mandate[]> {
  const rows = await tx.rows<Row>(
    `select ${COLUMNS} from mandates.mandate
     where stage = 'approved' and $1 = any(functions) and revoked_at is null
       and starts_at <= $2 and ends_at > $2 order by ends_at, id limit 200`,
    [fn, new Date(now)],
  );
  return rows.map((row) => mandateAt(row, now));
}

/** The order for a function that ended last, to be named when somebody is refused. */
export async function lastEnded(tx: Tx, fn: string, now: number): Promise<Mandate | undefined> {
  const row = await tx.row<Row>(
    `select ${COLUMNS} from mandates.mandate
     where stage in ('approved', 'ended', 'destroyed') and $1 = any(functions)
       and least(ends_at, revoked_at) <= $2
     order by least(ends_at, revoked_at) desc, id desc limit 1`,
    [fn, new Date(now)],
  );
  return row && mandateAt(row, now);
}

/** Orders by id, live or not; unknown ids are absent. */
export async function mandatesById(
  tx: Tx,
  ids: readonly number[],
  now: number,
): Promise<Mandate[]> {
  const rows = await tx.rows<Row>(
    `select ${COLUMNS} from mandates.mandate where id = any($1::int[]) order by id`,
    [ids],
  );
  return rows.map((row) => mandateAt(row, now));
}

type Who = { readonly id: number; readonly name: string; readonly unit: string };

/** Undefined when the document number is taken. */
export async function insertProposal(
  tx: Tx,
  it: Proposal,
  by: Who,
  now: number,
): Promise<number | undefined> {
  const row = await tx.row<{ id: number }>(
    `insert into mandates.mandate (functions, authority, document_no, articles, areas, disease,
       population, starts_at, ends_at, review_at, reason, retention,
       proposed_by, proposed_name, proposed_unit, proposed_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::jsonb, $13, $14, $15, $16)
     on conflict (document_no) do nothing returning id`,
    [
      it.functions,
      it.authority,
      it.documentNo,
      it.articles,
      it.areas,
      it.disease,
      it.population,
      new Date(it.startsAt),
      new Date(it.endsAt),
      new Date(it.reviewAt),
      it.reason,
      JSON.stringify(it.retention),
      by.id,
      by.name,
      by.unit,
      new Date(now),
    ],
  );
  return row?.id;
}

export const writeDecision = (
  tx: Tx,
  it: { id: number; stage: 'approved' | 'declined'; note: string; fingerprint: string | null },
  by: Who,
  now: number,
): Promise<number> =>
  tx.run(
    `update mandates.mandate set stage = $2, decided_by = $3, decided_name = $4,
       decided_unit = $5, decided_at = $6, decision_note = $7, key_fingerprint = $8
     where id = $1`,
    [it.id, it.stage, by.id, by.name, by.unit, new Date(now), it.note, it.fingerprint],
  );

export const writeRevocation = (
  tx: Tx,
  it: { id: number; reason: string },
  by: Omit<Who, 'unit'>,
  now: number,
): Promise<number> =>
  tx.run(
    `update mandates.mandate set revoked_at = $2, revoked_by = $3, revoked_name = $4,
       revoke_reason = $5 where id = $1`,
    [it.id, new Date(now), by.id, by.name, it.reason],
  );

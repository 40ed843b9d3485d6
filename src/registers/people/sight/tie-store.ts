import { keyOf, type Page, pageOf } from '#base/paging.ts';
import type { Tx } from '#platform/db/index.ts';
import type { TieRelation, TieState } from './contract.ts';

export type TieRow = {
  readonly id: number;
  readonly personId: number;
  readonly relation: TieRelation | 'lives';
  readonly areaCode: string;
  readonly fromArea: string;
  readonly state: TieState;
  readonly since: number;
  readonly until: number | null;
  readonly proposedBy: number;
  readonly proposedAt: number;
  readonly decidedBy: number | null;
  readonly decidedAt: number | null;
  readonly reason: Buffer | null;
};

const TIE = `t.id, t.person as "personId", t.relation, t.area_code as "areaCode",
  t.from_area as "fromArea", t.state, t.since, t.until, t.proposed_by as "proposedBy",
  t.proposed_at as "proposedAt", coalesce(t.ended_by, t.decided_by) as "decidedBy",
  coalesce(t.ended_at, t.decided_at) as "decidedAt", t.reason`;

export const lockTie = (tx: Tx, id: number): Promise<TieRow | undefined> =>
  tx.row<TieRow>(`select ${TIE} from people.tie t where t.id = $1 for update`, [id]);

/** Ties of a person, the newest first; at most 50. */
export const tiesOf = (tx: Tx, person: number): Promise<TieRow[]> =>
  tx.rows<TieRow>(
    `select ${TIE} from people.tie t where t.person = $1 order by t.id desc limit 50`,
    [person],
  );

export const countLive = async (tx: Tx, person: number): Promise<number> =>
  (
    await tx.row<{ n: number }>(
      'select count(*)::int as n from people.tie where person = $1 and live',
      [person],
    )
  )?.n ?? 0;

export type TieFilter = {
  readonly from: string;
  readonly until: string;
  readonly side: 'incoming' | 'offered';
  readonly state: TieState;
  readonly after?: string | undefined;
  readonly limit: number;
};

/** Hand-overs to an area or from it, the newest first, by a keyset of the id. */
export async function listTies(tx: Tx, filter: TieFilter): Promise<Page<TieRow>> {
  const before = keyOf(filter.after, ['id'])?.[0] ?? Number.MAX_SAFE_INTEGER;
  const column = filter.side === 'incoming' ? 't.area_code' : 't.from_area';
  const rows = await tx.rows<TieRow>(
    `select ${TIE} from people.tie t
     where t.id < $1 and t.state = $2 and ${column} >= $3 and ${column} < $4 and ${column} <> ''
     order by t.id desc limit $5`,
    [before, filter.state, filter.from, filter.until, filter.limit + 1],
  );
  return pageOf(rows, filter.limit, (row) => [row.id]);
}

export type NewTieRow = {
  readonly personId: number;
  readonly relation: TieRelation;
  readonly areaCode: string;
  readonly fromArea: string;
  readonly until: number | null;
  readonly reason: Buffer;
  readonly by: number;
};

/** Undefined when the same tie is live already. */
export const insertTie = (tx: Tx, tie: NewTieRow, now: number): Promise<TieRow | undefined> =>
  tx.row<TieRow>(
    `insert into people.tie as t (person, relation, area_code, from_area, since, until, state,
       proposed_by, proposed_at, reason, source)
     values ($1, $2, $3, $4, $5, $6, 'proposed', $7, $5, $8, 'hand')
     on conflict (person, relation, area_code) where live do nothing returning ${TIE}`,
    [
      tie.personId,
      tie.relation,
      tie.areaCode,
      tie.fromArea,
      new Date(now),
      tie.until === null ? null : new Date(tie.until),
      tie.by,
      tie.reason,
    ],
  );

/** The decision of the receiving side. */
export const markDecided = (
  tx: Tx,
  id: number,
  by: { actorId: number; state: 'accepted' | 'declined'; reason: Buffer | null },
  now: number,
): Promise<TieRow | undefined> =>
  tx.row<TieRow>(
    `update people.tie t set state = $2, decided_by = $3, decided_at = $4,
       reason = coalesce($5, reason)
     where id = $1 returning ${TIE}`,
    [id, by.state, by.actorId, new Date(now), by.reason],
  );

export const markEnded = (
  tx: Tx,
  id: number,
  by: { actorId: number; reason: Buffer | null },
  now: number,
): Promise<TieRow | undefined> =>
  tx.row<TieRow>(
    `update people.tie t set state = 'ended', ended_by = $2, ended_at = $3,
       reason = coalesce($4, reason)
     where id = $1 returning ${TIE}`,
    [id, by.actorId, new Date(now), by.reason],
  );

/** Ids of the ties that a hand-over takes the place of: the giving area's own of the relation. */
export const replacedBy = (tx: Tx, tie: TieRow, fromPrefix: string): Promise<{ id: number }[]> =>
  tx.rows<{ id: number }>(
    `select id from people.tie where person = $1 and relation = $2 and state = 'accepted'
       and id <> $3 and starts_with(area_code, $4) order by id for update`,
    [tie.personId, tie.relation, tie.id, fromPrefix],
  );

/** Live ties past their time, the oldest first; at most `max`. */
export const dueTies = (tx: Tx, now: number, max: number): Promise<TieRow[]> =>
  tx.rows<TieRow>(
    `select ${TIE} from people.tie t where t.live and t.until <= $1
     order by t.until limit $2 for update skip locked`,
    [new Date(now), max],
  );

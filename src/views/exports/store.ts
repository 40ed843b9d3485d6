import { keyOf, type Page, pageOf } from '#base/paging.ts';
import type { Tx } from '#platform/db/index.ts';
import type { Filter, Subject } from './contract.ts';
import type { Ask, State } from './model.ts';

const ASK = `id, subject, filter, purpose, area_prefix as "areaPrefix", state, rows,
  asked_by as "askedBy", asked_at as "askedAt", decided_by as "decidedBy",
  decided_at as "decidedAt", decided_note as "decidedNote", expires_at as "expiresAt", downloads`;

/** Names of actors are joined by the verbs: they stand in another room's schema. */
export type AskRow = Omit<Ask, 'askedName' | 'decidedName'>;

export const countOpen = async (tx: Tx, actorId: number): Promise<number> =>
  (
    await tx.row<{ n: number }>(
      `select count(*) as n from exports.ask where asked_by = $1 and state = 'asked'`,
      [actorId],
    )
  )?.n ?? 0;

/** One asker's requests come one after another: two at once would each count without the other. */
export const lockAsker = (tx: Tx, actorId: number): Promise<unknown> =>
  tx.run('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`export ${actorId}`]);

/** Rows that nobody approved, of all files this person asked for after an instant. */
export const freeRowsSince = async (tx: Tx, actorId: number, after: number): Promise<number> =>
  (
    await tx.row<{ n: number }>(
      `select coalesce(sum(rows), 0)::int as n from exports.ask
       where asked_by = $1 and asked_at > $2 and state = 'approved' and decided_by is null`,
      [actorId, new Date(after)],
    )
  )?.n ?? 0;

export type NewAsk = {
  readonly subject: Subject;
  readonly filter: Filter;
  readonly purpose: string;
  readonly areaPrefix: string;
  readonly rows: number;
  readonly askedBy: number;
  /** Null: somebody must decide. */
  readonly expiresAt: number | null;
};

export async function insertAsk(tx: Tx, ask: NewAsk, now: number): Promise<AskRow> {
  const row = await tx.row<AskRow>(
    `insert into exports.ask
       (subject, filter, purpose, area_prefix, state, rows, asked_by, asked_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning ${ASK}`,
    [
      ask.subject,
      JSON.stringify(ask.filter),
      ask.purpose,
      ask.areaPrefix,
      ask.expiresAt === null ? 'asked' : 'approved',
      ask.rows,
      ask.askedBy,
      new Date(now),
      ask.expiresAt === null ? null : new Date(ask.expiresAt),
    ],
  );
  if (!row) throw new Error('an insert answers its row');
  return row;
}

/** Locked until the transaction ends: two deciders wait for each other. */
export const lockAsk = (tx: Tx, id: number): Promise<AskRow | undefined> =>
  tx.row<AskRow>(`select ${ASK} from exports.ask where id = $1 for update`, [id]);

export const askById = (tx: Tx, id: number): Promise<AskRow | undefined> =>
  tx.row<AskRow>(`select ${ASK} from exports.ask where id = $1`, [id]);

export async function decide(
  tx: Tx,
  id: number,
  to: { state: State; by: number; note: string | null; at: number; expiresAt: number | null },
): Promise<AskRow> {
  const row = await tx.row<AskRow>(
    `update exports.ask set state = $2, decided_by = $3, decided_note = $4, decided_at = $5,
       expires_at = $6 where id = $1 returning ${ASK}`,
    [id, to.state, to.by, to.note, new Date(to.at), to.expiresAt ? new Date(to.expiresAt) : null],
  );
  if (!row) throw new Error('a locked row is there');
  return row;
}

export const countFetch = (tx: Tx, id: number): Promise<number> =>
  tx.run('update exports.ask set downloads = downloads + 1 where id = $1', [id]);

/** Newest first: of one asker, or of everybody in one state. */
export async function asksPage(
  tx: Tx,
  of: { askedBy: number } | { state: State },
  query: { after?: string | undefined; limit: number },
): Promise<Page<AskRow>> {
  const before = keyOf(query.after, ['id'])?.[0] ?? Number.MAX_SAFE_INTEGER;
  const [where, value] = 'askedBy' in of ? ['asked_by = $1', of.askedBy] : ['state = $1', of.state];
  const rows = await tx.rows<AskRow>(
    `select ${ASK} from exports.ask where ${where} and id < $2 order by id desc limit $3`,
    [value, before, query.limit + 1],
  );
  return pageOf(rows, query.limit, (row) => [row.id]);
}

import type { Page } from '#base/paging.ts';
import { keyOf, pageOf } from '#base/paging.ts';
import type { Tx } from '#platform/db/index.ts';
import type { Vault } from '#platform/secrets/index.ts';
import type { CodeSet, WatchList } from './contract.ts';
import { type Keys, sealedAreas, type SealedMember, sealedPage, subjectOf } from './sealed.ts';

export type WatchListHead = WatchList;

const LIST = `id, words, subject, legal_basis as "legalBasis", purpose, default_hours as "defaultHours",
  members, changed_at as "changedAt"`;

/** All lists: tens, so no page. */
export const watchLists = (tx: Tx): Promise<WatchList[]> =>
  tx.rows(`select ${LIST} from rules.list order by id`);

export const listById = (tx: Tx, id: string): Promise<WatchList | undefined> =>
  tx.row(`select ${LIST} from rules.list where id = $1`, [id]);

/** Opens a list, or brings the words of one up to date; members stay. */
export const putList = (
  tx: Tx,
  list: Omit<WatchList, 'members' | 'changedAt'>,
  now: number,
): Promise<number> =>
  tx.run(
    `insert into rules.list (id, words, subject, legal_basis, purpose, default_hours, changed_at)
      values ($1, $2::jsonb, $3, $4::jsonb, $5::jsonb, $6, $7)
      on conflict (id) do update set words = excluded.words, legal_basis = excluded.legal_basis,
        purpose = excluded.purpose, default_hours = excluded.default_hours`,
    [
      list.id,
      JSON.stringify(list.words),
      list.subject,
      JSON.stringify(list.legalBasis),
      JSON.stringify(list.purpose),
      list.defaultHours,
      new Date(now),
    ],
  );

export type MemberRow = {
  readonly subjectId: number;
  readonly areaCode: string;
  readonly from: number;
  readonly until: number;
  readonly source: string;
  readonly reason: string;
};

export type ListedMember = MemberRow & { readonly mandateId: number | null };

/**
 * Members that are not removed, by area, inside an area prefix: first those in the open, then those
 * under the live orders given. Expired ones stay visible.
 */
export async function membersPage(
  tx: Tx,
  { vault, keys }: { readonly vault: Pick<Vault, 'open'>; readonly keys: Keys },
  listId: string,
  orders: readonly number[],
  q: { areaPrefix: string; after?: string | undefined; limit: number },
): Promise<Page<ListedMember>> {
  const { areaPrefix, limit } = q;
  const sealed = keyOf(q.after, ['text', 'text']);
  const rows = sealed ? [] : await openMembers(tx, vault, listId, q);
  const page = { areaPrefix, after: sealed ?? (['', ''] as const), limit: limit + 1 - rows.length };
  const rest = await sealedPage(tx, keys, listId, orders, page);
  const all: (ListedMember | SealedMember)[] = [...rows, ...rest];
  return pageOf(all, limit, (row) =>
    'mark' in row ? [row.areaCode, row.mark] : [row.areaCode, row.subjectId],
  );
}

async function openMembers(
  tx: Tx,
  vault: Pick<Vault, 'open'>,
  listId: string,
  q: { areaPrefix: string; after?: string | undefined; limit: number },
): Promise<ListedMember[]> {
  const [area, id] = keyOf(q.after, ['text', 'id']) ?? ['', 0];
  const rows = await tx.rows<ListedMember & { said: Buffer | null }>(
    `select subject_id as "subjectId", area_code as "areaCode", from_at as "from",
        until_at as "until", source, reason, said, null::int as "mandateId"
      from rules.list_member
      where list_id = $1 and not removed and area_code >= $2 and area_code < $2 || '~'
        and (area_code, subject_id) > ($3, $4)
      order by area_code, subject_id limit $5`,
    [listId, q.areaPrefix, area, id, q.limit + 1],
  );
  return rows.map(({ said, ...row }) => (said ? { ...row, reason: vault.open(said) } : row));
}

export type MemberChange = {
  readonly listId: string;
  /** Null: came in under an order whose key is gone. */
  readonly subjectId: number | null;
  readonly from: number;
  readonly until: number;
  readonly removed: boolean;
  /** The order under which the member came in. */
  readonly mandateId: number | null;
  readonly rev: number;
};

/**
 * Changes of one list after a revision, oldest first: how the matcher loads and follows
 * millions. Members under orders are opened here and nowhere kept.
 */
export async function memberFeed(
  tx: Tx,
  keys: Keys,
  listId: string,
  afterRev: number,
  limit: number,
): Promise<MemberChange[]> {
  const rows = await tx.rows<MemberChange & { sealed: Buffer | null }>(
    `select list_id as "listId", subject_id as "subjectId", from_at as "from", until_at as "until",
        removed, null::int as "mandateId", null::bytea as sealed, rev
      from rules.list_member where list_id = $1 and rev > $2
      union all
      select list_id, null, from_at, until_at, removed, mandate_id, sealed, rev
      from rules.sealed_member where list_id = $1 and rev > $2
      order by rev limit $3`,
    [listId, afterRev, limit],
  );
  return rows.map(({ sealed, ...row }) =>
    sealed && row.mandateId !== null
      ? { ...row, subjectId: subjectOf(keys, { mandateId: row.mandateId, sealed }) }
      : row,
  );
}

/** Where members live, for work that has no record to go by; unknown ids are left out. */
export async function memberAreas(
  tx: Tx,
  keys: Keys,
  listId: string,
  ids: readonly number[],
): Promise<{ subjectId: number; areaCode: string }[]> {
  const open = await tx.rows<{ subjectId: number; areaCode: string }>(
    `select subject_id as "subjectId", area_code as "areaCode" from rules.list_member
      where list_id = $1 and subject_id = any($2)`,
    [listId, ids],
  );
  return [...open, ...(await sealedAreas(tx, keys, listId, ids))];
}

/** From when until when these subjects stand on a list; who was taken off is absent. */
export const memberSpans = (
  tx: Tx,
  listId: string,
  ids: readonly number[],
): Promise<{ subjectId: number; from: number; until: number }[]> =>
  tx.rows(
    `select subject_id as "subjectId", from_at as "from", until_at as "until"
      from rules.list_member
      where list_id = $1 and subject_id = any($2::bigint[]) and not removed`,
    [listId, ids],
  );

/** Puts a code into a set, with its span; writing it again replaces the span. */
export const putCodeRow = (
  tx: Tx,
  setId: string,
  code: CodeSet['codes'][number],
): Promise<number> =>
  tx.run(
    `insert into rules.code (set_id, code, words, from_at, until_at)
      values ($1, $2, $3::jsonb, $4, $5)
      on conflict (set_id, code) do update set words = excluded.words,
        from_at = excluded.from_at, until_at = excluded.until_at`,
    [
      setId,
      code.code,
      JSON.stringify(code.words),
      new Date(code.from),
      code.until === null ? null : new Date(code.until),
    ],
  );

export const putCodeSet = (tx: Tx, id: string, words: CodeSet['words']): Promise<number> =>
  tx.run(
    `insert into rules.code_set (id, words) values ($1, $2::jsonb)
      on conflict (id) do update set words = excluded.words`,
    [id, JSON.stringify(words)],
  );

/** All code sets with their codes: hundreds of codes, so no page. */
export const codeSets = (tx: Tx): Promise<CodeSet[]> =>
  tx.rows(
    `select s.id, s.words, coalesce(c.codes, '[]'::jsonb) as codes
      from rules.code_set s
      left join lateral (
        select jsonb_agg(jsonb_build_object('code', code, 'words', words,
            'from', (extract(epoch from from_at) * 1000)::bigint,
            'until', (extract(epoch from until_at) * 1000)::bigint) order by code) as codes
        from rules.code where set_id = s.id) c on true
      order by s.id`,
  );

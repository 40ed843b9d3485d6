import type { Page } from '#base/paging.ts';
import { keyOf, pageOf } from '#base/paging.ts';
import type { Tx } from '#platform/db/index.ts';
import type { CodeSet, WatchList } from './contract.ts';

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

/**
 * Members that are not removed, by area and id, inside an area prefix. Expired ones stay
 * visible.
 */
export async function membersPage(
  tx: Tx,
  listId: string,
  areaPrefix: string,
  q: { after?: string | undefined; limit: number },
): Promise<Page<MemberRow>> {
  const [area, id] = keyOf(q.after, ['text', 'id']) ?? ['', 0];
  const rows = await tx.rows<MemberRow>(
    `select subject_id as "subjectId", area_code as "areaCode", from_at as "from",
        until_at as "until", source, reason
      from rules.list_member
      where list_id = $1 and not removed and area_code >= $2 and area_code < $2 || '~'
        and (area_code, subject_id) > ($3, $4)
      order by area_code, subject_id limit $5`,
    [listId, areaPrefix, area, id, q.limit + 1],
  );
  return pageOf(rows, q.limit, (row) => [row.areaCode, row.subjectId]);
}

export type MemberChange = {
  readonly listId: string;
  readonly subjectId: number;
  readonly from: number;
  readonly until: number;
  readonly removed: boolean;
  readonly rev: number;
};

/**
 * Changes of one list after a revision, oldest first: how the matcher loads and follows
 * millions.
 */
export const memberFeed = (
  tx: Tx,
  listId: string,
  afterRev: number,
  limit: number,
): Promise<MemberChange[]> =>
  tx.rows(
    `select list_id as "listId", subject_id as "subjectId", from_at as "from", until_at as "until",
        removed, rev
      from rules.list_member where list_id = $1 and rev > $2 order by rev limit $3`,
    [listId, afterRev, limit],
  );

/** Where members live, for work that has no record to go by; unknown ids are left out. */
export const memberAreas = (
  tx: Tx,
  listId: string,
  ids: readonly number[],
): Promise<{ subjectId: number; areaCode: string }[]> =>
  tx.rows(
    `select subject_id as "subjectId", area_code as "areaCode" from rules.list_member
      where list_id = $1 and subject_id = any($2)`,
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

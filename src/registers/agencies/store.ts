import { ancestorOf, prefixOf, sharedPrefix, TIERS, type Tier } from '#base/areas.ts';
import { keyOf, type Page, pageOf } from '#base/paging.ts';
import type { Tx } from '#platform/db/index.ts';
import type { Override, Post, PostKind, Shift } from './contract.ts';

const POST = 'id, code, area_code as "areaCode", tier, kind, name, agency, capacity';

export const postOf = (tx: Tx, id: number): Promise<Post | undefined> =>
  tx.row<Post>(`select ${POST} from agencies.post where id = $1`, [id]);

/**
 * The post that answers for an area: the one of the area itself, else of the nearest area above it.
 * Undefined only when not even the city has one of this kind.
 */
export function postFor(tx: Tx, areaCode: string, kind: PostKind): Promise<Post | undefined> {
  const codes = TIERS.map((tier) => ancestorOf(areaCode, tier)).filter((code) => code);
  return tx.row<Post>(
    `select ${POST} from agencies.post
     join unnest($1::text[]) with ordinality as x (area, i) on x.area = area_code
     where kind = $2 order by x.i desc, id limit 1`,
    [codes, kind],
  );
}

/** The posts an actor is a member of. */
export const postsOfActor = (tx: Tx, actorId: number): Promise<Post[]> =>
  tx.rows<Post>(
    `select ${POST} from agencies.post
     where id in (select post_id from agencies.member where actor_id = $1) order by id`,
    [actorId],
  );

export type PostFilter = {
  readonly areaPrefix: string;
  readonly area?: string | undefined;
  readonly kind?: PostKind | undefined;
  readonly tier?: Tier | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
};

/** A page of posts in order of area and id. */
export async function listPosts(tx: Tx, filter: PostFilter): Promise<Page<Post>> {
  const prefix = sharedPrefix(filter.areaPrefix, filter.area ? prefixOf(filter.area) : '');
  if (prefix === undefined) return { rows: [], next: null };
  const key = keyOf(filter.after, ['text', 'id']) ?? ['', 0];
  const rows = await tx.rows<Post>(
    `select ${POST} from agencies.post
     where (area_code, id) > ($1, $2) and area_code >= $3 and area_code < $3 || ':'
       and ($4::text is null or kind = $4) and ($5::text is null or tier = $5)
     order by area_code, id limit $6`,
    [...key, prefix, filter.kind ?? null, filter.tier ?? null, filter.limit + 1],
  );
  return pageOf(rows, filter.limit, (row) => [row.areaCode, row.id]);
}

export const membersOf = async (tx: Tx, postId: number): Promise<number[]> => {
  const rows = await tx.rows<{ id: number }>(
    'select actor_id as id from agencies.member where post_id = $1 order by actor_id',
    [postId],
  );
  return rows.map((row) => row.id);
};

export const shiftsOf = (tx: Tx, postId: number): Promise<Shift[]> =>
  tx.rows<Shift>(
    `select actor_id as "actorId", weekday, from_minute as "fromMinute",
       until_minute as "untilMinute"
     from agencies.shift where post_id = $1 order by weekday, from_minute, actor_id`,
    [postId],
  );

/** Overrides that have not passed. */
export const overridesOf = (tx: Tx, postId: number, now: number): Promise<Override[]> =>
  tx.rows<Override>(
    `select actor_id as "actorId", from_at as "fromAt", until_at as "untilAt", present, note
     from agencies.override where post_id = $1 and until_at > $2 order by from_at, actor_id`,
    [postId, new Date(now)],
  );

export async function replaceRoster(
  tx: Tx,
  postId: number,
  shifts: readonly Shift[],
  overrides: readonly Override[],
  now: number,
): Promise<void> {
  await tx.run('delete from agencies.shift where post_id = $1', [postId]);
  await tx.run('delete from agencies.override where post_id = $1 and until_at > $2', [
    postId,
    new Date(now),
  ]);
  await tx.run(
    `insert into agencies.shift (post_id, actor_id, weekday, from_minute, until_minute)
     select $1, * from unnest($2::bigint[], $3::smallint[], $4::smallint[], $5::smallint[])
     on conflict do nothing`,
    [
      postId,
      shifts.map((s) => s.actorId),
      shifts.map((s) => s.weekday),
      shifts.map((s) => s.fromMinute),
      shifts.map((s) => s.untilMinute),
    ],
  );
  await tx.run(
    `insert into agencies.override (post_id, actor_id, from_at, until_at, present, note)
     select $1, * from unnest($2::bigint[], $3::timestamptz[], $4::timestamptz[], $5::boolean[],
       $6::text[])
     on conflict (post_id, actor_id, from_at) do update
       set until_at = excluded.until_at, present = excluded.present, note = excluded.note`,
    [
      postId,
      overrides.map((o) => o.actorId),
      overrides.map((o) => new Date(o.fromAt)),
      overrides.map((o) => new Date(o.untilAt)),
      overrides.map((o) => o.present),
      overrides.map((o) => o.note),
    ],
  );
}

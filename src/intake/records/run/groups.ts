import type { Tx } from '#platform/db/index.ts';

/** Segments that go to the lake together, with the token they go under. */
export type LakeGroup = {
  readonly id: number;
  readonly token: string;
  readonly rows: number;
  readonly segments: readonly number[];
};

/** Groups made but not acknowledged: what a crash may have left half loaded. */
export const openGroups = (tx: Tx): Promise<LakeGroup[]> =>
  tx.rows<LakeGroup>(
    `select g.id, g.token, g.rows, array_agg(s.id order by s.id)::float8[] as segments
     from records.lake_group g join records.segment s on s.group_id = g.id
     where g.loaded_at is null group by g.id order by g.id`,
  );

/** Makes a group of the oldest settled segments, up to `rowsMax` rows; undefined when there is none. */
export async function makeGroup(
  tx: Tx,
  rowsMax: number,
  now: number,
): Promise<LakeGroup | undefined> {
  const waiting = await tx.rows<{ id: number; rows: number }>(
    `select id, rows from records.segment where loaded_at is null and group_id is null
     order by id limit 1000`,
  );
  let rows = 0;
  const segments: number[] = [];
  for (const it of waiting) {
    if (segments.length > 0 && rows + it.rows > rowsMax) break;
    segments.push(it.id);
    rows += it.rows;
  }
  const first = segments[0];
  const last = segments.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const token = `segments-${first}-${last}`;
  const group = await tx.row<{ id: number }>(
    `insert into records.lake_group (token, first_segment, last_segment, rows, made_at)
     values ($1, $2, $3, $4, $5) returning id`,
    [token, first, last, rows, new Date(now)],
  );
  if (!group) throw new Error('a lake group was not made');
  await tx.run('update records.segment set group_id = $1 where id = any($2::int8[])', [
    group.id,
    segments,
  ]);
  return { id: group.id, token, rows, segments };
}

export async function markLoaded(tx: Tx, group: LakeGroup, now: number): Promise<void> {
  await tx.run('update records.lake_group set loaded_at = $2 where id = $1', [
    group.id,
    new Date(now),
  ]);
  await tx.run('update records.segment set loaded_at = $2 where group_id = $1', [
    group.id,
    new Date(now),
  ]);
}

/** Loaded segments whose files may go. */
export const droppable = async (tx: Tx, before: number): Promise<number[]> =>
  (
    await tx.rows<{ id: number }>(
      `select id from records.segment where loaded_at < $1 and not is_dropped order by id limit 500`,
      [new Date(before)],
    )
  ).map((it) => it.id);

export const markDropped = (tx: Tx, segments: readonly number[]): Promise<number> =>
  tx.run('update records.segment set is_dropped = true where id = any($1::int8[])', [segments]);

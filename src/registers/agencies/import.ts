import type { Actor } from '#base/access.ts';
import { tierOf } from '#base/areas.ts';
import { type FieldError, type Refusal, refuse } from '#base/refusal.ts';
import type { Tx } from '#platform/db/index.ts';
import { idsOfLogins } from '#registers/access/index.ts';
import { knownAreas } from '#registers/areas/index.ts';
import { type PostRow, postRow } from './contract.ts';

export const IMPORT_ROWS_MAX = 50_000;

function faultsOf(
  rows: readonly PostRow[],
  areas: ReadonlySet<string>,
  logins: ReadonlyMap<string, number>,
): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  const add = (path: string, value: string, zh: string, en: string): void => {
    errors.push({ path, code: 'post-row', value: value.slice(0, 60), text: { zh, en } });
  };
  rows.forEach((row, i) => {
    for (const issue of postRow.safeParse(row).error?.issues ?? [])
      add(`${i}.${issue.path.join('.')}`, row.code, issue.message, issue.message);
    if (seen.has(row.code)) add(`${i}.code`, row.code, '岗位编码重复', 'this code stands twice');
    seen.add(row.code);
    if (!areas.has(row.areaCode))
      add(`${i}.areaCode`, row.areaCode, '没有这个区域', 'no such area');
    for (const login of row.members ?? [])
      if (!logins.has(login)) add(`${i}.members`, login, '没有这个账号', 'no such login');
  });
  return errors;
}

/**
 * Writes posts and their members, once or again with the same outcome. The members of a row
 * replace those of the post; rosters of people who stay are kept. Refuses all with every error of
 * every row.
 */
export async function importPosts(
  tx: Tx,
  _actor: Actor,
  rows: readonly PostRow[],
  _now: number,
): Promise<{ written: number } | Refusal> {
  if (rows.length > IMPORT_ROWS_MAX) {
    return refuse('too-large', 'too-many-posts', {
      zh: `一次最多导入 ${IMPORT_ROWS_MAX} 个岗位，请分批。`,
      en: `At most ${IMPORT_ROWS_MAX} posts at once; split the import.`,
    });
  }
  const logins = await idsOfLogins(tx, [...new Set(rows.flatMap((row) => row.members ?? []))]);
  const areas = await knownAreas(tx, [...new Set(rows.map((row) => row.areaCode))]);
  const errors = faultsOf(rows, areas, logins);
  if (errors.length > 0) {
    return refuse(
      'invalid',
      'invalid-posts',
      { zh: `有 ${errors.length} 处错误，未导入。`, en: `${errors.length} errors; none imported.` },
      errors,
    );
  }
  const posts = await writePosts(tx, rows);
  const members = rows.flatMap((row) =>
    (row.members ?? []).map((login) => [posts.get(row.code) ?? 0, logins.get(login) ?? 0]),
  );
  await replaceMembers(tx, [...posts.values()], members);
  return { written: rows.length };
}

async function writePosts(tx: Tx, rows: readonly PostRow[]): Promise<Map<string, number>> {
  const written = await tx.rows<{ id: number; code: string }>(
    `insert into agencies.post (code, area_code, tier, kind, name, agency, capacity)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::jsonb[],
       $6::jsonb[], $7::int[])
     on conflict (code) do update set area_code = excluded.area_code, tier = excluded.tier,
       kind = excluded.kind, name = excluded.name, agency = excluded.agency,
       capacity = excluded.capacity
     returning id, code`,
    [
      rows.map((row) => row.code),
      rows.map((row) => row.areaCode),
      rows.map((row) => tierOf(row.areaCode)),
      rows.map((row) => row.kind),
      rows.map((row) => JSON.stringify(row.name)),
      rows.map((row) => JSON.stringify(row.agency)),
      rows.map((row) => row.capacity ?? 40),
    ],
  );
  return new Map(written.map((row) => [row.code, row.id]));
}

async function replaceMembers(tx: Tx, posts: readonly number[], members: number[][]) {
  const pairs = [members.map((m) => m[0]), members.map((m) => m[1])];
  await tx.run(
    `delete from agencies.member m where post_id = any($1::int[]) and not exists (
       select from unnest($2::int[], $3::bigint[]) as x (post, actor)
       where x.post = m.post_id and x.actor = m.actor_id)`,
    [posts, ...pairs],
  );
  await tx.run(
    `insert into agencies.member (post_id, actor_id)
     select * from unnest($1::int[], $2::bigint[]) on conflict do nothing`,
    pairs,
  );
}

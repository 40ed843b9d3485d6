import { type Refusal, refuse } from '#base/refusal.ts';
import { HOUR } from '#base/time.ts';
import { factOf } from '#facts/index.ts';
import type { Tx } from '#platform/db/index.ts';
import { tell } from '#platform/outbox/index.ts';
import type { Vault } from '#platform/secrets/index.ts';
import { bumpRevision } from '../store.ts';
import type { WatchList } from './contract.ts';
import { listById, type MemberRow } from './store.ts';

/**
 * Records come late and tell whole seconds: who is listed now counts for what happened in the last
 * hour, unless the row says from when.
 */
export const COUNTS_BACK = HOUR;

/** A whole city may list or take off whom it will: guests stand on lists without an area. */
export const reachIn = (prefix: string): string => (prefix.length <= 4 ? '' : prefix);

const hex = (bytes: Buffer | undefined): string =>
  bytes ? `\\\\x${bytes.toString('hex')}` : '\\N';

/** What seals a member's words. */
export type Sealer = Pick<Vault, 'seal' | 'blindIndex'>;

/** Members in bulk: COPY into a scratch table, then one merge that counts what is new. */
export async function writeMembers(
  tx: Tx,
  vault: Sealer,
  listId: string,
  members: readonly MemberRow[],
): Promise<void> {
  if (members.length === 0) return;
  await tx.run(`create temp table if not exists member_in (subject_id bigint, area_code text,
    from_at timestamptz, until_at timestamptz, source text, said bytea, gist bytea) on commit drop`);
  await tx.copyIn('copy member_in from stdin', copyLines(vault, members));
  await tx.run(
    `with merged as (
      insert into rules.list_member as m
        (list_id, subject_id, area_code, from_at, until_at, source, said, gist)
        select $1, subject_id, area_code, from_at, until_at, source, said, gist from member_in
        where not exists (select 1 from rules.list_member o
          where o.list_id = $1 and o.subject_id = member_in.subject_id and not o.removed
            and o.from_at = member_in.from_at and o.until_at = member_in.until_at
            and o.reason = '' and o.gist is not distinct from member_in.gist
            and o.source = member_in.source)
      on conflict (list_id, subject_id) do update set area_code = excluded.area_code,
        from_at = excluded.from_at, until_at = excluded.until_at, source = excluded.source,
        reason = '', said = excluded.said, gist = excluded.gist, removed = false, rev = nextval('rules.member_rev')
      returning 1), before as (
      select count(*) as n from rules.list_member o join member_in i on i.subject_id = o.subject_id
        where o.list_id = $1 and not o.removed)
    update rules.list set members = members + (select count(*) from member_in)
      - (select n from before) + 0 * (select count(*) from merged) where id = $1`,
    [listId],
  );
  await tx.run('delete from member_in');
}

function* copyLines(vault: Sealer, members: readonly MemberRow[]): Iterable<Buffer> {
  const instant = (at: number): string => new Date(at).toISOString();
  const clean = (text: string): string => text.replace(/[\\\t\n\r]/g, ' ');
  for (const m of members) {
    const cells = [m.subjectId, clean(m.areaCode), instant(m.from), instant(m.until)];
    const said = m.reason ? vault.seal(m.reason) : undefined;
    const gist = m.reason ? vault.blindIndex('list reason', m.reason) : undefined;
    yield Buffer.from(`${cells.join('\t')}\t${clean(m.source)}\t${hex(said)}\t${hex(gist)}\n`);
  }
}

/** Writers of one list stand in line, so that revisions become visible in their order. */
export async function lockedList(tx: Tx, id: string): Promise<WatchList | Refusal> {
  await tx.row('select id from rules.list where id = $1 for update', [id]);
  return (await listById(tx, id)) ?? noList(id);
}

export async function changed(tx: Tx, id: string, now: number): Promise<void> {
  await tx.run('update rules.list set changed_at = $2 where id = $1', [id, new Date(now)]);
  await bumpRevision(tx);
  await tell(tx, factOf('list.changed', id, { listId: id }));
}

export const noList = (id: string): Refusal =>
  refuse('missing', 'no-such-list', { zh: `没有名单“${id}”`, en: `There is no list "${id}"` });

import type { Tx } from '#platform/db/index.ts';
import type { MandateKeys, Vault } from '#platform/secrets/index.ts';
import type { Mandate, MandateStore } from '#registers/mandates/index.ts';
import { mandatesById } from '#registers/mandates/index.ts';
import type { MemberRow } from './store.ts';

/** Opens what came in under orders; an order whose key is gone opens nothing. */
export type Keys = Pick<MandateKeys, 'has' | 'vaultFor'>;

type Kept = { readonly s: number; readonly r: string; readonly o: string };

/** By which a person of a list is found again under one order, and under no other. */
const markOf = (vault: Vault, listId: string, subjectId: number): Buffer =>
  vault.blindIndex('list member', `${listId} ${subjectId}`);

/**
 * Writes members under an order, sealed with its key. None lasts longer than the order. Answers
 * how many are new or different; a repeated import changes nothing.
 */
export async function writeSealed(
  tx: Tx,
  vault: Vault,
  order: Pick<Mandate, 'id' | 'endsAt'>,
  listId: string,
  members: readonly MemberRow[],
): Promise<void> {
  const rows = members.map((m) => {
    const until = Math.min(m.until, order.endsAt);
    const kept: Kept = { s: m.subjectId, r: m.reason, o: m.source };
    const gist = JSON.stringify([m.areaCode, m.from, until, m.reason, m.source]);
    return {
      mark: markOf(vault, listId, m.subjectId).toString('hex'),
      gist: vault.blindIndex('list gist', gist).toString('hex'),
      sealed: vault.seal(JSON.stringify(kept)).toString('hex'),
      area: m.areaCode,
      from: new Date(m.from).toISOString(),
      until: new Date(until).toISOString(),
      subject: m.subjectId,
    };
  });
  await tx.run(
    `with came as (
      select decode(x.mark, 'hex') as mark, decode(x.gist, 'hex') as gist,
        decode(x.sealed, 'hex') as sealed, x.area, x."from", x.until, x.subject
      from jsonb_to_recordset($3::jsonb) as x(mark text, gist text, sealed text, area text,
        "from" timestamptz, until timestamptz, subject bigint)
    ), known as (
      select m.mark, m.removed, m.gist from rules.sealed_member m join came using (mark)
      where m.mandate_id = $2
    ), written as (
      insert into rules.sealed_member as m
        (list_id, mandate_id, mark, gist, sealed, area_code, from_at, until_at, subject_id)
        select $1, $2, mark, gist, sealed, area, "from", until, subject from came c
        where not exists (select 1 from known k
          where k.mark = c.mark and k.gist = c.gist and not k.removed)
      on conflict (mandate_id, mark) do update set gist = excluded.gist,
        sealed = excluded.sealed, area_code = excluded.area_code, from_at = excluded.from_at,
        until_at = excluded.until_at, removed = false, rev = nextval('rules.member_rev')
      returning 1)
    update rules.list set members = members + (select count(*) from came)
      - (select count(*) from known where not removed) + 0 * (select count(*) from written)
    where id = $1`,
    [listId, order.id, JSON.stringify(rows)],
  );
}

export type SealedChange = {
  readonly mandateId: number;
  readonly sealed: Uint8Array;
};

/** The person of a sealed row; null when the order's key is gone. */
export const subjectOf = (keys: Keys, row: SealedChange): number | null =>
  keys.has(row.mandateId) ? openRow(keys, row).s : null;

const openRow = (keys: Keys, row: SealedChange): Kept =>
  JSON.parse(keys.vaultFor(row.mandateId).open(row.sealed)) as Kept;

/** Orders under which a list has members, that are live at `now`. */
export async function liveOrdersOf(tx: Tx, listId: string, now: number): Promise<Mandate[]> {
  const ids = await ordersOf(tx, listId);
  return (await mandatesById(tx, ids, now)).filter((it) => it.state === 'live');
}

const ordersOf = async (tx: Tx, listId: string): Promise<number[]> => {
  const rows = await tx.rows<{ id: number }>(
    'select distinct mandate_id as id from rules.sealed_member where list_id = $1',
    [listId],
  );
  return rows.map((row) => row.id);
};

export type SealedMember = MemberRow & { readonly mandateId: number; readonly mark: string };

/** A page of members under live orders, by area and mark, inside an area prefix. */
export async function sealedPage(
  tx: Tx,
  keys: Keys,
  listId: string,
  orders: readonly number[],
  q: { areaPrefix: string; after: readonly [string, string]; limit: number },
): Promise<SealedMember[]> {
  const open = orders.filter((id) => keys.has(id));
  if (open.length === 0 || q.limit <= 0) return [];
  const rows = await tx.rows<
    Omit<SealedMember, 'subjectId' | 'source' | 'reason'> & { sealed: Buffer }
  >(
    `select mandate_id as "mandateId", encode(mark, 'hex') as mark, sealed,
        area_code as "areaCode", from_at as "from", until_at as "until"
      from rules.sealed_member
      where list_id = $1 and not removed and mandate_id = any($2::int[])
        and area_code >= $3 and area_code < $3 || '~'
        and (area_code, mark) > ($4, decode($5, 'hex'))
      order by area_code, mark limit $6`,
    [listId, open, q.areaPrefix, q.after[0], q.after[1], q.limit],
  );
  return rows.map(({ sealed, ...row }) => {
    const { s, r, o } = openRow(keys, { mandateId: row.mandateId, sealed });
    return { ...row, subjectId: s, reason: r, source: o };
  });
}

/** Where sealed members live. Found by mark, so nothing is opened that is not asked for. */
export async function sealedAreas(
  tx: Tx,
  keys: Keys,
  listId: string,
  ids: readonly number[],
): Promise<{ subjectId: number; areaCode: string }[]> {
  const found: { subjectId: number; areaCode: string }[] = [];
  for (const order of await ordersOf(tx, listId)) {
    if (!keys.has(order)) continue;
    const vault = keys.vaultFor(order);
    const byMark = new Map(ids.map((id) => [markOf(vault, listId, id).toString('hex'), id]));
    const rows = await tx.rows<{ mark: string; areaCode: string }>(
      `select encode(mark, 'hex') as mark, area_code as "areaCode" from rules.sealed_member
        where mandate_id = $1 and mark = any(select decode(m, 'hex') from unnest($2::text[]) as m)`,
      [order, [...byMark.keys()]],
    );
    for (const { mark, areaCode } of rows) {
      found.push({ subjectId: byMark.get(mark) ?? 0, areaCode });
    }
  }
  return found;
}

/** Takes a person of an area off a list wherever an order put them on it; answers their area. */
export async function removeSealed(
  tx: Tx,
  keys: Keys,
  listId: string,
  it: { subjectId: number; areaPrefix: string },
): Promise<{ areaCode: string; mandateId: number }[]> {
  const gone: { areaCode: string; mandateId: number }[] = [];
  for (const order of await ordersOf(tx, listId)) {
    if (!keys.has(order)) continue;
    const mark = markOf(keys.vaultFor(order), listId, it.subjectId);
    const row = await tx.row<{ areaCode: string }>(
      `update rules.sealed_member set removed = true, rev = nextval('rules.member_rev')
        where mandate_id = $1 and mark = $2 and not removed and starts_with(area_code, $3)
        returning area_code as "areaCode"`,
      [order, mark, it.areaPrefix],
    );
    if (row) gone.push({ ...row, mandateId: order });
  }
  return gone;
}

/** What the sunset takes away: rows by mark, as the room that has them deletes them. */
export const sealedMembers: MandateStore = {
  store: 'rules.sealed_member',
  dataClass: 'lists',
  async take(tx, mandateId, limit) {
    const rows = await tx.rows<{ mark: string }>(
      `delete from rules.sealed_member where mandate_id = $1 and mark in
        (select mark from rules.sealed_member where mandate_id = $1 order by mark limit $2)
        returning encode(mark, 'hex') as mark`,
      [mandateId, limit],
    );
    return rows.map((row) => row.mark).sort();
  },
};

import type { Actor } from '#base/access.ts';
import { prefixOf } from '#base/areas.ts';
import { isRefusal, type Refusal, refuse } from '#base/refusal.ts';
import { HOUR } from '#base/time.ts';
import { factOf } from '#facts/index.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import { tell } from '#platform/outbox/index.ts';
import { writeEntry } from '#registers/trace/index.ts';
import type { Resolver } from '#registers/people/index.ts';
import type { ImportFault, ImportRow } from './rows.ts';
import { importRows } from './rows.ts';
import type { WatchList } from './contract.ts';
import type { MemberRow } from './store.ts';
import { listById } from './store.ts';
import { bumpRevision } from '../store.ts';

/**
 * Records come late and tell whole seconds: who is listed now counts for what happened in the last
 * hour, unless the row says from when.
 */
const COUNTS_BACK = HOUR;
/** Rows resolved and written in one go. */
const CHUNK = 5_000;
/** Faults answered of one import; more are counted. */
const FAULTS_SHOWN = 200;

export type Imported = {
  received: number;
  imported: number;
  faults: ImportFault[];
  faultsTotal: number;
};

/** Adds one subject, or gives a member a new span. `until` absent: the list's default time. */
export async function addMember(
  tx: Tx,
  actor: Actor,
  input: {
    id: string;
    subjectId: number;
    areaCode: string;
    from?: number | undefined;
    until?: number | undefined;
    source: string;
    reason: string;
  },
  now: number,
): Promise<{ subjectId: number } | Refusal> {
  const list = await lockedList(tx, input.id);
  if (isRefusal(list)) return list;
  const from = input.from ?? now - COUNTS_BACK;
  const until = input.until ?? Math.max(from, now) + list.defaultHours * HOUR;
  if (until <= from) {
    return refuse('invalid', 'span', { zh: '止时须晚于起时', en: 'until lies after from' });
  }
  await writeMembers(tx, list.id, [{ ...input, from, until }]);
  await changed(tx, list.id, now);
  await note(tx, actor, { action: 'list.add', ...input }, now);
  return { subjectId: input.subjectId };
}

/** Takes a subject of the actor's area off the list; answers whether it stood there. */
export async function removeMember(
  tx: Tx,
  actor: Actor,
  input: { id: string; subjectId: number },
  now: number,
): Promise<{ removed: boolean } | Refusal> {
  const list = await lockedList(tx, input.id);
  if (isRefusal(list)) return list;
  const gone = await tx.row<{ areaCode: string }>(
    `update rules.list_member set removed = true, rev = nextval('rules.member_rev')
      where list_id = $1 and subject_id = $2 and not removed and starts_with(area_code, $3)
      returning area_code as "areaCode"`,
    [input.id, input.subjectId, reachIn(prefixOf(actor.areaCode))],
  );
  if (gone) {
    await tx.run('update rules.list set members = members - 1 where id = $1', [input.id]);
    await changed(tx, input.id, now);
    await note(tx, actor, { action: 'list.remove', ...input, ...gone }, now);
  }
  return { removed: gone !== undefined };
}

/** A whole city may list or take off whom it will: guests stand on lists without an area. */
const reachIn = (prefix: string): string => (prefix.length <= 4 ? '' : prefix);

/** Who put whom on which list, or took them off: it decides whom the matcher watches. */
const note = (
  tx: Tx,
  actor: Actor,
  it: { action: string; id: string; subjectId: number; areaCode: string },
  at: number,
): Promise<void> => {
  const { action, areaCode } = it;
  const subject = `list:${it.id}:${it.subjectId || 'import'}`;
  return writeEntry(tx, { at, actor, action, subject, purpose: '', areaCode });
};

/**
 * Imports members by document. Persons nobody knows yet get a provisional file from the person
 * index, so that the first record that names them is found. Chunks commit one by one: a repeated
 * import writes the same members again and changes nothing.
 */
export async function importMembers(
  deps: { readonly db: Db; readonly resolver: Pick<Resolver, 'resolve'> },
  actor: Actor,
  input: {
    id: string;
    format: 'csv' | 'ndjson';
    text: string;
    source: string;
    /** How far the actor's right to fill lists reaches; the actor's own area without. */
    areaPrefix?: string;
  },
  now: number,
): Promise<Imported | Refusal> {
  const list = await deps.db.read((tx) => listById(tx, input.id));
  if (!list) return noList(input.id);
  if (list.subject !== 'person') {
    return refuse('conflict', 'place-list', {
      zh: '地点名单不能按证件导入：请逐个加入地点',
      en: 'A list of places takes no documents: add the places one by one',
    });
  }
  const { rows: named, faults, received } = importRows(input.format, input.text);
  const within = reachIn(input.areaPrefix ?? prefixOf(actor.areaCode));
  // Who says of themselves that they lie elsewhere gets no file here.
  const rows = named.filter((row) => !row.areaCode || isInside(row.row, row.areaCode));
  let imported = 0;
  function isInside(row: number, areaCode: string): boolean {
    if (areaCode.startsWith(within)) return true;
    faults.push({ row, path: 'areaCode', text: ELSEWHERE });
    return false;
  }
  for (let i = 0; i < rows.length; i += CHUNK) {
    const members = await resolveRows(
      deps,
      list,
      rows.slice(i, i + CHUNK),
      input.source,
      { faults, isInside },
      now,
    );
    const written = await deps.db.tx(async (tx) => {
      const locked = await lockedList(tx, list.id);
      if (isRefusal(locked)) return locked;
      await writeMembers(tx, list.id, members);
      await changed(tx, list.id, now);
      const what = { action: 'list.import', id: list.id, subjectId: 0, areaCode: actor.areaCode };
      await note(tx, actor, what, now);
      return members.length;
    });
    if (isRefusal(written)) return written;
    imported += written;
  }
  return { received, imported, faults: faults.slice(0, FAULTS_SHOWN), faultsTotal: faults.length };
}

const ELSEWHERE = { zh: '不在您的辖区内', en: 'It lies outside your area' };

async function resolveRows(
  deps: { readonly db: Db; readonly resolver: Pick<Resolver, 'resolve'> },
  list: WatchList,
  rows: readonly ImportRow[],
  source: string,
  { faults, isInside }: { faults: ImportFault[]; isInside: (row: number, area: string) => boolean },
  now: number,
): Promise<MemberRow[]> {
  const seen = rows.map((row) => ({
    idType: row.idType,
    idNo: row.idNo,
    name: row.name,
    phone: row.phone,
    areaCode: row.areaCode,
    at: now,
    sourceId: 0,
    record: `list:${list.id}:${row.row}`,
  }));
  const found = await deps.resolver.resolve(deps.db, seen, now);
  const members = new Map<number, MemberRow>();
  rows.forEach((row, i) => {
    const who = found[i];
    if (!who || who.person === 0) {
      const en = 'The row names nobody';
      faults.push({ row: row.row, path: 'idNo', text: { zh: '此行未能对应到人', en } });
      return;
    }
    const from = Number.isNaN(row.from) ? now - COUNTS_BACK : row.from;
    const until = Number.isNaN(row.until)
      ? Math.max(from, now) + list.defaultHours * HOUR
      : row.until;
    const areaCode = who.areaCode || row.areaCode;
    if (!isInside(row.row, areaCode)) return;
    members.set(who.person, {
      subjectId: who.person,
      areaCode,
      from,
      until: Math.max(until, from + 1),
      source,
      reason: row.reason,
    });
  });
  return [...members.values()];
}

/** Members in bulk: COPY into a scratch table, then one merge that counts what is new. */
async function writeMembers(tx: Tx, listId: string, members: readonly MemberRow[]): Promise<void> {
  if (members.length === 0) return;
  await tx.run(`create temp table if not exists member_in (subject_id bigint, area_code text,
    from_at timestamptz, until_at timestamptz, source text, reason text) on commit delete rows`);
  await tx.copyIn('copy member_in from stdin', copyLines(members));
  await tx.run(
    `with merged as (
      insert into rules.list_member as m
        (list_id, subject_id, area_code, from_at, until_at, source, reason)
        select $1, subject_id, area_code, from_at, until_at, source, reason from member_in
        where not exists (select 1 from rules.list_member o
          where o.list_id = $1 and o.subject_id = member_in.subject_id and not o.removed
            and o.from_at = member_in.from_at and o.until_at = member_in.until_at
            and o.reason = member_in.reason and o.source = member_in.source)
      on conflict (list_id, subject_id) do update set area_code = excluded.area_code,
        from_at = excluded.from_at, until_at = excluded.until_at, source = excluded.source,
        reason = excluded.reason, removed = false, rev = nextval('rules.member_rev')
      returning 1), before as (
      select count(*) as n from rules.list_member o join member_in i on i.subject_id = o.subject_id
        where o.list_id = $1 and not o.removed)
    update rules.list set members = members + (select count(*) from member_in)
      - (select n from before) + 0 * (select count(*) from merged) where id = $1`,
    [listId],
  );
  await tx.run('delete from member_in');
}

function* copyLines(members: readonly MemberRow[]): Iterable<Buffer> {
  const instant = (at: number): string => new Date(at).toISOString();
  const clean = (text: string): string => text.replace(/[\\\t\n\r]/g, ' ');
  for (const m of members) {
    const cells = [m.subjectId, clean(m.areaCode), instant(m.from), instant(m.until)];
    yield Buffer.from(`${cells.join('\t')}\t${clean(m.source)}\t${clean(m.reason)}\n`);
  }
}

/** Writers of one list stand in line, so that revisions become visible in their order. */
async function lockedList(tx: Tx, id: string): Promise<WatchList | Refusal> {
  await tx.row('select id from rules.list where id = $1 for update', [id]);
  return (await listById(tx, id)) ?? noList(id);
}

async function changed(tx: Tx, id: string, now: number): Promise<void> {
  await tx.run('update rules.list set changed_at = $2 where id = $1', [id, new Date(now)]);
  await bumpRevision(tx);
  await tell(tx, factOf('list.changed', id, { listId: id }));
}

const noList = (id: string): Refusal =>
  refuse('missing', 'no-such-list', { zh: `没有名单“${id}”`, en: `There is no list "${id}"` });

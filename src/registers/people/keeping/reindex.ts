import type { Indexed, IndexedRoom } from '#base/keeping.ts';
import { ID_TYPES } from '#base/kinds.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import { normaliseIdNo } from '#platform/secrets/index.ts';
import { ATTRIBUTES, normaliseName, normalisePhone } from '../model.ts';
import { handleDomain, ROW_HANDLE, saidBy, TRIPLE_HANDLE } from '../resolver/seen.ts';
import { addHandles, insertSearch, type SearchRow } from '../resolver/tables.ts';
import { type ClaimSaid, claimsIn } from '../statement.ts';

/** Persons of one step: each in its transaction for a fraction of a second. */
const PAGE = 500;

type Statement = {
  person: number;
  sourceId: number;
  record: string;
  mark: Buffer;
  sealed: Buffer;
};
type HandleRow = { kind: number; blind: Buffer; person: number };

const valueOf = (claims: readonly ClaimSaid[], attribute: number): string =>
  claims.find((it) => it.attribute === attribute)?.value ?? '';

/** What handles a statement can have been the first word of, by kind. */
function handlesSaid(it: Statement, claims: readonly ClaimSaid[]): Map<number, string> {
  const said = new Map<number, string>();
  const [type = '', no = ''] = valueOf(claims, ATTRIBUTES.document).split(' ');
  const kind = ID_TYPES.findIndex((name) => name === type) + 1;
  if (kind > 0 && no) said.set(kind, normaliseIdNo(no));
  const name = normaliseName(valueOf(claims, ATTRIBUTES.name));
  const phone = normalisePhone(valueOf(claims, ATTRIBUTES.phone));
  const bornOn = valueOf(claims, ATTRIBUTES.bornOn);
  if (name && (phone || bornOn)) said.set(TRIPLE_HANDLE, `${name}|${bornOn}|${phone}`);
  said.set(ROW_HANDLE, `${it.sourceId}|${it.record}`);
  return said;
}

const statementsOf = (tx: Tx, persons: readonly number[]): Promise<Statement[]> =>
  tx.rows<Statement>(
    `select person, source_id as "sourceId", record, mark, sealed from people.statement
     where person = any($1::bigint[])`,
    [persons],
  );

const handlesOf = (tx: Tx, persons: readonly number[]): Promise<HandleRow[]> =>
  tx.rows<HandleRow>(
    'select kind, blind, person from people.handle where person = any($1::bigint[])',
    [persons],
  );

/** Adds the newest index of everything these persons are recognised and searched by. */
async function turn(tx: Tx, vault: Indexed, persons: readonly number[]): Promise<void> {
  await tx.rows(
    'select id from people.person where id = any($1::bigint[]) order by id for no key update',
    [persons],
  );
  const old = new Map<string, number>();
  for (const { kind, blind, person } of await handlesOf(tx, persons))
    old.set(`${kind} ${blind.toString('hex')}`, person);
  const handles: HandleRow[] = [];
  const search: SearchRow[] = [];
  const marks: { person: number; sourceId: number; from: Buffer; to: Buffer }[] = [];
  for (const it of await statementsOf(tx, persons)) {
    const claims = claimsIn(vault, it.sealed);
    for (const [kind, text] of handlesSaid(it, claims)) {
      const blinds = vault.blindIndexes(handleDomain(kind), text);
      const blind = blinds.at(-1);
      const person = blinds
        .map((b) => old.get(`${kind} ${b.toString('hex')}`))
        .find((p) => p !== undefined);
      if (blind && person !== undefined) handles.push({ kind, blind, person });
    }
    for (const attribute of ['name', 'phone'] as const) {
      const raw = valueOf(claims, ATTRIBUTES[attribute]);
      const value = attribute === 'name' ? normaliseName(raw) : normalisePhone(raw);
      const mark = value ? vault.blindIndexes(attribute, value).at(-1) : undefined;
      if (mark) search.push({ attribute: ATTRIBUTES[attribute], mark, person: it.person });
    }
    const to = vault.blindIndexes('statement', saidBy(claims)).at(-1);
    if (to && !to.equals(it.mark))
      marks.push({ person: it.person, sourceId: it.sourceId, from: it.mark, to });
  }
  await addHandles(tx, handles);
  await insertSearch(tx, search);
  await moveMarks(tx, marks);
}

/** Two statements that came to say the same under the new index are one: the older word stands. */
async function moveMarks(
  tx: Tx,
  marks: readonly { person: number; sourceId: number; from: Buffer; to: Buffer }[],
): Promise<void> {
  if (marks.length === 0) return;
  const lists = [
    marks.map((it) => it.person),
    marks.map((it) => it.sourceId),
    marks.map((it) => it.from),
    marks.map((it) => it.to),
  ];
  const rows = `unnest($1::bigint[], $2::int[], $3::bytea[], $4::bytea[])
    as x (person, source_id, old, new)`;
  await tx.run(
    `delete from people.statement s using ${rows}
     where s.person = x.person and s.source_id = x.source_id and s.mark = x.old
       and exists (select 1 from people.statement t
         where t.person = x.person and t.source_id = x.source_id and t.mark = x.new)`,
    lists,
  );
  await tx.run(
    `update people.statement s set mark = x.new from ${rows}
     where s.person = x.person and s.source_id = x.source_id and s.mark = x.old`,
    lists,
  );
}

/** Values whose first five bytes are not those of the newest index. */
const older = (column: string): string =>
  `(length(${column}) <> 21 or substring(${column} from 1 for 5) <> $1)`;

/** The blind indexes of this room: handles, search marks, marks of statements. */
export const peopleIndexes = (db: Db): IndexedRoom => ({
  name: 'people',
  async step(vault, after) {
    return db.tx(async (tx) => {
      const page = await tx.rows<{ id: number }>(
        'select id from people.person where id > $1 order by id limit $2',
        [after, PAGE],
      );
      const ids = page.map((row) => row.id);
      if (ids.length > 0) await turn(tx, vault, ids);
      return ids.length < PAGE ? null : (ids.at(-1) ?? null);
    });
  },
  missing: (newest) =>
    db.read(async (tx) => {
      const row = await tx.row<{ n: number }>(
        `select (select count(*) from people.handle h where ${older('h.blind')} and not exists (
             select 1 from people.handle n where n.person = h.person and n.kind = h.kind
               and not ${older('n.blind')}))
           + (select count(*) from people.statement s where ${older('s.mark')}) as n`,
        [newest],
      );
      return row?.n ?? 0;
    }),
  drop: (newest) =>
    db.tx(async (tx) => {
      const handles = await tx.run(`delete from people.handle where ${older('blind')}`, [newest]);
      return handles + (await tx.run(`delete from people.search where ${older('mark')}`, [newest]));
    }),
});

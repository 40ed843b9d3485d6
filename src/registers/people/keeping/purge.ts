import type { HeldOf, Purged, Purger, SealedColumn } from '#base/keeping.ts';
import { type Db, dueOfTable, hashOf, type Tx } from '#platform/db/index.ts';

const STEP_PERSONS = 1_000;

/** When anybody last said anything about a person. */
const LAST_SAID = `coalesce((select max(s.last_at) from people.statement s
  where s.person = person.id), person.made_at)`;

/** A live tie is a reason by itself: nobody vanishes while somebody answers for them. */
const NO_TIE = `not exists (select 1 from people.tie t where t.person = person.id and t.live)
  and not exists (select 1 from people.link l where l.into_person = person.id)`;

const DELETES = [
  'delete from people.statement where person = any($1::bigint[])',
  'delete from people.search where person = any($1::bigint[])',
  'delete from people.handle where person = any($1::bigint[])',
  'delete from people.link where person = any($1::bigint[])',
  'delete from people.tie where person = any($1::bigint[])',
  'delete from people.person where id = any($1::bigint[])',
] as const;

/** Takes whole files, each with everything it is recognised by; one locked row a person. */
async function takePersons(
  db: Db,
  heldOf: HeldOf,
  before: number,
  after: number,
): Promise<Purged & { readonly last: number }> {
  const found = await db.read((tx) => candidates(tx, before, after));
  const held = await heldOf(found);
  const free = await db.tx(async (tx) => {
    const asked = found.filter((id) => !held.has(id));
    await tx.rows(
      'select id from people.person where id = any($1::bigint[]) order by id for update',
      [asked],
    );
    // Asked again behind the lock: a row may have come meanwhile.
    const still = await stillSilent(tx, before, asked);
    for (const sql of DELETES) await tx.run(sql, [still]);
    return still;
  });
  return {
    rows: free.length,
    more: found.length === STEP_PERSONS,
    hash: hashOf(free.map(String)),
    last: found.at(-1) ?? 0,
  };
}

const stillSilent = async (tx: Tx, before: number, ids: readonly number[]): Promise<number[]> =>
  (
    await tx.rows<{ id: number }>(
      `select id from people.person
       where id = any($2::bigint[]) and ${LAST_SAID} < $1 and ${NO_TIE} order by id`,
      [new Date(before), ids],
    )
  ).map((row) => row.id);

const candidates = async (tx: Tx, before: number, after: number): Promise<number[]> =>
  (
    await tx.rows<{ id: number }>(
      `select id from people.person where id > $2 and ${LAST_SAID} < $1 and ${NO_TIE}
       order by id limit ${STEP_PERSONS}`,
      [new Date(before), after],
    )
  ).map((row) => row.id);

/**
 * Persons nobody has spoken of for so long, and words nobody has said again. `heldOf` answers who must
 * stay for what other rooms still do about them. The handle goes with the file: who comes again
 * later is a new person (个人信息保护法 Art 47).
 */
export const peoplePurgers = (db: Db, heldOf: HeldOf): Purger[] => {
  // Behind the held ones of this process; begins anew with every run that found its end.
  let after = 0;
  return [
    {
      field: 'people.files',
      due: (before) =>
        dueOfTable(
          db,
          { field: '', table: 'people.person', at: LAST_SAID, where: NO_TIE, key: [] },
          before,
        ),
      async purge(before) {
        const { last, ...gone } = await takePersons(db, heldOf, before, after);
        after = gone.more ? last : 0;
        return gone;
      },
    },
    {
      field: 'people.statements',
      due: (before) => dueOfTable(db, STALE, before),
      purge: (before) => db.tx((tx) => takeStale(tx, before)),
    },
  ];
};

/** Renewed by a younger one: an older address or phone of the same person from the same source. */
const STALE = {
  field: 'people.statements',
  table: 'people.statement',
  at: 'last_at',
  where: `exists (select 1 from people.statement n where n.person = statement.person
    and n.source_id = statement.source_id and n.last_at > statement.last_at
    and n.attributes & statement.attributes = statement.attributes)`,
  key: ['person', 'source_id'],
} as const;

async function takeStale(tx: Tx, before: number): Promise<Purged> {
  const gone = await tx.rows<{ name: string }>(
    `delete from people.statement where ctid = any(array(
       select ctid from people.statement where last_at < $1 and ${STALE.where}
       order by last_at limit ${STEP_PERSONS} for update skip locked))
     returning person || '/' || source_id || '/' || encode(mark, 'hex') as name`,
    [new Date(before)],
  );
  const hash = hashOf(gone.map((it) => it.name));
  return { rows: gone.length, more: gone.length === STEP_PERSONS, hash };
}

export const peopleSealed: readonly SealedColumn[] = [
  { table: 'people.statement', key: ['person', 'source_id', 'mark'], column: 'sealed' },
  { table: 'people.tie', key: ['id'], column: 'reason' },
];

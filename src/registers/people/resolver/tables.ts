import type { Tx } from '#platform/db/index.ts';
import type { Statement } from './seen.ts';

/** A person the way the resolver reads it, by handle. */
export type Found = {
  /** Position in the arrays that were asked, from 1. */
  i: number;
  self: number;
  person: number;
  status: 'provisional' | 'identified';
  sex: string;
  birthYear: number | null;
  areaCode: string;
  areaTrust: number;
  areaAt: number | null;
  unitId: number;
  unitTrust: number;
  unitAt: number | null;
};

export type Handle = { readonly kind: number; readonly blind: Buffer };
const kinds = (handles: readonly Handle[]): number[] => handles.map((h) => h.kind);
const blinds = (handles: readonly Handle[]): Buffer[] => handles.map((h) => h.blind);

/**
 * The persons of handles, each already followed through its link. Absent: nobody has the handle.
 * Each goes down the indexes by itself: left to choose, the planner reads all persons each time.
 */
export const findHandles = (tx: Tx, handles: readonly Handle[]): Promise<Found[]> =>
  tx.rows<Found>(
    `select x.i::int as i, h.person as self, p.id as person, p.status, p.sex,
       p.birth_year as "birthYear", p.area_code as "areaCode", p.area_trust as "areaTrust",
       p.area_at as "areaAt", p.unit_id as "unitId", p.unit_trust as "unitTrust",
       p.unit_at as "unitAt"
     from unnest($1::smallint[], $2::bytea[]) with ordinality as x (kind, blind, i)
     cross join lateral (select person from people.handle
       where kind = x.kind and blind = x.blind offset 0) h
     left join lateral (select into_person from people.link
       where person = h.person offset 0) l on true
     cross join lateral (select * from people.person
       where id = coalesce(l.into_person, h.person) offset 0) p`,
    [kinds(handles), blinds(handles)],
  );

/**
 * Takes handles nobody had, each with a fresh person id. What another worker took meanwhile is
 * absent: the statement waits for its transaction. In key order, so that two workers never wait
 * in a ring.
 */
export const takeHandles = (
  tx: Tx,
  handles: readonly Handle[],
): Promise<{ kind: number; blind: Buffer; person: number }[]> =>
  tx.rows(
    `insert into people.handle (kind, blind, person)
     select kind, blind, nextval('people.person_id_seq')
     from (select kind, blind from unnest($1::smallint[], $2::bytea[]) as y (kind, blind)
           order by kind, blind) x
     on conflict do nothing returning kind, blind, person`,
    [kinds(handles), blinds(handles)],
  );

/** Further handles of persons: the same thing under another index. */
export async function addHandles(
  tx: Tx,
  handles: readonly (Handle & { readonly person: number })[],
): Promise<number> {
  if (handles.length === 0) return 0;
  return tx.run(
    `insert into people.handle (kind, blind, person)
     select * from unnest($1::smallint[], $2::bytea[], $3::bigint[]) as y (kind, blind, person)
     order by kind, blind on conflict do nothing`,
    [kinds(handles), blinds(handles), handles.map((h) => h.person)],
  );
}

export type PersonRow = {
  readonly id: number;
  readonly status: 'provisional' | 'identified';
  readonly sex: string;
  readonly birthYear: number;
  readonly areaCode: string;
  readonly areaTrust: number;
  readonly areaAt: number;
  readonly unitId: number;
  readonly unitTrust: number;
  readonly unitAt: number;
};

const instants = (list: readonly number[]): (Date | null)[] =>
  list.map((at) => (at > 0 ? new Date(at) : null));

const columnsOf = (rows: readonly PersonRow[]): unknown[] => [
  rows.map((r) => r.id),
  rows.map((r) => r.sex),
  rows.map((r) => r.birthYear || null),
  rows.map((r) => r.areaCode),
  rows.map((r) => r.areaTrust),
  instants(rows.map((r) => r.areaAt)),
  rows.map((r) => r.unitId),
  rows.map((r) => r.unitTrust),
  instants(rows.map((r) => r.unitAt)),
];

export async function insertPersons(tx: Tx, rows: readonly PersonRow[], now: number) {
  if (rows.length === 0) return;
  await tx.run(
    `insert into people.person (id, sex, birth_year, area_code, area_trust, area_at,
       unit_id, unit_trust, unit_at, status, made_at)
     select *, $11::timestamptz from unnest($1::bigint[], $2::text[], $3::smallint[], $4::text[],
       $5::smallint[], $6::timestamptz[], $7::int[], $8::smallint[], $9::timestamptz[], $10::text[])`,
    [...columnsOf(rows), rows.map((r) => r.status), new Date(now)],
  );
}

/**
 * Moves current values forward. Each column takes the new value only if it still wins over what
 * stands there by then: more trusted, or as trusted and not older.
 */
export async function updatePersons(tx: Tx, rows: readonly PersonRow[]) {
  if (rows.length === 0) return;
  await tx.run(
    `update people.person p set
       sex = case when p.sex = '' then x.sex else p.sex end,
       birth_year = coalesce(p.birth_year, x.birth_year),
       area_code = case when ${wins('area')} then x.area_code else p.area_code end,
       area_trust = case when ${wins('area')} then x.area_trust else p.area_trust end,
       area_at = case when ${wins('area')} then x.area_at else p.area_at end,
       unit_id = case when ${wins('unit')} then x.unit_id else p.unit_id end,
       unit_trust = case when ${wins('unit')} then x.unit_trust else p.unit_trust end,
       unit_at = case when ${wins('unit')} then x.unit_at else p.unit_at end
     from unnest($1::bigint[], $2::text[], $3::smallint[], $4::text[], $5::smallint[],
       $6::timestamptz[], $7::int[], $8::smallint[], $9::timestamptz[])
       as x (id, sex, birth_year, area_code, area_trust, area_at, unit_id, unit_trust, unit_at)
     where p.id = x.id`,
    columnsOf(rows),
  );
}

const wins = (what: 'area' | 'unit'): string =>
  `x.${what}_at is not null and (p.${what}_at is null or
    (x.${what}_trust, x.${what}_at) >= (p.${what}_trust, p.${what}_at))`;

/**
 * Persons whose rows will change, locked in order of id, so that two workers never wait in a
 * ring.
 */
export const lockPersons = (tx: Tx, ids: readonly number[]): Promise<unknown[]> =>
  tx.rows(
    'select id from people.person where id = any($1::bigint[]) order by id for no key update',
    [ids],
  );

export type StoredStatement = {
  person: number;
  sourceId: number;
  mark: Buffer;
  firstAt: number;
  lastAt: number;
};

/** Statements of pairs of a person and a source. */
export const statementsOfPersons = (
  tx: Tx,
  persons: readonly number[],
  sources: readonly number[],
): Promise<StoredStatement[]> =>
  tx.rows<StoredStatement>(
    `select s.person, s.source_id as "sourceId", s.mark, s.first_at as "firstAt",
       s.last_at as "lastAt"
     from unnest($1::bigint[], $2::int[]) as x (person, source_id)
     cross join lateral (select * from people.statement s
       where s.person = x.person and s.source_id = x.source_id offset 0) s`,
    [persons, sources],
  );

export type NewStatement = Statement & {
  readonly person: number;
  readonly sourceId: number;
  readonly trust: number;
  readonly record: string;
  firstAt: number;
  lastAt: number;
};

type Seal = (value: string) => Buffer;
const STATEMENT_ROWS = 1_000;

/** What lies under the seal: pairs of attribute and value. */
const textOf = ({ claims }: Statement): string =>
  JSON.stringify(claims.map(({ attribute, value }) => [attribute, value]));

/**
 * What sources said, some rows a statement: sealing the next runs while the server writes.
 * No COPY: PostgreSQL refuses it where row-level security stands.
 */
export async function insertStatements(tx: Tx, some: readonly NewStatement[], seal: Seal) {
  let writing: Promise<unknown> = Promise.resolve();
  for (let from = 0; from < some.length; from += STATEMENT_ROWS) {
    const rows = some.slice(from, from + STATEMENT_ROWS);
    const sealed = rows.map((s) => seal(textOf(s)));
    await writing;
    writing = writeStatements(tx, rows, sealed);
    // Heard below; a fault meanwhile must not end the process.
    writing.catch(() => undefined);
    await new Promise(setImmediate);
  }
  await writing;
}

async function writeStatements(
  tx: Tx,
  some: readonly NewStatement[],
  sealed: readonly Buffer[],
): Promise<void> {
  await tx.run(
    `insert into people.statement (person, source_id, mark, attributes, sealed, trust, record,
       first_at, last_at)
     select * from unnest($1::bigint[], $2::int[], $3::bytea[], $4::smallint[], $5::bytea[],
       $6::smallint[], $7::text[], $8::timestamptz[], $9::timestamptz[])
     on conflict do nothing`,
    [
      some.map((s) => s.person),
      some.map((s) => s.sourceId),
      some.map((s) => s.mark),
      some.map((s) => s.attributes),
      sealed,
      some.map((s) => s.trust),
      some.map((s) => s.record),
      some.map((s) => new Date(s.firstAt)),
      some.map((s) => new Date(s.lastAt)),
    ],
  );
}

export async function touchStatements(tx: Tx, some: readonly StoredStatement[]) {
  if (some.length === 0) return;
  await tx.run(
    `update people.statement s set first_at = least(s.first_at, x.first_at),
       last_at = greatest(s.last_at, x.last_at)
     from unnest($1::bigint[], $2::int[], $3::bytea[], $4::timestamptz[], $5::timestamptz[])
       as x (person, source_id, mark, first_at, last_at)
     where s.person = x.person and s.source_id = x.source_id and s.mark = x.mark`,
    [
      some.map((s) => s.person),
      some.map((s) => s.sourceId),
      some.map((s) => s.mark),
      some.map((s) => new Date(s.firstAt)),
      some.map((s) => new Date(s.lastAt)),
    ],
  );
}

/** A name or phone a person is to be found by. */
export type SearchRow = {
  readonly attribute: number;
  readonly mark: Buffer;
  readonly person: number;
};

export async function insertSearch(tx: Tx, some: readonly SearchRow[]) {
  if (some.length === 0) return;
  await tx.run(
    `insert into people.search (attribute, mark, person)
     select * from unnest($1::smallint[], $2::bytea[], $3::bigint[]) on conflict do nothing`,
    [some.map((s) => s.attribute), some.map((s) => s.mark), some.map((s) => s.person)],
  );
}

import type { Tx } from '#platform/db/index.ts';
import type { Reading } from './seen.ts';

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

type Handle = Pick<Reading, 'kind' | 'blind'>;
const kinds = (handles: readonly Handle[]): number[] => handles.map((h) => h.kind);
const blinds = (handles: readonly Handle[]): Buffer[] => handles.map((h) => h.blind);

/**
 * The persons of handles, each already followed through its link. Absent: nobody has the handle.
 */
export const findHandles = (tx: Tx, handles: readonly Handle[]): Promise<Found[]> =>
  tx.rows<Found>(
    `select x.i::int as i, h.person as self, p.id as person, p.status, p.sex,
       p.birth_year as "birthYear", p.area_code as "areaCode", p.area_trust as "areaTrust",
       p.area_at as "areaAt", p.unit_id as "unitId", p.unit_trust as "unitTrust",
       p.unit_at as "unitAt"
     from unnest($1::smallint[], $2::bytea[]) with ordinality as x (kind, blind, i)
     join people.handle h on h.kind = x.kind and h.blind = x.blind
     left join people.link l on l.person = h.person
     join people.person p on p.id = coalesce(l.into_person, h.person)`,
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

export type StoredClaim = {
  person: number;
  attribute: number;
  sourceId: number;
  mark: Buffer;
  firstAt: number;
  lastAt: number;
};

export const claimsOfPersons = (
  tx: Tx,
  persons: readonly number[],
  sources: readonly number[],
): Promise<StoredClaim[]> =>
  tx.rows<StoredClaim>(
    `select person, attribute, source_id as "sourceId", mark, first_at as "firstAt",
       last_at as "lastAt"
     from people.claim where person = any($1::bigint[]) and source_id = any($2::int[])`,
    [persons, sources],
  );

export type NewClaim = {
  readonly person: number;
  readonly attribute: number;
  readonly sourceId: number;
  readonly mark: Buffer;
  readonly value: string;
  readonly open: boolean;
  readonly trust: number;
  readonly record: string;
  firstAt: number;
  lastAt: number;
};

export async function insertClaims(
  tx: Tx,
  claims: readonly NewClaim[],
  seal: (value: string) => Buffer,
) {
  if (claims.length === 0) return;
  await tx.run(
    `insert into people.claim (person, attribute, source_id, mark, sealed, plain, trust, record,
       first_at, last_at)
     select * from unnest($1::bigint[], $2::smallint[], $3::int[], $4::bytea[], $5::bytea[],
       $6::text[], $7::smallint[], $8::text[], $9::timestamptz[], $10::timestamptz[])
     on conflict do nothing`,
    [
      claims.map((c) => c.person),
      claims.map((c) => c.attribute),
      claims.map((c) => c.sourceId),
      claims.map((c) => c.mark),
      claims.map((c) => (c.open ? null : seal(c.value))),
      claims.map((c) => (c.open ? c.value : null)),
      claims.map((c) => c.trust),
      claims.map((c) => c.record),
      claims.map((c) => new Date(c.firstAt)),
      claims.map((c) => new Date(c.lastAt)),
    ],
  );
}

export async function touchClaims(tx: Tx, claims: readonly StoredClaim[]) {
  if (claims.length === 0) return;
  await tx.run(
    `update people.claim c set first_at = least(c.first_at, x.first_at),
       last_at = greatest(c.last_at, x.last_at)
     from unnest($1::bigint[], $2::smallint[], $3::int[], $4::bytea[], $5::timestamptz[],
       $6::timestamptz[]) as x (person, attribute, source_id, mark, first_at, last_at)
     where c.person = x.person and c.attribute = x.attribute and c.source_id = x.source_id
       and c.mark = x.mark`,
    [
      claims.map((c) => c.person),
      claims.map((c) => c.attribute),
      claims.map((c) => c.sourceId),
      claims.map((c) => c.mark),
      claims.map((c) => new Date(c.firstAt)),
      claims.map((c) => new Date(c.lastAt)),
    ],
  );
}

const COPY_LINES = 500;
const SPECIAL = /[\\\t\n\r]/;
const ESCAPES: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
const text = (value: string): string =>
  SPECIAL.test(value) ? value.replace(/[\\\t\n\r]/g, (c) => ESCAPES[c] ?? c) : value;
const hex = (bytes: Buffer): string => `\\\\x${bytes.toString('hex')}`;

/**
 * Claims of persons made in this transaction, which nobody else can see: they collide with
 * nothing and take the fast road. Sealing runs while the server already writes.
 */
export async function copyClaims(
  tx: Tx,
  claims: readonly NewClaim[],
  seal: (value: string) => Buffer,
): Promise<void> {
  if (claims.length === 0) return;
  function* chunks(): Generator<Buffer> {
    for (let from = 0; from < claims.length; from += COPY_LINES) {
      let lines = '';
      for (const c of claims.slice(from, from + COPY_LINES)) {
        const value = c.open ? `\\N\t${text(c.value)}` : `${hex(seal(c.value))}\t\\N`;
        const times = `${new Date(c.firstAt).toISOString()}\t${new Date(c.lastAt).toISOString()}`;
        const key = `${c.person}\t${c.attribute}\t${c.sourceId}\t${hex(c.mark)}`;
        lines += `${key}\t${value}\t${c.trust}\t${text(c.record)}\t${times}\n`;
      }
      yield Buffer.from(lines, 'utf8');
    }
  }
  await tx.copyIn(
    `copy people.claim (person, attribute, source_id, mark, sealed, plain, trust, record,
       first_at, last_at) from stdin`,
    chunks(),
  );
}

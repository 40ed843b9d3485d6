import type { Scope } from '#base/access.ts';
import { sharedPrefix } from '#base/areas.ts';
import { keyOf, type Page, pageOf } from '#base/paging.ts';
import type { Tx } from '#platform/db/index.ts';
import { maskName, type Vault } from '#platform/secrets/index.ts';
import type { PersonBrief, Relation } from './contract.ts';
import { ATTRIBUTES } from './model.ts';
import { areaRange, relationOf, seen, sightParams } from './sight/seen.ts';
import { claimIn } from './statement.ts';

export type PersonRow = {
  id: number;
  status: 'provisional' | 'identified';
  sex: string;
  birthYear: number | null;
  areaCode: string;
  unitId: number;
};

export const PERSON = `p.id, p.status, p.sex, p.birth_year as "birthYear",
  p.area_code as "areaCode", p.unit_id as "unitId"`;

/** A person as a reader sees them, and by which relation. */
export type SeenRow = PersonRow & { readonly relation: Relation };

/** A person the scope opens; undefined also when there is one elsewhere. */
export const personInScope = (tx: Tx, scope: Scope, id: number): Promise<SeenRow | undefined> =>
  tx.row<SeenRow>(
    `select ${PERSON}, ${relationOf(2)} from people.person p where p.id = $1 and ${seen(2)}`,
    [id, ...sightParams(scope)],
  );

export const personsInScope = (tx: Tx, scope: Scope, ids: readonly number[]): Promise<SeenRow[]> =>
  tx.rows<SeenRow>(
    `select ${PERSON}, ${relationOf(2)} from people.person p
     where p.id = any($1::bigint[]) and ${seen(2)} order by p.id`,
    [ids, ...sightParams(scope)],
  );

/** Where a file was linked into, and what was linked into it. */
export async function linksOf(
  tx: Tx,
  id: number,
): Promise<{ linkedInto: number | null; linked: number[] }> {
  const rows = await tx.rows<{ person: number; into: number }>(
    'select person, into_person as into from people.link where person = $1 or into_person = $1',
    [id],
  );
  return {
    linkedInto: rows.find((row) => row.person === id)?.into ?? null,
    linked: rows.filter((row) => row.into === id).map((row) => row.person),
  };
}

/** Adds masked names: the latest name of the most trusted source, also of files linked in. */
export async function withNames(
  tx: Tx,
  vault: Vault,
  persons: readonly SeenRow[],
): Promise<PersonBrief[]> {
  const names = await tx.rows<{ person: number; sealed: Buffer }>(
    `select distinct on (person) person, sealed from people.statement
     where person = any($1::bigint[]) and attributes & ${1 << ATTRIBUTES.name} <> 0
     order by person, trust desc, last_at desc`,
    [persons.map((p) => p.id)],
  );
  const byPerson = new Map(names.map((row) => [row.person, row.sealed]));
  return persons.map((person) => {
    const sealed = byPerson.get(person.id);
    return { ...person, name: sealed ? maskName(claimIn(vault, sealed, ATTRIBUTES.name)) : '' };
  });
}

/** What lists show of persons: masked names. Ids outside the scope are absent. */
export const personBrief = async (
  tx: Tx,
  vault: Vault,
  scope: Scope,
  ids: readonly number[],
): Promise<PersonBrief[]> =>
  ids.length === 0 ? [] : withNames(tx, vault, await personsInScope(tx, scope, ids));

export type PersonFilter = {
  /** Significant digits of an area; only what of it lies in the scope is listed. */
  readonly areaPrefix?: string | undefined;
  readonly unitId?: number | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
};

/** How many persons live in the part of the scope that lies in `areaPrefix`. */
export async function countPersons(
  tx: Tx,
  scope: Scope,
  filter: { readonly areaPrefix?: string | undefined },
): Promise<number> {
  const prefix = sharedPrefix(scope.areaPrefix, filter.areaPrefix ?? '');
  if (prefix === undefined) return 0;
  const { from, until } = areaRange(prefix);
  const row = await tx.row<{ n: number }>(
    'select count(*) as n from people.person where area_code >= $1 and area_code < $2',
    [from, until],
  );
  return row?.n ?? 0;
}

/**
 * A page of persons, by area and id, or of one unit by id: each a range of one index. Who lives
 * elsewhere and is tied to the area, or is opened by name (a task, a grant), stands among them
 * under their own area; of those an area has few.
 */
export async function listPersons(
  tx: Tx,
  vault: Vault,
  scope: Scope,
  filter: PersonFilter,
): Promise<Page<PersonBrief>> {
  const prefix = sharedPrefix(scope.areaPrefix, filter.areaPrefix ?? '');
  if (prefix === undefined) return { rows: [], next: null };
  const key = keyOf(filter.after, ['text', 'id']) ?? ['', 0];
  const after = [String(key[0]), Number(key[1])];
  const { from, until } = areaRange(prefix);
  const rowsMax = filter.limit + 1;
  const rows = filter.unitId
    ? await ofUnit(tx, [...sightParams({ areaPrefix: prefix }), filter.unitId, after[1], rowsMax])
    : await ofArea(tx, [from, until, scope.persons ?? [], ...after, rowsMax]);
  const { rows: kept, next } = pageOf(rows, filter.limit, (row) => [row.areaCode, row.id]);
  return { rows: await withNames(tx, vault, kept), next };
}

/** Parameters: range and persons, unit, id after, rows. */
const ofUnit = (tx: Tx, params: unknown[]): Promise<SeenRow[]> =>
  tx.rows<SeenRow>(
    `select ${PERSON}, ${relationOf(1)} from people.person p
     where p.unit_id = $4 and p.unit_id > 0 and p.id > $5 and ${seen(1)}
     order by p.unit_id, p.id limit $6`,
    params,
  );

/** Parameters: range and persons, area and id after, rows. Outside a city's range lives nobody. */
const ofArea = (tx: Tx, params: unknown[]): Promise<SeenRow[]> =>
  tx.rows<SeenRow>(
    `select ${PERSON}, ${relationOf(1)} from (
       (select * from people.person p
        where (p.area_code, p.id) > ($4, $5) and p.area_code >= $1 and p.area_code < $2
        order by p.area_code, p.id limit $6)
       union all
       (select * from people.person p
        where $1 <> '' and p.id in (select person from people.tie
            where live and area_code >= $1 and area_code < $2
            union all select unnest($3::bigint[]))
          and not (p.area_code >= $1 and p.area_code < $2) and (p.area_code, p.id) > ($4, $5)
        order by p.area_code, p.id limit $6)
     ) p order by p.area_code, p.id limit $6`,
    params,
  );

/** Of these persons, those who have no file any more. */
export async function personsGone(tx: Tx, ids: readonly number[]): Promise<number[]> {
  const rows = await tx.rows<{ id: number }>(
    'select id from people.person where id = any($1::bigint[])',
    [ids],
  );
  const here = new Set(rows.map((row) => row.id));
  return ids.filter((id) => !here.has(id));
}

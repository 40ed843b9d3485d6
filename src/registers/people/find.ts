import type { Scope } from '#base/access.ts';
import { ID_TYPES } from '#base/kinds.ts';
import type { Tx } from '#platform/db/index.ts';
import { normaliseIdNo, type Vault } from '#platform/secrets/index.ts';
import { writeEntry } from '#registers/trace/index.ts';
import type { PersonBrief, PersonQuery } from './contract.ts';
import { ATTRIBUTES, normaliseName, normalisePhone } from './model.ts';
import { relationOf, seen, sightParams } from './sight/seen.ts';
import { PERSON, type SeenRow, withNames } from './store.ts';

/** A search shows so many persons at most; who needs more must say more. */
export const FOUND_MAX = 50;

/** The scope's three parameters stand first in both. */
const byDocument = (tx: Tx, sight: unknown[], kind: number, blinds: Buffer[]): Promise<SeenRow[]> =>
  tx.rows<SeenRow>(
    `select ${PERSON}, ${relationOf(1)}
     from people.person p
     where p.id in (select person from people.handle where kind = $4 and blind = any($5::bytea[]))
       and ${seen(1)}`,
    [...sight, kind, blinds],
  );

const byClaim = (
  tx: Tx,
  sight: unknown[],
  attribute: number,
  marks: Buffer[],
  birthYear: number | null,
): Promise<SeenRow[]> =>
  tx.rows<SeenRow>(
    `select ${PERSON}, ${relationOf(1)} from people.person p
     where p.id in (select person from people.search
         where attribute = $4 and mark = any($5::bytea[]))
       and ${seen(1)} and ($6::int is null or p.birth_year = $6)
     order by p.id limit ${FOUND_MAX + 1}`,
    [...sight, attribute, marks, birthYear],
  );

/**
 * Persons of the scope by exact document, phone or name, without the house ever listing them in the
 * clear. Writes one audit entry that says by what was searched, never for whom.
 */
export async function findPersons(
  tx: Tx,
  vault: Vault,
  scope: Scope,
  query: PersonQuery,
  now: number,
): Promise<{ rows: PersonBrief[]; more: boolean }> {
  const sight = sightParams(scope);
  let how: string;
  let rows: SeenRow[];
  if ('idNo' in query) {
    how = `document ${query.idType}`;
    const blinds = vault.blindIndexes(how, normaliseIdNo(query.idNo));
    rows = await byDocument(tx, sight, ID_TYPES.indexOf(query.idType) + 1, blinds);
  } else if ('phone' in query) {
    how = 'phone';
    const marks = vault.blindIndexes('phone', normalisePhone(query.phone));
    rows = await byClaim(tx, sight, ATTRIBUTES.phone, marks, null);
  } else {
    how = 'name';
    const marks = vault.blindIndexes('name', normaliseName(query.name));
    const year = query.bornOn ? Number(query.bornOn.slice(0, 4)) : null;
    rows = await byClaim(tx, sight, ATTRIBUTES.name, marks, year);
  }
  const shown = rows.slice(0, FOUND_MAX);
  await writeEntry(tx, {
    at: now,
    actor: scope.actor,
    action: 'person.search',
    subject: `by:${how}`,
    purpose: scope.purpose,
    areaCode: scope.actor.areaCode,
    persons: shown.map((row) => row.id),
  });
  return { rows: await withNames(tx, vault, shown), more: rows.length > shown.length };
}

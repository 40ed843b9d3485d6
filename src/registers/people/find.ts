import type { Scope } from '#base/access.ts';
import { ID_TYPES } from '#base/kinds.ts';
import type { Tx } from '#platform/db/index.ts';
import { normaliseIdNo, type Vault } from '#platform/secrets/index.ts';
import { writeEntry } from '#registers/trace/index.ts';
import type { PersonBrief, PersonQuery } from './contract.ts';
import { ATTRIBUTES, normaliseName, normalisePhone } from './model.ts';
import { relationOf, seen, sightParams } from './sight.ts';
import { PERSON, type SeenRow, withNames } from './store.ts';

/** A search shows so many persons at most; who needs more must say more. */
export const FOUND_MAX = 50;

/** The scope's three parameters stand first in both. */
const byDocument = (tx: Tx, sight: unknown[], kind: number, blind: Buffer): Promise<SeenRow[]> =>
  tx.rows<SeenRow>(
    `select ${PERSON}, ${relationOf(1)}
     from people.handle h join people.person p on p.id = h.person
     where h.kind = $4 and h.blind = $5 and ${seen(1)}`,
    [...sight, kind, blind],
  );

const byClaim = (
  tx: Tx,
  sight: unknown[],
  attribute: number,
  mark: Buffer,
  birthYear: number | null,
): Promise<SeenRow[]> =>
  tx.rows<SeenRow>(
    `select ${PERSON}, ${relationOf(1)} from people.person p
     where p.id in (select person from people.search where attribute = $4 and mark = $5)
       and ${seen(1)} and ($6::int is null or p.birth_year = $6)
     order by p.id limit ${FOUND_MAX + 1}`,
    [...sight, attribute, mark, birthYear],
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
    const blind = vault.blindIndex(how, normaliseIdNo(query.idNo));
    rows = await byDocument(tx, sight, ID_TYPES.indexOf(query.idType) + 1, blind);
  } else if ('phone' in query) {
    how = 'phone';
    const mark = vault.blindIndex('phone', normalisePhone(query.phone));
    rows = await byClaim(tx, sight, ATTRIBUTES.phone, mark, null);
  } else {
    how = 'name';
    const mark = vault.blindIndex('name', normaliseName(query.name));
    const year = query.bornOn ? Number(query.bornOn.slice(0, 4)) : null;
    rows = await byClaim(tx, sight, ATTRIBUTES.name, mark, year);
  }
  await writeEntry(tx, {
    at: now,
    actor: scope.actor,
    action: 'person.search',
    subject: `by:${how}`,
    purpose: scope.purpose,
    areaCode: scope.actor.areaCode,
  });
  const shown = rows.slice(0, FOUND_MAX);
  return { rows: await withNames(tx, vault, shown), more: rows.length > shown.length };
}

import type { Scope } from '#base/access.ts';
import { ID_TYPES } from '#base/kinds.ts';
import type { Tx } from '#platform/db/index.ts';
import { normaliseIdNo, type Vault } from '#platform/secrets/index.ts';
import { writeEntry } from '#registers/trace/index.ts';
import type { PersonBrief, PersonQuery } from './contract.ts';
import { ATTRIBUTES, normaliseName, normalisePhone } from './model.ts';
import { areaRange, PERSON, type PersonRow, withNames } from './store.ts';

/** A search shows so many persons at most; who needs more must say more. */
export const FOUND_MAX = 50;

const byDocument = (tx: Tx, kind: number, blind: Buffer, range: Range): Promise<PersonRow[]> =>
  tx.rows<PersonRow>(
    `select ${PERSON} from people.handle h join people.person p on p.id = h.person
     where h.kind = $1 and h.blind = $2 and p.area_code >= $3 and p.area_code < $4`,
    [kind, blind, range.from, range.until],
  );

type Range = { from: string; until: string };

const byClaim = (
  tx: Tx,
  attribute: number,
  mark: Buffer,
  range: Range,
  birthYear: number | null,
): Promise<PersonRow[]> =>
  tx.rows<PersonRow>(
    `select ${PERSON} from people.person p
     where p.id in (select person from people.search where attribute = $1 and mark = $2)
       and p.area_code >= $3 and p.area_code < $4 and ($5::int is null or p.birth_year = $5)
     order by p.id limit ${FOUND_MAX + 1}`,
    [attribute, mark, range.from, range.until, birthYear],
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
  const range = areaRange(scope.areaPrefix);
  let how: string;
  let rows: PersonRow[];
  if ('idNo' in query) {
    how = `document ${query.idType}`;
    const blind = vault.blindIndex(how, normaliseIdNo(query.idNo));
    rows = await byDocument(tx, ID_TYPES.indexOf(query.idType) + 1, blind, range);
  } else if ('phone' in query) {
    how = 'phone';
    const mark = vault.blindIndex('phone', normalisePhone(query.phone));
    rows = await byClaim(tx, ATTRIBUTES.phone, mark, range, null);
  } else {
    how = 'name';
    const mark = vault.blindIndex('name', normaliseName(query.name));
    const year = query.bornOn ? Number(query.bornOn.slice(0, 4)) : null;
    rows = await byClaim(tx, ATTRIBUTES.name, mark, range, year);
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

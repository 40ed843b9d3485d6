import type { Actor, Scope } from '#base/access.ts';
import { type Refusal, refuse } from '#base/refusal.ts';
import type { Tx } from '#platform/db/index.ts';
import { maskAddress, maskIdNo, maskName, maskPhone, type Vault } from '#platform/secrets/index.ts';
import { writeEntry } from '#registers/trace/index.ts';
import type { PersonClaim, PersonFile } from './contract.ts';
import { type Attribute, type Shown, type Sight, sightOf, normalisePhone } from './model.ts';
import { type Anybody, findAnywhere } from './sight/anywhere.ts';
import { type ClaimRow, claimsFrom, type StatementRow } from './statement.ts';
import { linksOf, personInScope, type PersonRow, PERSON, type SeenRow } from './store.ts';

/** Statements of one file at most: the newest. A file that has more is a mistake in a source. */
export const FILE_STATEMENTS_MAX = 1_000;

const NO_PERSON = refuse('missing', 'no-such-person', {
  zh: '没有此人，或其不在您的辖区。',
  en: 'There is no such person in your area.',
});

/** Most believed first: trust, then the latest. The first of each attribute is the current best. */
async function claimRows(tx: Tx, vault: Vault, persons: readonly number[]): Promise<ClaimRow[]> {
  const rows = await tx.rows<StatementRow>(
    `select person, source_id as "sourceId", sealed, trust, record, first_at as "firstAt",
       last_at as "lastAt"
     from people.statement where person = any($1::bigint[])
     order by trust desc, last_at desc limit ${FILE_STATEMENTS_MAX}`,
    [persons],
  );
  return claimsFrom(vault, rows);
}

const MASKS: Partial<Record<Attribute, (value: string) => string>> = {
  name: maskName,
  phone: maskPhone,
  address: maskAddress,
  document: (value) => maskDocument(value),
  unproven: (value) => maskDocument(value),
  bornOn: (value) => `${value.slice(0, 4)}-**-**`,
};

/** `citizen 4290…` with the number masked and the type kept. */
function maskDocument(value: string): string {
  const [type = '', no = ''] = value.split(' ');
  return `${type} ${maskIdNo(no)}`;
}

function shownAs(sight: Sight, attribute: Attribute): Shown {
  switch (attribute) {
    case 'name':
    case 'phone':
    case 'address':
    case 'bornOn':
    case 'document':
      return sight[attribute];
    case 'unproven':
      return sight.document;
    default:
      return 'clear';
  }
}

/** One value as the sight lets it be seen. */
function show(sight: Sight, { attribute, value }: ClaimRow): { value: string; shown: Shown } {
  const shown = shownAs(sight, attribute);
  if (shown === 'hidden') return { value: '', shown };
  return { value: shown === 'clear' ? value : (MASKS[attribute]?.(value) ?? value), shown };
}

function claimsAs(sight: Sight, rows: readonly ClaimRow[]): PersonClaim[] {
  let last = 0;
  return rows.map((row) => {
    const best = row.code !== last;
    last = row.code;
    const { attribute, sourceId, record, firstAt, lastAt } = row;
    return { attribute, ...show(sight, row), sourceId, record, firstAt, lastAt, best };
  });
}

/**
 * The file of a person: everything claimed about it and about the files linked into it, shown as
 * far as the reader's roles may see. Writes an audit entry. The timeline is read with `id` and
 * `linked`. Refuses with 'missing' when the person does not live in the scope.
 */
export async function personFile(
  tx: Tx,
  vault: Vault,
  scope: Scope,
  id: number,
  now: number,
): Promise<PersonFile | Refusal> {
  const person = await personInScope(tx, scope, id);
  if (!person) return NO_PERSON;
  const { linked, linkedInto } = await linksOf(tx, id);
  const rows = await claimRows(tx, vault, [id, ...linked]);
  const claims = claimsAs(sightOf(scope.actor), rows);
  const best = (attribute: Attribute): string =>
    claims.find((c) => c.attribute === attribute)?.value ?? '';
  await writeEntry(tx, {
    at: now,
    actor: scope.actor,
    action: 'person.read',
    subject: `person:${id}`,
    purpose: purposeFor(scope, person),
    areaCode: person.areaCode,
    persons: [id, ...linked],
  });
  const documents = claims.filter((c) => c.attribute === 'document' && c.value !== '');
  return {
    ...person,
    name: best('name'),
    phone: best('phone'),
    address: best('address'),
    bornOn: best('bornOn') || null,
    documents: [...new Set(documents.map((c) => c.value))].map((value) => {
      const [idType = '', idNo = ''] = value.split(' ');
      return { idType, idNo };
    }),
    claims,
    linked,
    linkedInto,
  };
}

/** What the trail says of a reading: under a grant, which one (`grant:17 ...`). */
export function purposeFor(
  scope: Scope,
  { id, relation }: Pick<SeenRow, 'id' | 'relation'>,
): string {
  const grant = scope.actor.grants?.find((it) => it.personId === id);
  return grant && relation === 'granted' ? `grant:${grant.id} ${scope.purpose}` : scope.purpose;
}

/** The ids whose records belong to one file: the person and what was linked into it. */
export async function idsOfFile(tx: Tx, id: number): Promise<number[]> {
  const { linked } = await linksOf(tx, id);
  return [id, ...linked];
}

export type ReachOut = { name: string; phone: string; address: string; areaCode: string };

async function contactsOf(tx: Tx, vault: Vault, person: PersonRow): Promise<ReachOut> {
  const rows = await claimRows(tx, vault, await idsOfFile(tx, person.id));
  const best = (attribute: Attribute): string =>
    rows.find((row) => row.attribute === attribute)?.value ?? '';
  return {
    name: best('name'),
    phone: best('phone'),
    address: best('address'),
    areaCode: person.areaCode,
  };
}

/** The phone number of a person in the scope, in the clear; stands in the audit trail. */
export async function revealPhone(
  tx: Tx,
  vault: Vault,
  scope: Scope,
  input: { readonly id: number; readonly purpose: string },
  now: number,
): Promise<{ phone: string } | Refusal> {
  const person = await personInScope(tx, scope, input.id);
  if (!person) return NO_PERSON;
  const { phone } = await contactsOf(tx, vault, person);
  await writeEntry(tx, {
    at: now,
    actor: scope.actor,
    action: 'person.reveal',
    subject: `person:${input.id}`,
    purpose: purposeFor({ ...scope, purpose: input.purpose }, person),
    areaCode: person.areaCode,
  });
  return { phone };
}

/**
 * Name, phone and address for the actor who holds a task about the person, wherever the person
 * lives. The caller has made sure of the holding; `purpose` names the task (`task:17`) in the
 * audit trail.
 */
export async function reachForHolder(
  tx: Tx,
  vault: Vault,
  actor: Actor,
  input: { readonly id: number; readonly purpose: string },
  now: number,
): Promise<ReachOut | Refusal> {
  const person = await tx.row<PersonRow>(`select ${PERSON} from people.person p where p.id = $1`, [
    input.id,
  ]);
  if (!person) return NO_PERSON;
  await writeEntry(tx, {
    at: now,
    actor,
    action: 'person.reveal',
    subject: `person:${input.id}`,
    purpose: input.purpose,
    areaCode: person.areaCode,
  });
  return contactsOf(tx, vault, person);
}

/**
 * The one person whose present phone this is; undefined for nobody's, for a number several share,
 * for one that somebody had before, and for one that a single source says against another: whoever
 * can send rows could make their own phone a key to somebody's file. Needs a transaction in the
 * house's sight, and a caller who shows nobody what came of it.
 */
export async function personOfPhone(
  tx: Tx,
  vault: Vault,
  phone: string,
): Promise<Anybody | undefined> {
  const found = await findAnywhere(tx, vault, { phone });
  const [only] = found.length === 1 ? found : [];
  if (!only) return undefined;
  const rows = await claimRows(tx, vault, await idsOfFile(tx, only.id));
  const phones = rows.filter((row) => row.attribute === 'phone' && row.value !== '');
  const isThis = (row: ClaimRow): boolean => normalisePhone(row.value) === normalisePhone(phone);
  const [present] = phones;
  if (!present || !isThis(present)) return undefined;
  const sayers = new Set(phones.filter(isThis).map((row) => row.sourceId));
  return sayers.size > 1 || phones.every(isThis) ? only : undefined;
}

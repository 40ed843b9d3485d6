import { idBirthDay } from '#base/checksums.ts';
import type { Tx } from '#platform/db/index.ts';
import type { Vault } from '#platform/secrets/index.ts';
import { ATTRIBUTES, tellsBirth } from '../model.ts';
import { type ClaimSaid, claimsIn } from '../statement.ts';
import { type Reading, searchMarks, TRIPLE_HANDLE, tripleBlinds } from './seen.ts';

/** A provisional file and the identified one it turned out to be. */
export type Link = {
  readonly person: number;
  readonly into: number;
  readonly sourceId: number;
  readonly record: string;
};

export const LINK_REASON = 'same name, birth day and phone';

const isWhole = (r: Reading): boolean => r.name !== '' && r.bornOn !== '' && r.phone !== '';

type Subject = { readonly self: number; readonly reading: Reading };

/**
 * Identified persons whose name, birth day and phone are those of a provisional file: that file is
 * theirs. Returns the links to make; nothing is deleted, the provisional person keeps its records.
 */
export async function linkFromDocuments(
  tx: Tx,
  vault: Vault,
  identified: readonly Subject[],
): Promise<Link[]> {
  const whole = identified.filter((s) => isWhole(s.reading));
  if (whole.length === 0) return [];
  const byBlind = new Map<string, Subject>();
  const blinds: Buffer[] = [];
  for (const subject of whole) {
    for (const blind of tripleBlinds(vault, subject.reading)) {
      byBlind.set(blind.toString('latin1'), subject);
      blinds.push(blind);
    }
  }
  const rows = await tx.rows<{ blind: Buffer; person: number }>(
    'select blind, person from people.handle where kind = $1 and blind = any($2::bytea[])',
    [TRIPLE_HANDLE, blinds],
  );
  const links = rows.flatMap(({ blind, person }) => {
    const subject = byBlind.get(blind.toString('latin1'));
    return subject ? [linkOf(person, subject.self, subject.reading)] : [];
  });
  return links;
}

type Candidate = { i: number; person: number; sealed: Buffer };

/** Statements that may tell a birth day: with a document or the day itself. */
const TELLS_BIRTH = (1 << ATTRIBUTES.document) | (1 << ATTRIBUTES.bornOn);

/**
 * New provisional files whose name, birth day and phone are those of exactly one identified person.
 * Two candidates are no answer: the file stays by itself.
 */
export async function linkProvisionals(
  tx: Tx,
  vault: Vault,
  provisional: readonly Subject[],
): Promise<Link[]> {
  const whole = provisional.filter((s) => isWhole(s.reading) && !s.reading.fault);
  if (whole.length === 0) return [];
  const asked = whole.flatMap((subject) => {
    const names = searchMarks(vault, 'name', subject.reading.name);
    const phones = searchMarks(vault, 'phone', subject.reading.phone);
    // Both marks of one index: while an index turns, a person stands under each of them whole.
    return phones.flatMap((phone, i) => {
      const name = names[i];
      return name ? [{ subject, phone, name }] : [];
    });
  });
  const candidates = await tx.rows<Candidate>(
    `select x.i::int as i, q.id as person, d.sealed
     from unnest($1::bytea[], $2::bytea[]) with ordinality as x (phone, name, i)
     join people.search a on a.attribute = ${ATTRIBUTES.phone} and a.mark = x.phone
     join people.search b on b.attribute = ${ATTRIBUTES.name} and b.mark = x.name
       and b.person = a.person
     join people.person q on q.id = a.person and q.status = 'identified'
     join people.statement d on d.person = q.id and d.attributes & ${TELLS_BIRTH} <> 0`,
    [asked.map((it) => it.phone), asked.map((it) => it.name)],
  );
  const matches = new Map<Subject, Set<number>>();
  for (const candidate of candidates) {
    const subject = asked[candidate.i - 1]?.subject;
    if (!subject) continue;
    const claims = claimsIn(vault, candidate.sealed);
    if (!claims.some((it) => birthDayIn(it) === subject.reading.bornOn)) continue;
    matches.set(subject, (matches.get(subject) ?? new Set()).add(candidate.person));
  }
  const links = [...matches].flatMap(([subject, persons]) => {
    const [into] = persons;
    return into !== undefined && persons.size === 1
      ? [linkOf(subject.self, into, subject.reading)]
      : [];
  });
  return links;
}

/** The birth day a claim tells: the claim itself, or what stands in a document number. */
function birthDayIn({ attribute, value }: ClaimSaid): string {
  if (attribute === ATTRIBUTES.bornOn) return value;
  const no = attribute === ATTRIBUTES.document ? (value.split(' ')[1] ?? '') : '';
  return tellsBirth(no) ? idBirthDay(no) : '';
}

const linkOf = (person: number, into: number, { seen }: Reading): Link => ({
  person,
  into,
  sourceId: seen.sourceId,
  record: seen.record,
});

/**
 * Keeps links in one statement, in order of person, so that two workers never wait in a ring. A
 * file is linked once; returns the links that are new.
 */
export async function saveLinks(tx: Tx, links: readonly Link[], now: number): Promise<Link[]> {
  if (links.length === 0) return [];
  const made = await tx.rows<{ person: number }>(
    `insert into people.link (person, into_person, reason, source_id, record, linked_at)
     select person, into_person, $5, source_id, record, $6
     from unnest($1::bigint[], $2::bigint[], $3::int[], $4::text[])
       as x (person, into_person, source_id, record)
     order by person on conflict do nothing returning person`,
    [
      links.map((l) => l.person),
      links.map((l) => l.into),
      links.map((l) => l.sourceId),
      links.map((l) => l.record),
      LINK_REASON,
      new Date(now),
    ],
  );
  const kept = new Set(made.map((row) => row.person));
  return links.filter((l) => kept.has(l.person));
}

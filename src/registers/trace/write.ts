import type { Actor } from '#base/access.ts';
import type { Tx } from '#platform/db/index.ts';

/**
 * One line for the trace. `subject` is a kind and an id (`alert:17`), `purpose` what the reader
 * stated, `persons` whose data were read or changed. Never a name, a number or an address
 * (个人信息保护法 Art 51, 54).
 */
export type Entry = {
  readonly at: number;
  readonly actor: Actor;
  readonly action: string;
  readonly subject: string;
  readonly purpose: string;
  readonly areaCode: string;
  readonly persons?: readonly number[] | undefined;
  /** The order under which an exceptional function ran. */
  readonly mandateId?: number | undefined;
};

export const PURPOSE_CHARS_MAX = 200;
/** Persons of one entry; a bulk change of more is several entries. */
export const PERSONS_PER_ENTRY_MAX = 1_000;

/** Transactions that have said what they did: the door adds nothing to them. */
const said = new WeakSet<Tx>();
const touched = new WeakMap<Tx, number[]>();

/** Whether the transaction wrote an entry of its own. */
export const hasEntry = (tx: Tx): boolean => said.has(tx);

/** Says whose data this transaction changes, for the entry that the door writes by itself. */
export function aboutPersons(tx: Tx, persons: readonly number[]): void {
  touched.set(tx, [...(touched.get(tx) ?? []), ...persons]);
}
export const personsOf = (tx: Tx): readonly number[] => touched.get(tx) ?? [];

const personOf = (subject: string): number[] => {
  const id = /^person:(\d{1,15})$/.exec(subject)?.[1];
  return id ? [Number(id)] : [];
};

/** Appends to the trace, in the transaction that reads or changes: no entry, no reading. */
export async function writeEntry(tx: Tx, entry: Entry): Promise<void> {
  said.add(tx);
  const all = [...new Set(entry.persons ?? personOf(entry.subject))];
  const { actor } = entry;
  for (let from = 0; from === 0 || from < all.length; from += PERSONS_PER_ENTRY_MAX)
    await tx.run(
      `insert into trace.entry
         (at, actor_id, roles, unit, action, subject, purpose, area_code, persons, mandate_id)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        new Date(entry.at),
        actor.id,
        actor.roles.join(' '),
        actor.unit ?? '',
        entry.action,
        entry.subject,
        entry.purpose.slice(0, PURPOSE_CHARS_MAX),
        entry.areaCode,
        all.slice(from, from + PERSONS_PER_ENTRY_MAX),
        entry.mandateId ?? null,
      ],
    );
}

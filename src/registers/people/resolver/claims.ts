import type { Tx } from '#platform/db/index.ts';
import type { Vault } from '#platform/secrets/index.ts';
import { ATTRIBUTES } from '../model.ts';
import { isNewSource, keepSearched, type Known, printOf } from './cache.ts';
import { type Reading, searchMarks, statementOf } from './seen.ts';
import {
  insertSearch,
  insertStatements,
  lockPersons,
  type NewStatement,
  type SearchRow,
  type StoredStatement,
  statementsOfPersons,
  touchStatements,
} from './tables.ts';

/** All rows of one batch that share a handle and need the database. */
export type Cold = {
  readonly first: Reading;
  readonly readings: Reading[];
  known: Known | undefined;
  /** Blind indexes of the handle, oldest first, once they were needed. */
  blinds?: Buffer[];
  /** Made in this transaction: nobody else can see the person yet. */
  isNew: boolean;
  /** `known` was read lately: only what the rows say is new. */
  readonly isFresh: boolean;
};

type Sorted = {
  /** Of persons made in this transaction. */
  readonly made: NewStatement[];
  readonly added: NewStatement[];
  readonly touched: Set<StoredStatement>;
  readonly madeSearch: SearchRow[];
  readonly addedSearch: SearchRow[];
  /** Subjects whose name, birth day and phone were said together for the first time. */
  readonly changed: Set<Cold>;
};

type Trust = (sourceId: number) => number;
const selfOf = (subject: Cold): number => subject.known?.self ?? 0;

/**
 * Stores new statements and moves the times of known ones. Locks first, in order of id, every older
 * person that will change, those of `moved` included. Returns the subjects of whom name, birth day
 * and phone are newly known.
 */
export async function keepClaims(
  tx: Tx,
  vault: Vault,
  trustOf: Trust,
  subjects: readonly Cold[],
  moved: readonly Cold[],
): Promise<Set<Cold>> {
  const stored = await storedOf(tx, subjects);
  const sorted: Sorted = {
    made: [],
    added: [],
    touched: new Set(),
    madeSearch: [],
    addedSearch: [],
    changed: new Set(),
  };
  for (const subject of subjects) sort(sorted, vault, trustOf, subject, stored);
  const locked = new Set(sorted.added.map((statement) => statement.person));
  for (const statement of sorted.touched) locked.add(statement.person);
  for (const subject of moved) if (subject.known) locked.add(subject.known.result.person);
  if (locked.size > 0) await lockPersons(tx, [...locked]);
  await insertStatements(tx, sorted.made, vault.seal);
  await insertSearch(tx, sorted.madeSearch);
  await insertStatements(tx, sorted.added, vault.seal);
  await insertSearch(tx, sorted.addedSearch);
  await touchStatements(tx, [...sorted.touched]);
  return sorted.changed;
}

/** What the sources of the batch have said before about its older persons. */
async function storedOf(
  tx: Tx,
  subjects: readonly Cold[],
): Promise<Map<number, StoredStatement[]>> {
  const old = subjects.filter((subject) => !subject.isNew);
  const byPerson = new Map<number, StoredStatement[]>();
  if (old.length === 0) return byPerson;
  const persons: number[] = [];
  const sources: number[] = [];
  for (const subject of old) {
    for (const sourceId of new Set(subject.readings.map((r) => r.seen.sourceId))) {
      if (subject.known && isNewSource(subject.known, sourceId)) continue;
      persons.push(selfOf(subject));
      sources.push(sourceId);
    }
  }
  if (persons.length === 0) return byPerson;
  for (const statement of await statementsOfPersons(tx, persons, sources)) {
    const list = byPerson.get(statement.person);
    if (list) list.push(statement);
    else byPerson.set(statement.person, [statement]);
  }
  return byPerson;
}

function sort(
  sorted: Sorted,
  vault: Vault,
  trustOf: Trust,
  subject: Cold,
  stored: ReadonlyMap<number, StoredStatement[]>,
): void {
  const person = selfOf(subject);
  const before: StoredStatement[] = stored.get(person) ?? [];
  const oldCount = before.length;
  for (const reading of subject.readings) {
    const { at, sourceId, record } = reading.seen;
    const said = statementOf(vault, reading);
    if (!said) continue;
    const found = before.findIndex(
      (b) => b.sourceId === sourceId && said.marks.some((mark) => b.mark.equals(mark)),
    );
    const same = before[found];
    if (!same) {
      const trust = trustOf(sourceId);
      const fresh = { person, sourceId, trust, record, ...said, firstAt: at, lastAt: at };
      (subject.isNew ? sorted.made : sorted.added).push(fresh);
      before.push(fresh);
      if (isNewTriple(subject, reading)) sorted.changed.add(subject);
      search(subject.isNew ? sorted.madeSearch : sorted.addedSearch, vault, subject, reading);
    } else if (at > same.lastAt || at < same.firstAt) {
      same.firstAt = Math.min(same.firstAt, at);
      same.lastAt = Math.max(same.lastAt, at);
      if (found < oldCount) sorted.touched.add(same);
    }
  }
}

function isNewTriple({ known }: Cold, { name, bornOn, phone }: Reading): boolean {
  if (!known || !name || !bornOn || !phone) return false;
  return keepSearched(known, printOf(`triple ${name}|${bornOn}|${phone}`));
}

/** Name and phone by which the person is to be found, each once however many sources say it. */
function search(rows: SearchRow[], vault: Vault, subject: Cold, reading: Reading): void {
  const { known } = subject;
  if (!known) return;
  for (const attribute of ['name', 'phone'] as const) {
    const value = reading[attribute];
    if (!value || !keepSearched(known, printOf(`${attribute} ${value}`))) continue;
    for (const mark of searchMarks(vault, attribute, value))
      rows.push({ attribute: ATTRIBUTES[attribute], mark, person: known.self });
  }
}

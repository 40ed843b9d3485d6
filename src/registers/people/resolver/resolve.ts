import { HOUR } from '#base/time.ts';
import { type Db, HOUSE_SIGHT, type Tx } from '#platform/db/index.ts';
import type { Vault } from '#platform/secrets/index.ts';
import type { PlaceDirectory } from '#registers/places/index.ts';
import { type PersonSeen, type Resolved } from '../model.ts';
import { type Cache, copyOf, hasPrint, type Known, keepPrint, newCache } from './cache.ts';
import { type Cold, keepClaims } from './claims.ts';
import { fold, freshKnown, knownOf, personRowOf, winsOver } from './fold.ts';
import { linkFromDocuments, linkProvisionals, saveLinks } from './links.ts';
import { blindsOf, type Reading, ROW_HANDLE, readSeen, TRIPLE_HANDLE } from './seen.ts';
import {
  addHandles,
  findHandles,
  type Handle,
  insertPersons,
  takeHandles,
  updatePersons,
} from './tables.ts';

export const RESOLVE_ROWS_MAX = 20_000;
/** After so long a remembered person is read again: another worker may have moved or linked it. */
const FRESH_MS = HOUR;

export type ResolverDeps = {
  readonly places: Pick<PlaceDirectory, 'byCode'>;
  /** How far a source is believed about a person, 0 to 100; 0 without. */
  readonly trustOf?: (sourceId: number) => number;
  readonly cacheMax?: number;
};

export type Resolver = {
  /**
   * Who each row is about; null rows and rows that name nobody get person 0. Persons, claims and
   * links are committed when it resolves, in a transaction of its own; the same rows again change
   * nothing. Takes at most 20,000 rows. Throws `DbFault` when the database fails: nothing is kept
   * then.
   */
  resolve(db: Db, seen: readonly (PersonSeen | null)[], now: number): Promise<Resolved[]>;
  /** Persons in memory. */
  readonly cached: number;
};

type Work = {
  readonly tx: Tx;
  readonly vault: Vault;
  readonly cache: Cache;
  readonly now: number;
  readonly trustOf: (sourceId: number) => number;
  readonly unitIdOf: (unitCode: string) => number;
};

const NOBODY: Resolved = { person: 0, areaCode: '', unitId: 0, birthYear: 0, sex: '' };

/** One resolver per worker process: it remembers up to 500,000 persons. */
export function newResolver(vault: Vault, deps: ResolverDeps): Resolver {
  const cache = newCache(deps.cacheMax);
  const trustOf = deps.trustOf ?? (() => 0);
  const unitIdOf = (code: string): number => deps.places.byCode.get(code)?.id ?? 0;

  async function resolve(db: Db, seen: readonly (PersonSeen | null)[], now: number) {
    if (seen.length > RESOLVE_ROWS_MAX) throw new Error(`resolve: ${seen.length} rows at once`);
    const out: Resolved[] = Array.from({ length: seen.length }, () => NOBODY);
    const cold = new Map<string, Cold>();
    seen.forEach((row, index) => {
      if (!row) return;
      const reading = readSeen(row, index);
      if (!reading) {
        out[index] = { ...NOBODY, unitId: row.unitCode ? unitIdOf(row.unitCode) : 0 };
        return;
      }
      const known = cache.get(reading.key);
      const waiting = cold.get(reading.key);
      if (waiting) waiting.readings.push(reading);
      else if (known && isWarm(known, reading, trustOf, now)) out[index] = resultOf(known, reading);
      else {
        const isFresh = known !== undefined && now - known.readAt < FRESH_MS;
        cold.set(reading.key, {
          first: reading,
          readings: [reading],
          known,
          isNew: false,
          isFresh,
        });
      }
    });
    if (cold.size === 0) return out;
    const subjects = [...cold.values()];
    // A row may name anybody, also who lives elsewhere: the house recognises them, nobody is shown.
    const links = await db
      .seeing(HOUSE_SIGHT)
      .tx((tx) => settle({ tx, vault, cache, now, trustOf, unitIdOf }, subjects));
    cache.dropPersons(links);
    for (const { known, readings, first } of subjects) {
      if (!known) throw new Error('resolve: a handle without a person');
      for (const reading of readings) {
        keepPrint(known, reading.seen.sourceId, reading.print);
        out[reading.index] = resultOf(known, reading);
      }
      if (first.kind !== ROW_HANDLE) cache.set(first.key, known);
    }
    return out;
  }
  return {
    resolve,
    get cached() {
      return cache.size;
    },
  };
}

const isWarm = (
  known: Known,
  { seen, areaCode, print }: Reading,
  trustOf: (sourceId: number) => number,
  now: number,
): boolean =>
  now - known.readAt < FRESH_MS &&
  hasPrint(known, seen.sourceId, print) &&
  (areaCode === '' ||
    areaCode === known.result.areaCode ||
    !winsOver(trustOf(seen.sourceId), seen.at, known.areaTrust, known.areaAt));

/** A row with a faulty number stays with its provisional person, whatever that was linked into. */
const resultOf = (known: Known, { fault }: Reading): Resolved =>
  fault ? { ...known.result, person: known.self, fault } : known.result;

/** Everything the database must do for the cold rows. Returns persons the cache must forget. */
async function settle(work: Work, subjects: Cold[]): Promise<Set<number>> {
  // Copies, so that a transaction that fails leaves what is remembered as it was.
  for (const s of subjects) if (s.isFresh && s.known) s.known = copyOf(s.known);
  await find(
    work,
    subjects.filter((s) => !s.isFresh),
  );
  await makeMissing(
    work,
    subjects.filter((s) => s.isNew),
  );
  const moved = subjects.filter(
    (s) => !s.isNew && s.known && fold(s.known, s.readings, work.trustOf, work.unitIdOf),
  );
  const changed = await keepClaims(work.tx, work.vault, work.trustOf, subjects, moved);
  await updatePersons(
    work.tx,
    moved.flatMap((s) => (s.known ? [personRowOf(s.known)] : [])),
  );
  return link(work, subjects, changed);
}

/** Oldest index first; while an index turns there are two, and a person is found by either. */
const handlesOf = (vault: Vault, subject: Cold): Handle[] => {
  subject.blinds ??= blindsOf(vault, subject.first);
  return subject.blinds.map((blind) => ({ kind: subject.first.kind, blind }));
};
/** The one that decides who made a person: a process that knows no other has it, too. */
const handleOf = (vault: Vault, subject: Cold): Handle => {
  const [first] = handlesOf(vault, subject);
  if (!first) throw new Error('resolve: a vault without an index');
  return first;
};
const handleKey = ({ kind, blind }: Handle): string =>
  String.fromCharCode(kind) + blind.toString('latin1');

/** Reads the persons of the handles; subjects without one are marked new. */
async function find({ tx, vault, now }: Work, subjects: readonly Cold[]): Promise<void> {
  if (subjects.length === 0) return;
  const asked = subjects.flatMap((s, i) => handlesOf(vault, s).map((handle) => ({ i, handle })));
  const rows = await findHandles(
    tx,
    asked.map((it) => it.handle),
  );
  const found = new Map(rows.map((row) => [asked[row.i - 1]?.i ?? -1, row]));
  subjects.forEach((subject, i) => {
    const row = found.get(i);
    subject.isNew = !row;
    if (row) subject.known = knownOf(row, subject.known, now);
  });
}

/** Makes the persons nobody has; who was taken by another worker meanwhile is read again. */
async function makeMissing(work: Work, missing: readonly Cold[]): Promise<void> {
  if (missing.length === 0) return;
  const taken = await takeHandles(
    work.tx,
    missing.map((s) => handleOf(work.vault, s)),
  );
  const ids = new Map(taken.map((t) => [handleKey(t), t.person]));
  const idOf = (s: Cold): number | undefined => ids.get(handleKey(handleOf(work.vault, s)));
  const made: Known[] = [];
  for (const subject of missing) {
    const id = idOf(subject);
    if (id === undefined) continue;
    subject.known = freshKnown(id, subject.first.kind < TRIPLE_HANDLE, work.now);
    fold(subject.known, subject.readings, work.trustOf, work.unitIdOf);
    made.push(subject.known);
  }
  await insertPersons(work.tx, made.map(personRowOf), work.now);
  const later = missing.flatMap((s) => {
    const person = idOf(s);
    const rest = handlesOf(work.vault, s).slice(1);
    return person === undefined ? [] : rest.map((handle) => ({ ...handle, person }));
  });
  await addHandles(work.tx, later);
  const lost = missing.filter((s) => idOf(s) === undefined);
  if (lost.length > 0) await find(work, lost);
}

/** Joins provisional files to identified ones, and reads again whom that concerns in this batch. */
async function link(work: Work, subjects: Cold[], changed: Set<Cold>): Promise<Set<number>> {
  const { tx, vault, now } = work;
  const speaking = subjects.filter((s) => changed.has(s));
  const pairs = (some: readonly Cold[]) =>
    some.flatMap((s) => s.readings.map((reading) => ({ self: s.known?.self ?? 0, reading })));
  const proven = speaking.filter((s) => s.first.kind < TRIPLE_HANDLE);
  const unproven = speaking.filter((s) => s.isNew && s.first.kind === TRIPLE_HANDLE);
  const links = await saveLinks(
    tx,
    [
      ...(await linkFromDocuments(tx, vault, pairs(proven))),
      ...(await linkProvisionals(tx, vault, pairs(unproven))),
    ],
    now,
  );
  const linked = new Set(links.map((l) => l.person));
  if (linked.size === 0) return linked;
  const here = subjects.filter((s) => s.known && linked.has(s.known.self));
  await find(work, here);
  return linked;
}

import type { Tx } from '#platform/db/index.ts';
import type { Vault } from '#platform/secrets/index.ts';
import { ATTRIBUTES } from '../model.ts';
import type { Known } from './cache.ts';
import { claimsOf, type Reading } from './seen.ts';
import {
  claimsOfPersons,
  copyClaims,
  insertClaims,
  lockPersons,
  type NewClaim,
  type StoredClaim,
  touchClaims,
} from './tables.ts';

/** All rows of one batch that share a handle and need the database. */
export type Cold = {
  readonly first: Reading;
  readonly readings: Reading[];
  known: Known | undefined;
  /** Made in this transaction: nobody else can see the person yet. */
  isNew: boolean;
};

type Sorted = {
  /** Of persons made in this transaction. */
  readonly made: NewClaim[];
  readonly added: NewClaim[];
  readonly touched: Set<StoredClaim>;
  /** Subjects of whom something was said for the first time. */
  readonly changed: Set<Cold>;
};

type Trust = (sourceId: number) => number;
const selfOf = (subject: Cold): number => subject.known?.self ?? 0;

/**
 * Stores new claims and moves the times of known ones. Locks first, in order of id, every older
 * person that will change, those of `moved` included. Returns the subjects with a new claim.
 */
export async function keepClaims(
  tx: Tx,
  vault: Vault,
  trustOf: Trust,
  subjects: readonly Cold[],
  moved: readonly Cold[],
): Promise<Set<Cold>> {
  const stored = await storedOf(tx, subjects);
  const sorted: Sorted = { made: [], added: [], touched: new Set(), changed: new Set() };
  for (const subject of subjects) sort(sorted, vault, trustOf, subject, stored);
  const locked = new Set(sorted.added.map((claim) => claim.person));
  for (const claim of sorted.touched) locked.add(claim.person);
  for (const subject of moved) if (subject.known) locked.add(subject.known.result.person);
  if (locked.size > 0) await lockPersons(tx, [...locked]);
  await copyClaims(tx, sorted.made, vault.seal);
  await insertClaims(tx, sorted.added, vault.seal);
  await touchClaims(tx, [...sorted.touched]);
  return sorted.changed;
}

/** What the sources of the batch have claimed before about its older persons. */
async function storedOf(tx: Tx, subjects: readonly Cold[]): Promise<Map<number, StoredClaim[]>> {
  const old = subjects.filter((subject) => !subject.isNew);
  const byPerson = new Map<number, StoredClaim[]>();
  if (old.length === 0) return byPerson;
  const sources = new Set(old.flatMap((s) => s.readings.map((r) => r.seen.sourceId)));
  for (const claim of await claimsOfPersons(tx, old.map(selfOf), [...sources])) {
    const list = byPerson.get(claim.person);
    if (list) list.push(claim);
    else byPerson.set(claim.person, [claim]);
  }
  return byPerson;
}

function sort(
  sorted: Sorted,
  vault: Vault,
  trustOf: Trust,
  subject: Cold,
  stored: ReadonlyMap<number, StoredClaim[]>,
): void {
  const person = selfOf(subject);
  const before: StoredClaim[] = stored.get(person) ?? [];
  const oldCount = before.length;
  for (const reading of subject.readings) {
    const { at, sourceId, record } = reading.seen;
    for (const claim of claimsOf(vault, reading)) {
      const found = before.findIndex(
        (b) =>
          b.attribute === claim.attribute && b.sourceId === sourceId && b.mark.equals(claim.mark),
      );
      const same = before[found];
      if (!same) {
        const trust = trustOf(sourceId);
        const fresh = { person, sourceId, trust, record, ...claim, firstAt: at, lastAt: at };
        (subject.isNew ? sorted.made : sorted.added).push(fresh);
        before.push(fresh);
        if (claim.attribute !== ATTRIBUTES.unproven) sorted.changed.add(subject);
      } else if (at > same.lastAt || at < same.firstAt) {
        same.firstAt = Math.min(same.firstAt, at);
        same.lastAt = Math.max(same.lastAt, at);
        if (found < oldCount) sorted.touched.add(same);
      }
    }
  }
}

/** Times of one person and side that are kept: the most recent ones. */
export const TIMES_MAX = 32;

/** Matching records of one person and side, oldest first. `hit` marks a `then` that was told. */
export type Times = { at: number[]; id: number[]; hit: boolean[] };

/** R3: what each person did, on both sides, so that either may arrive first. */
export type Sequences = {
  readonly first: Map<number, Times>;
  readonly then: Map<number, Times>;
};

export const newSequences = (): Sequences => ({ first: new Map(), then: new Map() });

export const newTimes = (): Times => ({ at: [], id: [], hit: [] });

/**
 * Adds a record in order of (time, id). Answers where it stands, or -1 when it was there already or
 * is older than all that a full row keeps.
 */
export function insertTime(times: Times, at: number, id: number): number {
  let i = times.at.length;
  while (i > 0 && isAfter(times.at[i - 1]!, times.id[i - 1]!, at, id)) i--;
  if (i > 0 && times.id[i - 1] === id) return -1;
  if (times.at.length === TIMES_MAX) {
    if (i === 0) return -1;
    times.at.shift();
    times.id.shift();
    times.hit.shift();
    i--;
  }
  times.at.splice(i, 0, at);
  times.id.splice(i, 0, id);
  times.hit.splice(i, 0, false);
  return i;
}

const isAfter = (at: number, id: number, thanAt: number, thanId: number): boolean =>
  at > thanAt || (at === thanAt && id > thanId);

/**
 * The latest `first` at most `windowMs` before `at` and not the same record; -1 when there is
 * none.
 */
export function latestBefore(times: Times, at: number, id: number, windowMs: number): number {
  for (let i = times.at.length - 1; i >= 0; i--) {
    if (times.at[i]! > at) continue;
    if (at - times.at[i]! > windowMs) return -1;
    if (times.id[i] !== id) return i;
  }
  return -1;
}

export function pruneSequences(sequences: Sequences, horizon: number): void {
  for (const side of [sequences.first, sequences.then]) {
    for (const [person, times] of side) {
      if ((times.at.at(-1) ?? 0) < horizon) side.delete(person);
    }
  }
}

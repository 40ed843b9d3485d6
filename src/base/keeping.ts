/**
 * Words every room shares about what it keeps and for how long: which columns are sealed, and how
 * a class of data is counted and taken away when its clock has run out.
 */

/** A column of sealed values: who names it must know how to go through it, page by page. */
export type SealedColumn = {
  readonly table: `${string}.${string}`;
  /** Columns of the primary key, in order. */
  readonly key: readonly string[];
  readonly column: string;
};

/** Rows of one day (`YYYY-MM-DD`, city time) that are due. */
export type DueDay = { readonly day: string; readonly rows: number };

/** What a class holds at an instant, and how much of it is past its clock. */
export type Due = {
  readonly rows: number;
  /** Epoch ms of the oldest thing of the class, due or not; null when it holds nothing. */
  readonly oldestAt: number | null;
  /** What is due, by its day; at most `DUE_DAYS_MAX`, the youngest day gathers what is left. */
  readonly days: readonly DueDay[];
};
export const DUE_DAYS_MAX = 800;

/** What one step of a purge took away, and a digest (hex) of the names of it for the certificate. */
export type Purged = { readonly rows: number; readonly more: boolean; readonly hash: string };

/**
 * One class of data as its owner counts and removes it. Both look at what is older than `before`
 * (epoch ms, by the clock of the class) and not under a hold. `purge` does one bounded step, may be
 * cut off anywhere and repeated: it commits by itself.
 */
export type Purger = {
  /** Code of the class in data/retention/fields.csv. */
  readonly field: string;
  readonly due: (before: number) => Promise<Due>;
  readonly purge: (before: number, now: number) => Promise<Purged>;
};

/** Of these persons, those who must stay: a live tie, an open alert or task, a legal hold. */
export type HeldOf = (persons: readonly number[]) => Promise<ReadonlySet<number>>;

/** What a rotation looks up in a vault: nothing but its indexes and its opener. */
export type Indexed = {
  blindIndexes(domain: string, value: string): Buffer[];
  open(sealed: Uint8Array): string;
};

/**
 * A room's blind indexes, which are made anew from what is sealed when their key turns. `step` adds,
 * page by page, the newest index beside the older ones; `missing` counts values that have none yet;
 * `drop` takes away what stands under older ones, once nobody looks there. `newest` is the five
 * bytes the newest index begins with.
 */
export type IndexedRoom = {
  readonly name: string;
  /** Works from `after` (0: the beginning) and commits; null: the end was reached. */
  readonly step: (vault: Indexed, after: number) => Promise<number | null>;
  readonly missing: (newest: Buffer) => Promise<number>;
  readonly drop: (newest: Buffer) => Promise<number>;
};

import type { Actor, Permit } from '#base/access.ts';
import { isRefusal } from '#base/refusal.ts';
import type { Db, Tx } from '#platform/db/index.ts';

/** What somebody signed in asked for, in words the trace can keep: the path is the pattern. */
export type Asked = {
  readonly actor: Actor;
  readonly permit: Permit | 'session';
  readonly method: string;
  readonly path: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly purpose: string;
  readonly areaPrefix: string;
  readonly now: number;
};

/** Who keeps the trace: `registers/trace` answers; this room only tells. */
export type Notes = {
  /** Called in every transaction of the request that is about to commit: no note, no write. */
  readonly note?: (tx: Tx, asked: Asked, result: unknown) => Promise<void>;
  /** Called with the answer of a GET before it goes out: no note, no reading. */
  readonly read?: (asked: Asked, answer: unknown) => Promise<void>;
  /** Called when a request was refused as forbidden or missing, before the answer goes out. */
  readonly refused?: (asked: Asked, code: string) => Promise<void>;
};

type Note = (tx: Tx, result: unknown) => Promise<void>;

/** The note of one request; none where nobody is signed in. */
export const noteOf =
  (notes: Notes, asked: Asked | undefined): Note =>
  async (tx, result) => {
    if (asked) await notes.note?.(tx, asked, result);
  };

/** The work, and the note when it did not refuse. */
export const noted =
  <T>(work: (tx: Tx) => Promise<T>, note: Note) =>
  async (tx: Tx): Promise<T> => {
    const result = await work(tx);
    if (!isRefusal(result)) await note(tx, result);
    return result;
  };

/** The same database; whatever commits in it leaves the note. */
export const noting = (db: Db, note: Note): Db => ({
  ...db,
  tx: (work) => db.tx(noted(work, note)),
  seeing: (sight) => noting(db.seeing(sight), note),
});

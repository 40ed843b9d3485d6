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
  /** Called in the first transaction of a write that commits: no note, no write. */
  readonly note?: (tx: Tx, asked: Asked) => Promise<void>;
  /** Called when a request was refused as forbidden or missing, before the answer goes out. */
  readonly refused?: (asked: Asked, code: string) => Promise<void>;
};

/** Leaves the note of one request, in the first transaction that gets so far. */
export type NoteOnce = (tx: Tx) => Promise<void>;

export function noteOnce(notes: Notes, asked: Asked | undefined): NoteOnce {
  let isNoted = asked === undefined || asked.method === 'GET' || !notes.note;
  return async (tx) => {
    if (isNoted || !asked) return;
    isNoted = true;
    await notes.note?.(tx, asked);
  };
}

/** The work, and the note when it did not refuse. */
export const noted =
  <T>(work: (tx: Tx) => Promise<T>, note: NoteOnce) =>
  async (tx: Tx): Promise<T> => {
    const result = await work(tx);
    if (!isRefusal(result)) await note(tx);
    return result;
  };

/** The same database; its first transaction that commits also leaves the note. */
export const noting = (db: Db, note: NoteOnce): Db => ({
  ...db,
  tx: (work) => db.tx(noted(work, note)),
  seeing: (sight) => noting(db.seeing(sight), note),
});

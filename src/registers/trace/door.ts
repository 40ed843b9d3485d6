import { MINUTE } from '#base/time.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import type { Asked, Notes } from '#platform/http/index.ts';
import { personsIn, subjectOf } from './subject.ts';
import { type Entry, hasEntry, personsOf, writeEntry } from './write.ts';

/** Requests whose entry stands: a verb wrote a better one, or the door wrote it. */
const noted = new WeakSet<Asked>();

/**
 * The entry of a write, for the door of every write: exactly one. A verb that wrote a better one in
 * the same transaction, or said whose data it changed (`aboutPersons`), is heard.
 */
async function noteWrite(tx: Tx, asked: Asked, result: unknown): Promise<void> {
  if (noted.has(asked)) return;
  if (hasEntry(tx)) noted.add(asked);
  else if (asked.method !== 'GET') {
    noted.add(asked);
    const said = personsOf(tx);
    await writeEntry(tx, entryOf(asked, said.length > 0 ? said : personsIn(asked, result)));
  }
}

/** The entry of a reading: whose data the answer holds. An answer about nobody leaves none. */
async function noteReading(db: Db, asked: Asked, answer: unknown): Promise<void> {
  if (noted.has(asked) || OWN.has(asked.permit)) return;
  const persons = personsIn(asked, answer);
  if (persons.length > 0) await db.tx((tx) => writeEntry(tx, entryOf(asked, persons)));
}

/** Whoever reads their own session or file reads nobody else's. */
const OWN = new Set(['session', 'self.read']);

const entryOf = (asked: Asked, persons: readonly number[]): Entry => ({
  at: asked.now,
  actor: asked.actor,
  action: asked.permit === 'session' ? `session.${asked.method.toLowerCase()}` : asked.permit,
  subject: subjectOf(asked),
  purpose: asked.purpose === asked.permit ? '' : asked.purpose,
  areaCode: asked.actor.areaCode,
  persons,
});

/** What the trace does at the door of the house (`platform/http`, Gate). */
export const traceNotes = (db: Db): Required<Notes> => ({
  note: noteWrite,
  read: (asked, answer) => noteReading(db, asked, answer),
  refused: refusalNoter(db),
});

/** Where an id of the path leads to somebody's data: a refusal there leaves a line. */
const PERSONAL = new Set(['people', 'alerts', 'tasks', 'records', 'self', 'exports', 'decisions']);
/** Lines of refusals of one actor in a minute; what is more is counted and told with the next. */
export const REFUSALS_PER_MINUTE_MAX = 30;
const ACTORS_WATCHED_MAX = 10_000;

type Counted = { minute: number; written: number; dropped: number };

/**
 * Leaves a line when somebody was refused a person, an alert, a task: a clerk who tries the
 * neighbour's case is seen. In a transaction of its own, and not without limit: a machine that
 * guesses ids writes thirty lines a minute and a sum.
 */
function refusalNoter(db: Db): (asked: Asked, code: string) => Promise<void> {
  const counts = new Map<number, Counted>();
  return async (asked, code) => {
    const first = asked.path.split('/')[2] ?? '';
    // An administrator who asks for people at all is seen too, without an id.
    if (!PERSONAL.has(first) || !(asked.path.includes('/:') || first === 'people')) return;
    const said = count(counts, asked.actor.id, Math.floor(asked.now / MINUTE));
    if (said === undefined) return;
    await db.tx((tx) => writeRefusal(tx, asked, said > 0 ? `${code} +${said}` : code));
  };
}

/** How many lines were dropped before this one; undefined when this one is dropped too. */
function count(counts: Map<number, Counted>, actorId: number, minute: number): number | undefined {
  const known = counts.get(actorId);
  if (!known && counts.size >= ACTORS_WATCHED_MAX) counts.clear();
  const now =
    known?.minute === minute ? known : { minute, written: 0, dropped: known?.dropped ?? 0 };
  counts.set(actorId, now);
  if (now.written >= REFUSALS_PER_MINUTE_MAX) {
    now.dropped += 1;
    return undefined;
  }
  now.written += 1;
  const { dropped } = now;
  now.dropped = 0;
  return dropped;
}

async function writeRefusal(tx: Tx, asked: Asked, purpose: string): Promise<void> {
  const { actor } = asked;
  await writeEntry(tx, {
    at: asked.now,
    actor,
    action: `${asked.permit}.refused`,
    subject: subjectOf(asked),
    purpose,
    areaCode: actor.areaCode,
    // Not a reading of the person: who was refused has read nothing. The id stands in the subject.
    persons: [],
  });
}

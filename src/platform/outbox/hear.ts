import type { Clock } from '#base/time.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import type { Hearer } from './reactions.ts';
import * as store from './store.ts';

/**
 * A hearing that failed: which, how often so far (0: it got through elsewhere), and whether for
 * good.
 */
export type Failure = {
  readonly reaction: string;
  readonly fact: number;
  readonly kind: string;
  readonly attempts: number;
  readonly parked: boolean;
};
export type HearOptions = {
  readonly clock: Clock;
  readonly onError: (error: unknown, failure: Failure) => void;
  /** Every fact is delivered a second time, the mark ignored: for the replay test only. */
  readonly hearTwice?: boolean;
};

/** Facts read at once per reaction: bounds memory. */
export const FACTS_PER_READ_MAX = 200;
/** Facts heard in one commit at most, and how long such a commit may gather. */
const FACTS_PER_COMMIT_MAX = 50;
const COMMIT_AFTER_MS = 25;
/** Waits double from the first; after the last try (some 3 min 25 s) the fact is parked. */
export const ATTEMPTS_MAX = 12;
const RETRY_FIRST_MS = 100;

/**
 * One turn of a reaction: what failed earlier and is due, then what is new. Answers how many
 * facts it dealt with: heard, failed or put behind a failed one. Faults of the database itself
 * are thrown.
 */
export async function hearSome(db: Db, hearer: Hearer, options: HearOptions): Promise<number> {
  const kinds = [...hearer.reactTo.keys()];
  const now = options.clock();
  const [again, fresh] = await db.read(async (tx) => [
    await store.dueAgain(tx, hearer.name, now, FACTS_PER_READ_MAX),
    await store.newFacts(tx, hearer.name, kinds, FACTS_PER_READ_MAX),
  ]);
  for (const due of again) await hearOne(db, hearer, due, options, hearAgain);
  await hearNew(db, hearer, fresh, options);
  return again.length + fresh.length;
}

/**
 * Many small hearings share a commit. When one of them fails, that commit is undone and they go
 * singly.
 */
async function hearNew(
  db: Db,
  hearer: Hearer,
  fresh: readonly store.Due[],
  options: HearOptions,
): Promise<void> {
  let at = 0;
  while (at < fresh.length) {
    const group = fresh.slice(at, at + FACTS_PER_COMMIT_MAX);
    const heard = options.hearTwice ? 0 : await hearTogether(db, hearer, group, options);
    if (heard === 0) {
      for (const due of group) await hearOne(db, hearer, due, options, hearFirst);
    }
    at += heard || group.length;
  }
}

/** How many of the group were heard in one commit; 0 when one failed, and nothing happened then. */
async function hearTogether(
  db: Db,
  hearer: Hearer,
  group: readonly store.Due[],
  options: HearOptions,
): Promise<number> {
  const begun = performance.now();
  try {
    return await db.tx(async (tx) => {
      const low = await store.lockCursor(tx, hearer.name);
      let heard = 0;
      for (const due of group) {
        await hearFirst(tx, hearer, due, low, options.clock());
        heard++;
        if (performance.now() - begun > COMMIT_AFTER_MS) break;
      }
      return heard;
    });
  } catch {
    return 0; // each is tried alone next, where its own error is seen and kept
  }
}

/** `low` is the locked cursor of the reaction. */
type Hear = (tx: Tx, hearer: Hearer, due: store.Due, low: number, now: number) => Promise<void>;

/** A fact for the first time, or put behind what holds its stream. */
const hearFirst: Hear = async (tx, hearer, due, low, now) => {
  if (due.id <= low) return;
  const outcome = await store.claim(tx, hearer.name, due);
  if (outcome === 'mine') await react(tx, hearer, due, now);
  if (outcome === 'behind') await store.holdBack(tx, hearer.name, due, now);
};

/** A fact that failed or waited: its row there is the mark. */
const hearAgain: Hear = async (tx, hearer, due, low, now) => {
  if (!(await store.unpark(tx, hearer.name, due.id))) return;
  if (due.id > low) await store.markHeard(tx, hearer.name, due.id);
  await react(tx, hearer, due, now);
};

async function react(tx: Tx, hearer: Hearer, due: store.Due, now: number): Promise<void> {
  const { id, kind, key, body, toldAt } = due;
  await hearer.reactTo.get(kind)?.(tx, { id, kind, key, body, toldAt }, now);
}

/** True when it went well. A failure is counted and dated in a transaction of its own. */
async function hearOne(
  db: Db,
  hearer: Hearer,
  due: store.Due,
  options: HearOptions,
  hear: Hear,
): Promise<boolean> {
  const now = options.clock();
  try {
    await db.tx(async (tx) => {
      const low = await store.lockCursor(tx, hearer.name);
      await hear(tx, hearer, due, low, now);
    });
    if (options.hearTwice) await db.tx((tx) => react(tx, hearer, due, now));
    return true;
  } catch (error) {
    const failure = await db.tx((tx) => recordFailure(tx, hearer, due, error, now));
    options.onError(error, failure);
    return false;
  }
}

async function recordFailure(
  tx: Tx,
  hearer: Hearer,
  due: store.Due,
  error: unknown,
  now: number,
): Promise<Failure> {
  const said = (error instanceof Error ? error.message : String(error)).slice(0, 500);
  const attempts = await store.countFailure(tx, hearer.name, due, said, now);
  const parked = attempts >= ATTEMPTS_MAX;
  const nextAt = parked ? undefined : now + RETRY_FIRST_MS * 2 ** Math.max(0, attempts - 1);
  if (attempts > 0) await store.setRetry(tx, hearer.name, due.id, nextAt);
  return { reaction: hearer.name, fact: due.id, kind: due.kind, attempts, parked };
}

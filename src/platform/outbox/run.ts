import type { Clock } from '#base/time.ts';
import { DAY, MINUTE, SECOND } from '#base/time.ts';
import type { Db } from '#platform/db/index.ts';
import { type Bell, newBell } from './bell.ts';
import { type Failure, type HearOptions, hearSome } from './hear.ts';
import { advance, pruneFacts, reactionsBehind, settle } from './horizon.ts';
import { type Hearer, hearersOf, type Reactions } from './reactions.ts';
import { ensureCursors, keptFacts, nextRetryAt } from './store.ts';
import { CHANNEL } from './tell.ts';

export type RunOptions = {
  readonly clock: Clock;
  /** Ends the loops after what they are just doing. */
  readonly signal: AbortSignal;
  /** A hearing failed (with its `failure`), or the database did (without). */
  readonly onError: (error: unknown, failure?: Failure) => void;
  /** How long facts are kept after everybody heard them; 7 days without. */
  readonly keepMs?: number;
};

/** Without a NOTIFY (it may be lost with its connection) reactions look anyway. */
const POLL_MS = SECOND;
const RETRY_LOOK_MIN_MS = 20;
const TIDY_MS = SECOND;
const PRUNE_MS = 10 * MINUTE;
const KEEP_MS = 7 * DAY;
const FAULT_WAIT_MS = SECOND;
/** More facts than that in one drain is a circle of reactions, not work. */
const DRAIN_FACTS_MAX = 200_000;

/**
 * Runs the river bed: each named reaction in a loop of its own, woken within milliseconds of the
 * commit that told. Several processes may run the same; each fact is still heard once. Resolves
 * after
 * `signal`. Uses one connection per busy reaction.
 */
export async function runReactions(
  db: Db,
  reactions: Reactions,
  options: RunOptions,
): Promise<void> {
  const hearers = hearersOf(reactions);
  const bells = new Map(hearers.map((hearer) => [hearer, newBell()]));
  const tidyBell = newBell();
  await db.tx((tx) =>
    ensureCursors(
      tx,
      hearers.map((hearer) => hearer.name),
    ),
  );
  const unlisten = await db.listen(CHANNEL, (kind) => {
    for (const [hearer, bell] of bells) {
      if (kind === '' || hearer.reactTo.has(kind)) bell.ring();
    }
  });
  const ringAll = (): void => {
    for (const bell of [...bells.values(), tidyBell]) bell.ring();
  };
  options.signal.addEventListener('abort', ringAll, { once: true });
  const loops = [...bells].map(([hearer, bell]) => hearLoop(db, hearer, bell, options));
  await Promise.all([...loops, tidyLoop(db, reactions, tidyBell, options)]);
  await unlisten();
}

async function hearLoop(db: Db, hearer: Hearer, bell: Bell, options: RunOptions): Promise<void> {
  while (!options.signal.aborted) {
    try {
      const dealt = await hearSome(db, hearer, options);
      if (dealt === 0) await bell.wait(await untilRetry(db, hearer, options.clock));
    } catch (fault) {
      options.onError(fault);
      await bell.wait(FAULT_WAIT_MS);
    }
  }
}

async function untilRetry(db: Db, hearer: Hearer, clock: Clock): Promise<number> {
  const at = await db.read((tx) => nextRetryAt(tx, hearer.name));
  return at === undefined ? POLL_MS : Math.max(RETRY_LOOK_MIN_MS, Math.min(POLL_MS, at - clock()));
}

async function tidyLoop(
  db: Db,
  reactions: Reactions,
  bell: Bell,
  options: RunOptions,
): Promise<void> {
  let prunedAt = 0;
  while (!options.signal.aborted) {
    try {
      await tidy(db, hearersOf(reactions));
      const now = options.clock();
      if (now - prunedAt >= PRUNE_MS) {
        const before = now - (options.keepMs ?? KEEP_MS);
        while ((await db.tx((tx) => pruneFacts(tx, reactions, before))) > 0);
        prunedAt = now;
      }
    } catch (fault) {
      options.onError(fault);
    }
    await bell.wait(TIDY_MS);
  }
}

async function tidy(db: Db, hearers: readonly Hearer[]): Promise<void> {
  await settle(db);
  const behind = new Set(await db.read(reactionsBehind));
  for (const hearer of hearers) {
    if (behind.has(hearer.name)) await db.tx((tx) => advance(tx, hearer));
  }
}

/**
 * Hears everything until all is quiet, for tests and tools. A failing reaction throws unless
 * `onError`
 * is given; then its retries count as quiet until `clock` reaches them. Answers how many were
 * heard.
 */
export async function drain(
  db: Db,
  reactions: Reactions,
  clock: Clock,
  options: { readonly hearTwice?: boolean; readonly onError?: HearOptions['onError'] } = {},
): Promise<number> {
  const hearers = hearersOf(reactions);
  const onError = (error: unknown): never => {
    throw error;
  };
  await db.tx((tx) =>
    ensureCursors(
      tx,
      hearers.map((hearer) => hearer.name),
    ),
  );
  for (let total = 0, round = -1; ; total += round) {
    if (round === 0) {
      await tidy(db, hearers);
      return total;
    }
    if (total > DRAIN_FACTS_MAX) throw new Error('outbox: reactions never become quiet');
    round = 0;
    for (const hearer of hearers) {
      round += await hearSome(db, hearer, { clock, onError, ...options });
    }
  }
}

/**
 * Every kept fact once more, in order, by every reaction, the marks ignored: what a late second
 * delivery would do. For the replay test; a failing reaction throws.
 */
export async function hearAllAgain(db: Db, reactions: Reactions, clock: Clock): Promise<void> {
  const facts = await db.read(keptFacts);
  for (const hearer of hearersOf(reactions)) {
    for (const fact of facts) {
      const react = hearer.reactTo.get(fact.kind);
      if (react) await db.tx((tx) => react(tx, fact, clock()));
    }
  }
}

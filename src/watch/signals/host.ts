import { KIND_NAMES, type KindName } from '#base/kinds.ts';
import { HOUR, MINUTE } from '#base/time.ts';
import type { MatchState, Plan, RuleFault } from '#engine/match/index.ts';
import {
  carryState,
  compile,
  HitSink,
  matchBatch,
  newState,
  prune,
  restoreSnapshot,
  sweepAbsence,
  takeSnapshot,
} from '#engine/match/index.ts';
import type { Heard } from '#facts/index.ts';
import { scanRecords } from '#intake/records/index.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import type { Lake } from '#platform/lake/index.ts';
import type { PlaceDirectory } from '#registers/places/index.ts';
import { activeRules, type ListKeys, rulesRevision } from '#watch/rules/index.ts';
import type { Found } from './found.ts';
import { foundIn, saveFound } from './found.ts';
import type { SegmentSource } from './lookup.ts';
import { lookupOf } from './lookup.ts';
import {
  type Considered,
  consideredAfter,
  consideredHead,
  consideredOf,
  consideredSince,
  markConsidered,
  readSnapshot,
  saveSnapshot,
} from './memory-store.ts';
import { Tables } from './tables/tables.ts';
import { Throttle } from './throttle.ts';

/** A snapshot is taken after so many segments or so long, whichever comes first. */
const SNAPSHOT_SEGMENTS = 200;
const SNAPSHOT_MS = 5 * MINUTE;
/** Segments replayed one by one at most; the loader of the lake is never further behind. */
const NEWEST_SEGMENTS = 500;

export type MatchingDeps = {
  readonly db: Db;
  readonly segments: SegmentSource;
  /** Warms up new rules from one scan; without it segment by segment, which is slow for long windows. */
  readonly lake?: Lake | undefined;
  readonly places: Pick<PlaceDirectory, 'byId'>;
  /** Open members of lists that came in under orders. */
  readonly mandateKeys: ListKeys;
};

/** What the host says about itself. */
export type MatchingFigures = {
  readonly rules: number;
  readonly faults: readonly RuleFault[];
  readonly watermark: number;
  readonly evicted: number;
};

export type Matching = {
  /** Hears records.admitted: considers the segment, saves and tells its signals, once. */
  readonly considerBatch: (tx: Tx, fact: Heard<'records.admitted'>, now: number) => Promise<void>;
  /** R6: tells who has been silent for too long. Answers how many signals are new. */
  readonly sweepAbsence: (now: number) => Promise<number>;
  /** Hears rule.activated, rule.retired and list.changed, so that the next segment finds all ready. */
  readonly refresh: (tx: Tx, fact: unknown, now: number) => Promise<void>;
  /** Rebuilds the memory now instead of at the first segment. */
  readonly start: (now: number) => Promise<void>;
  /** Writes the memory down at a clean stop, so that the next start replays nothing. */
  readonly rest: (now: number) => Promise<void>;
  readonly figures: () => MatchingFigures;
};

/**
 * Hosts the engine: one plan and one state in this process. Only one process per database may run
 * it, since each holds only what it considered itself. Calls are served one after another.
 */
export function hostMatching(deps: MatchingDeps): Matching {
  const host = new Host(deps);
  let last: Promise<unknown> = Promise.resolve();
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work, work);
    last = next.catch(() => undefined);
    return next;
  };
  return {
    considerBatch: (tx, fact, now) => alone(() => host.consider(tx, fact, now)),
    sweepAbsence: (now) => alone(() => host.sweep(now)),
    refresh: (tx, _fact, now) => alone(() => host.follow(tx, now)),
    start: (now) => alone(() => deps.db.read((tx) => host.follow(tx, now))),
    rest: (now) => alone(() => deps.db.tx((tx) => host.rest(tx, now))),
    figures: () => host.figures(),
  };
}

/**
 * While what is heard is older than this, the house is catching up: sources come back at their own
 * pace, and who seems silent may only not have been read yet. Nobody is told silent until then.
 */
const BEHIND_MS = 2 * HOUR;

class Host {
  readonly #deps: MatchingDeps;
  readonly #tables: Tables;
  readonly #find: ReturnType<typeof lookupOf>;
  readonly #throttle = new Throttle();
  readonly #sink = new HitSink();
  /** What was found in segments whose transaction may not have committed: a retry finds it again here. */
  readonly #pending = new Map<number, Found>();
  #plan: Plan;
  #state: MatchState;
  #faults: RuleFault[] = [];
  #revision = -1;
  #isStarted = false;
  #rulesKey = '';
  #sinceSnapshot = 0;
  #snapshotAt = 0;

  constructor(deps: MatchingDeps) {
    this.#deps = deps;
    this.#tables = new Tables(deps.mandateKeys);
    this.#find = lookupOf(deps.db, deps.segments, deps.places, deps.mandateKeys);
    this.#plan = compile([], this.#tables).plan;
    this.#state = newState(this.#plan);
  }

  async consider(tx: Tx, fact: Heard<'records.admitted'>, now: number): Promise<void> {
    await this.follow(tx, now);
    const { segment, rows, fromAt, toAt } = fact.body;
    const done = await consideredOf(tx, [segment, ...this.#pending.keys()]);
    for (const old of done) this.#pending.delete(old);
    if (done.has(segment)) return;
    if (this.#pending.size === 0) await this.#snapshot(tx, now);
    const found = this.#pending.get(segment) ?? (await this.#match(tx, segment, now));
    this.#pending.set(segment, found);
    await markConsidered(tx, { segment, rows, fromAt, toAt });
    await saveFound(tx, found, now);
    this.#sinceSnapshot++;
  }

  /** A snapshot now, unless nothing was considered since the last or a commit is not known of yet. */
  async rest(tx: Tx, now: number): Promise<void> {
    const done = await consideredOf(tx, [...this.#pending.keys()]);
    for (const old of done) this.#pending.delete(old);
    if (!this.#isStarted || this.#pending.size > 0 || this.#sinceSnapshot === 0) return;
    this.#snapshotAt = 0;
    await this.#snapshot(tx, now);
  }

  async sweep(now: number): Promise<number> {
    if (now - this.#state.watermark > BEHIND_MS) return 0;
    return this.#deps.db.tx(async (tx) => {
      await this.follow(tx, now);
      prune(this.#plan, this.#state, now);
      this.#sink.clear();
      sweepAbsence(this.#plan, this.#state, now, this.#sink);
      try {
        const found = await foundIn(tx, this.#plan, this.#sink, this.#find, this.#throttle, now);
        return await saveFound(tx, found, now);
      } catch (fault) {
        this.#untell();
        throw fault;
      }
    });
  }

  /** Compiles anew when rules, lists or codes changed since, and fills the memory of new rules. */
  async follow(tx: Tx, now: number): Promise<void> {
    this.#tables.followPlaces(this.#deps.places);
    const revision = await rulesRevision(tx);
    if (revision === this.#revision) return;
    await this.#tables.follow(tx);
    const rules = await activeRules(tx);
    const key = `${rules.map((r) => `${r.doc.id}@${r.version}`).join(' ')} ${this.#tables.names}`;
    if (key !== this.#rulesKey || !this.#isStarted) {
      const { plan, faults } = compile(rules, this.#tables);
      await this.#turnTo(tx, plan, now);
      this.#faults = faults;
      this.#rulesKey = key;
    }
    this.#revision = revision;
  }

  figures(): MatchingFigures {
    const { watermark, evicted } = this.#state;
    return { rules: this.#plan.rules.length, faults: this.#faults, watermark, evicted };
  }

  /** Changes the plan; at the first time the state comes from the snapshot and what followed it. */
  async #turnTo(tx: Tx, plan: Plan, now: number): Promise<void> {
    const head = await consideredHead(tx);
    let state: MatchState;
    let cold: number[];
    if (this.#isStarted) {
      ({ state, cold } = carryState(this.#state, this.#plan, plan));
    } else {
      const saved = await readSnapshot(tx);
      const restored = saved && restoreSnapshot(plan, saved.state);
      state = restored?.state ?? newState(plan);
      cold = restored?.cold ?? [...plan.rules.keys()].filter((i) => plan.rules[i]?.windowMs);
      const warm = new Set(plan.rules.keys()).difference(new Set(cold));
      const after = saved && restored ? await consideredAfter(tx, saved.n) : [];
      await this.#replay(plan, state, after, warm);
      // Counted across lives: a house that falls often would else replay more at each start.
      this.#sinceSnapshot = saved && restored ? after.length : head.n;
      this.#snapshotAt = now;
    }
    if (cold.length > 0) {
      const widest = Math.max(...cold.map((i) => plan.rules[i]?.windowMs ?? 0));
      await this.#warm(tx, plan, state, new Set(cold), {
        ...head,
        since: Math.min(now, head.toAt) - widest,
      });
      // Segments that are matched but not seen committed yet are in no table: the old rules hold them.
      const pending = [...this.#pending.keys()].map((segment) => ({ segment, n: 0 }));
      await this.#replay(plan, state, pending, new Set(cold));
    }
    this.#plan = plan;
    this.#state = state;
    this.#isStarted = true;
  }

  /**
   * Fills the memory of new rules over their window. With a lake, from one scan of it and the
   * newest segments, which it may not hold yet; a record seen twice counts once. Without, from
   * all segments.
   */
  async #warm(
    tx: Tx,
    plan: Plan,
    state: MatchState,
    cold: ReadonlySet<number>,
    head: { n: number; toAt: number; segment: number; since: number },
  ): Promise<void> {
    const { lake } = this.#deps;
    if (head.n === 0) return;
    const segments = await consideredSince(tx, head.since, head.n);
    if (!lake || segments.length <= NEWEST_SEGMENTS) {
      await this.#replay(plan, state, segments, cold);
      return;
    }
    const kinds = new Set<KindName>();
    for (const i of cold) {
      for (const side of plan.rules[i]?.sides ?? []) {
        for (const kind of side.kinds) kinds.add(KIND_NAMES[kind] ?? 'resident_entry');
      }
    }
    const silent = new HitSink();
    await scanRecords(
      lake,
      { kinds: [...kinds], fromAt: head.since, toAt: head.toAt + 1, through: head.segment },
      (batch) => {
        silent.clear();
        matchBatch(plan, state, batch, silent, cold);
      },
    );
    await this.#replay(plan, state, segments.slice(-NEWEST_SEGMENTS), cold);
  }

  /** Fills the memory of some rules in silence: the signals of these segments are long told. */
  async #replay(
    plan: Plan,
    state: MatchState,
    segments: readonly Considered[],
    only: ReadonlySet<number>,
  ): Promise<void> {
    if (only.size === 0) return;
    const silent = new HitSink();
    for (const { segment } of segments) {
      silent.clear();
      matchBatch(plan, state, await this.#deps.segments.loadSegment(segment), silent, only);
    }
  }

  async #match(tx: Tx, segment: number, now: number): Promise<Found> {
    const batch = await this.#find.load(segment);
    this.#sink.clear();
    matchBatch(this.#plan, this.#state, batch, this.#sink);
    try {
      return await foundIn(tx, this.#plan, this.#sink, this.#find, this.#throttle, now);
    } catch (fault) {
      // The state has moved but what it found is lost: begin again from what is committed.
      this.#forget();
      throw fault;
    }
  }

  #forget(): void {
    this.#isStarted = false;
    this.#revision = -1;
    this.#pending.clear();
  }

  /** The state holds exactly the committed segments here: nothing is pending. */
  async #snapshot(tx: Tx, now: number): Promise<void> {
    const isDue =
      this.#sinceSnapshot >= SNAPSHOT_SEGMENTS ||
      (this.#sinceSnapshot > 0 && now - this.#snapshotAt >= SNAPSHOT_MS);
    if (!isDue) return;
    prune(this.#plan, this.#state, now);
    const { n } = await consideredHead(tx);
    await saveSnapshot(tx, n, takeSnapshot(this.#plan, this.#state, n), now);
    this.#sinceSnapshot = 0;
    this.#snapshotAt = now;
  }

  /** A sweep that could not be saved was not told: the same silences are found again. */
  #untell(): void {
    for (let i = 0; i < this.#sink.count; i++) {
      const state = this.#state.rules[this.#sink.rule[i] ?? 0];
      state?.heard?.told.delete(this.#sink.subject[i] ?? 0);
    }
  }
}

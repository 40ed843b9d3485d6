import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '#base/time.ts';
import type { Db } from '#platform/db/index.ts';
import type { Lake } from '#platform/lake/index.ts';
import { LAKE_STEPS, LAKE_TABLE } from '../lake/schema.ts';
import { LIMITS } from '../model.ts';
import {
  droppable,
  type LakeGroup,
  makeGroup,
  markDropped,
  markLoaded,
  openGroups,
} from './groups.ts';
import type { Segments } from './segments.ts';

export type LoaderDeps = {
  readonly db: Db;
  readonly lake: Lake;
  readonly segments: Segments;
  readonly clock: Clock;
  readonly onFault: (fault: unknown) => void;
};

export type Loader = {
  /** Prepares the tables and loads again what a crash left unacknowledged: before the first read. */
  recover(): Promise<number>;
  /** Loads every settled segment. Returns rows. */
  loadAll(): Promise<number>;
  /** Loads at least every LIMITS.loadEveryMs until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
};

async function load(deps: LoaderDeps, group: LakeGroup): Promise<number> {
  const path = await deps.segments.join(group.segments, group.token);
  // The same rows under the same token: the lake takes them once, however often this is repeated.
  await deps.lake.insertFile(LAKE_TABLE, path, group.token);
  await deps.db.tx((tx) => markLoaded(tx, group, deps.clock()));
  await deps.segments.dropJoined(group.token);
  return group.rows;
}

/** Brings settled segments to the lake exactly once, in groups that outlive a crash. */
export function openLoader(deps: LoaderDeps): Loader {
  const finishOpen = async (): Promise<number> => {
    let rows = 0;
    for (const group of await deps.db.read(openGroups)) rows += await load(deps, group);
    return rows;
  };
  const loadAll = async (): Promise<number> => {
    let rows = await finishOpen();
    for (;;) {
      const group = await deps.db.tx((tx) => makeGroup(tx, LIMITS.groupRowsMax, deps.clock()));
      if (!group) return rows;
      rows += await load(deps, group);
    }
  };
  const dropOld = async (): Promise<void> => {
    const before = deps.clock() - LIMITS.segmentKeptMs;
    const old = await deps.db.read((tx) => droppable(tx, before));
    for (const segment of old) await deps.segments.drop(segment);
    if (old.length > 0) await deps.db.tx((tx) => markDropped(tx, old));
  };
  return {
    async recover() {
      await deps.lake.migrate(LAKE_STEPS);
      return finishOpen();
    },
    loadAll,
    async run(signal) {
      while (!signal.aborted) {
        const begun = deps.clock();
        try {
          await loadAll();
          await dropOld();
        } catch (fault) {
          deps.onFault(fault);
        }
        const rest = Math.max(50, LIMITS.loadEveryMs - (deps.clock() - begun));
        await sleep(rest, undefined, { signal }).catch(() => undefined); // aborted: looked at above
      }
    },
  };
}

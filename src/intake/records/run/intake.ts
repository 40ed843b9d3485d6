import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '#base/time.ts';
import type { LogReader, StoredBlock } from '#platform/files/index.ts';
import type { Vault } from '#platform/secrets/index.ts';
import { batchesById, mappingsById } from '#intake/sources/index.ts';
import type { PlaceOfCode } from '../validate/row.ts';
import type { Weighed } from '../model.ts';
import { type Cursor, cursorOf, keepSalt, sealedSalt } from '../store.ts';
import { chunksOf } from './chunks.ts';
import { NotTheConsumer, type Prepared, prepare, settle, type SettleDeps } from './settle.ts';
import { sweepSettled } from './settled.ts';
import { type BatchDefaults, type WeighDeps, weighBlocks } from './weigh.ts';

export type IntakeDeps = SettleDeps & {
  readonly log: LogReader;
  readonly vault: Vault;
  readonly placeOf: PlaceOfCode;
  readonly clock: Clock;
  /** What went wrong while working; the worker goes on from its cursor. */
  readonly onFault: (fault: unknown) => void;
  /** After each step: wakes the loader, and whoever counts. */
  readonly onSettled?: (rows: number) => void;
};

const SWEEP_EVERY_MS = 1_000;
const REST_AFTER_FAULT_MS = 1_000;
const DEFAULTS_KEPT = 2_000;
const NO_DEFAULTS: BatchDefaults = { kind: null, kinds: [], placeCode: null };

/** The salt of dedupe keys: secret, made of the first key, and kept sealed when that key goes. */
const saltOf = async ({ db, vault }: IntakeDeps): Promise<string> => {
  const kept = await db.read(sealedSalt);
  if (kept) return vault.open(kept);
  const salt = vault.blindIndex('records.key', 'salt').toString('hex');
  return vault.open(await db.tx((tx) => keepSalt(tx, vault.seal(salt))));
};

function defaultsCache(deps: IntakeDeps) {
  const known = new Map<string, BatchDefaults>();
  return {
    of: (batch: string): BatchDefaults => known.get(batch) ?? NO_DEFAULTS,
    async fill(blocks: readonly StoredBlock[]): Promise<void> {
      const asked = [...new Set(blocks.map((it) => it.batch))].filter((it) => !known.has(it));
      if (asked.length === 0) return;
      if (known.size > DEFAULTS_KEPT) known.clear();
      const missing = [...new Set(blocks.map((it) => it.batch))].filter((it) => !known.has(it));
      const { heads, mappings } = await deps.db.read(async (tx) => {
        const found = await batchesById(tx, missing);
        const ids = [...new Set(found.flatMap((it) => it.mappingId ?? []))];
        return { heads: found, mappings: ids.length > 0 ? await mappingsById(tx, ids) : [] };
      });
      for (const { id, kind, kinds, placeCode, mappingId } of heads) {
        const saved = mappings.find((it) => it.id === mappingId);
        known.set(id, { kind, kinds, placeCode, mapping: saved?.mapping });
      }
    },
  };
}

/** Works from the cursor to the end of the log, or on and on until the signal aborts. Returns rows. */
async function work(deps: IntakeDeps, signal: AbortSignal | undefined): Promise<number> {
  const defaults = defaultsCache(deps);
  const weighing: WeighDeps = {
    placeOf: deps.placeOf,
    salt: await saltOf(deps),
    defaultsOf: defaults.of,
  };
  const broken = new AbortController();
  const ending = signal && AbortSignal.any([signal, broken.signal]);
  const start = await deps.db.read(cursorOf);
  const steps = stepsFrom(deps, start, () => broken.abort());
  try {
    for await (const blocks of chunksOf(deps.log, start.logOffset, ending)) {
      await defaults.fill(blocks);
      await steps.add(await weighBlocks(weighing, blocks), blocks.at(-1)?.next ?? start.logOffset);
    }
  } finally {
    await steps.end();
  }
  return steps.done();
}

type Step = { readonly prepared: Promise<Prepared | undefined>; readonly settled: Promise<void> };

/**
 * Steps on their way: one is settled while the next is prepared and a third is weighed, never more
 * than one of each, all in order. `onBroken` is told when one failed; those after it fail with it.
 */
function stepsFrom(deps: IntakeDeps, start: Cursor, onBroken: () => void) {
  let cursor = start;
  let done = 0;
  /** The last step, and the one before it. */
  let last: Step = { prepared: Promise.resolve(undefined), settled: Promise.resolve() };
  let beforeSettled: Promise<void> = Promise.resolve();
  const settleStep = async (step: Prepared, rows: number, to: number): Promise<void> => {
    cursor = await settle(deps, step, cursor, to, deps.clock());
    done += rows;
    deps.onSettled?.(rows);
  };
  return {
    done: () => done,
    /** Takes a step up once the last is prepared and the one before that is settled. */
    async add(rows: readonly Weighed[], to: number): Promise<void> {
      await beforeSettled;
      const earlier = await last.prepared;
      const prepared = prepare(deps, rows, earlier, deps.clock());
      const settled = Promise.all([prepared, last.settled]).then(([step]) =>
        settleStep(step, rows.length, to),
      );
      settled.catch(onBroken); // thrown by whoever awaits it next
      beforeSettled = last.settled;
      last = { prepared, settled };
    },
    /** Waits until nothing is on its way; throws what broke. */
    async end(): Promise<void> {
      await Promise.allSettled([last.prepared, last.settled]);
      await last.settled;
    },
  };
}

/** Everything now in the log, to its end: for start, tests and imports. Returns rows given a verdict. */
export async function drainIntake(deps: IntakeDeps): Promise<number> {
  const rows = await work(deps, undefined);
  await deps.db.tx((tx) => sweepSettled(tx, deps.clock()));
  return rows;
}

async function sweep(deps: IntakeDeps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await deps.db.tx((tx) => sweepSettled(tx, deps.clock()));
    } catch (fault) {
      deps.onFault(fault);
    }
    await pause(SWEEP_EVERY_MS, signal);
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal }).catch(() => undefined); // aborted: the loop looks at the signal

/**
 * The one consumer of the log: every row gets its verdict, in order, until the signal aborts. After
 * a fault it goes on from its cursor; it ends when another process has taken the cursor.
 */
export async function runIntake(deps: IntakeDeps, signal: AbortSignal): Promise<void> {
  const sweeping = sweep(deps, signal);
  while (!signal.aborted) {
    try {
      await work(deps, signal);
    } catch (fault) {
      deps.onFault(fault);
      if (fault instanceof NotTheConsumer) break;
      await pause(REST_AFTER_FAULT_MS, signal);
    }
  }
  if (signal.aborted) await sweeping;
}

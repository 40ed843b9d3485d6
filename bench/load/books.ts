import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Db, openDb } from '#platform/db/index.ts';
import type { RunningHouse } from '../../tests/builders/house.ts';

/** The database of a running house, to read what it has written down about the rows. */
export const openBooks = (home: string): Db =>
  openDb(readFileSync(join(home, 'house.url'), 'utf8'), { max: 2, name: 'bench' });

/** A whole city pushes from one address here, some sources much faster than they ever would. */
export const ONE_SENDER = { REQUESTS_PER_ADDRESS: '5000', REQUESTS_PER_KEY: '2000' };

/** Settings of a house with residents and nothing else; BENCH_NODE_OPTIONS reaches it, for a profile. */
export function houseEnv(persons: number): Record<string, string> {
  const flags = process.env.BENCH_NODE_OPTIONS;
  return {
    FENGHUO_PERSONS: String(persons),
    FENGHUO_DAYS: '0',
    ...ONE_SENDER,
    ...(flags ? { NODE_OPTIONS: flags } : {}),
  };
}

/** A house is a process group of its own: a Ctrl-C of the bench must be passed on to it. */
export function endWithBench(house: () => RunningHouse): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      const gone = (): never => process.exit(130);
      house().stop().then(gone, gone);
    });
  }
}

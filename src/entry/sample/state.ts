import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Staff } from './staff.ts';

export type SampleLogin = { role: string; login: string; password: string; area: string };

/** How far the sample city is built in a data folder. Stages are passed once, in this order. */
export type SampleState = {
  stage: 'registers' | 'residents' | 'history';
  seed: number;
  persons: number;
  /** Civil day on which the city was made: its outbreaks are laid around it. */
  day: string;
  /** Until when history was played, epoch ms: the live feed takes over there. */
  until?: number;
};

const statePath = (home: string): string => join(home, 'state', 'sample.json');
const keysPath = (home: string): string => join(home, 'keys', 'sample-sources.json');

export const readState = (home: string): SampleState | undefined =>
  existsSync(statePath(home))
    ? (JSON.parse(readFileSync(statePath(home), 'utf8')) as SampleState)
    : undefined;

export function writeState(home: string, state: SampleState): void {
  mkdirSync(join(home, 'state'), { recursive: true });
  writeFileSync(`${statePath(home)}.new`, JSON.stringify(state));
  renameSync(`${statePath(home)}.new`, statePath(home));
}

/** API keys of the sample sources, for the player; readable by the owner alone. */
export function writeKeys(home: string, keys: Record<string, string>): void {
  mkdirSync(join(home, 'keys'), { recursive: true, mode: 0o700 });
  writeFileSync(keysPath(home), JSON.stringify(keys, null, 1), { mode: 0o600 });
}

const staffPath = (home: string): string => join(home, 'keys', 'sample-staff.json');

/** Sign-in of the simulated officer; readable by the owner alone. */
export const writeStaff = (home: string, staff: Staff): void =>
  writeFileSync(staffPath(home), JSON.stringify(staff), { mode: 0o600 });
export const readStaff = (home: string): Staff =>
  JSON.parse(readFileSync(staffPath(home), 'utf8')) as Staff;

export const readKeys = (home: string): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(JSON.parse(readFileSync(keysPath(home), 'utf8')) as Record<string, string>),
  );

import { spawn } from 'node:child_process';
import { chmodSync, closeSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

export type SharedState = { readonly url: string; readonly pid: number };

const START_WAIT_MS = 60_000;

/** One home per user: FENGHUO_TEST_HOME, else a folder in the system's temporary one. */
function sharedHome(): string {
  const uid = process.getuid?.() ?? 0;
  const home = process.env.FENGHUO_TEST_HOME ?? join(tmpdir(), `fenghuo-test-${uid}`);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  // The temporary folder is everybody's: somebody else's trap there must not get our data.
  if (statSync(home).uid !== uid) throw new Error(`${home} belongs to another user`);
  if (uid !== 0) chmodSync(home, 0o700);
  return home;
}

export function readState(): SharedState | undefined {
  try {
    const text = readFileSync(join(sharedHome(), 'state.json'), 'utf8');
    const state = JSON.parse(text) as SharedState;
    // A server whose keeper was killed answers too, but nobody would ever stop it.
    process.kill(state.pid, 0);
    return state;
  } catch {
    return undefined;
  }
}

/**
 * URL of the shared server, started when none answers. Several processes may start a keeper at once:
 * the lock of the home lets one live and the others end; all wait for its state file.
 */
export async function sharedUrl(): Promise<string> {
  const given = process.env.FENGHUO_TEST_DATABASE_URL;
  if (given) return given;
  const until = Date.now() + START_WAIT_MS;
  for (let attempt = 0; Date.now() < until; attempt++) {
    const state = readState();
    if (state && (await answers(state.url))) return state.url;
    if (attempt % 200 === 0) startKeeper(sharedHome());
    await sleep(25);
  }
  throw new Error(`the shared test database did not start; see ${sharedHome()}/keeper.log`);
}

function startKeeper(home: string): void {
  const log = openSync(join(home, 'keeper.log'), 'a', 0o600);
  const keeper = join(import.meta.dirname, 'postgres-keeper.ts');
  spawn(process.execPath, [keeper, home], {
    detached: true,
    stdio: ['ignore', log, log],
  }).unref();
  closeSync(log);
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

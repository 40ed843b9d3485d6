import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { type Cluster, clusterOf, healLeftover, LOGIN } from './cluster.ts';
import { takeLock } from './lock.ts';
import { type Place, placeOf } from './place.ts';

/** A running PostgreSQL. `stop` is clean and waits; for a server by URL it does nothing. */
export type Postgres = { readonly url: string; stop(): Promise<void> };
export type StartPostgresOptions = {
  /** FENGHUO_HOME: the data lies in its `postgres` folder, see `placeOf`. */
  readonly home: string;
  /** DATABASE_URL: a server that is somebody else's care. */
  readonly url?: string | undefined;
  /** Further server settings, such as `fsync: 'off'` for throw-away test data. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Passes over the PostgreSQL of the system. */
  readonly embedded?: boolean;
  /** Told when the server fell and comes back, with the end of its log. */
  readonly onCrash?: (why: string) => void;
};

/** Durable by default; logs name no values, since rows are about people. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '', // no socket: paths are too long in deep homes, and TCP is the same path as a URL
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  timezone: 'UTC',
  log_timezone: 'UTC',
  max_connections: '120',
  shared_buffers: '256MB',
  max_wal_size: '4GB',
  work_mem: '16MB',
  maintenance_work_mem: '128MB',
  jit: 'off',
  log_error_verbosity: 'terse', // no DETAIL, which quotes rows
  log_min_error_statement: 'panic',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
};

/** Crash recovery may replay gigabytes; beyond this something else is wrong. */
const READY_WAIT_MS = 300_000;
const STOP_WAIT_MS = 60_000;
const RESTART_FIRST_MS = 100;
const RESTART_MAX_MS = 10_000;
/** A server that ran so long was well: its next fall starts the backoff anew. */
const WELL_MS = 60_000;
const LOG_BYTES_MAX = 16 * 2 ** 20;

/**
 * Starts PostgreSQL on a home, or answers the given URL. One process per home: a second is refused.
 * Heals what a `kill -9` left, restarts a fallen server with growing waits, on the same port.
 */
export async function startPostgres(options: StartPostgresOptions): Promise<Postgres> {
  if (options.url) return { url: options.url, stop: async () => undefined };
  const place = placeOf(options.home);
  const unlock = takeLock(join(place.folder, 'owner.lock'), `the database in ${place.folder}`);
  try {
    const cluster = await clusterOf(place, options.embedded ?? false);
    await healLeftover(cluster.data);
    const server = await serve(cluster, place, options);
    return {
      url: server.url,
      async stop() {
        await server.stop();
        unlock();
      },
    };
  } catch (fault) {
    unlock();
    throw fault;
  }
}

async function serve(
  cluster: Cluster,
  place: Place,
  options: StartPostgresOptions,
): Promise<Postgres> {
  const port = await freePort();
  const settings = { ...SETTINGS, ...options.settings, port: String(port) };
  const url = (name: string): string =>
    `postgres://${LOGIN}:${cluster.password}@127.0.0.1:${port}/${name}`;
  const log = join(place.folder, 'postgres.log');
  let stopping = false;
  let child = launch(cluster, place, settings, log);

  let wait = RESTART_FIRST_MS;
  const watch = (): void => {
    const begun = performance.now();
    const fell = (): void => {
      if (stopping) return;
      wait = performance.now() - begun > WELL_MS ? RESTART_FIRST_MS : wait;
      options.onCrash?.(tailOf(log));
      void revive();
    };
    child.once('exit', fell);
    if (child.pid === undefined) child.once('error', fell); // a failed spawn has no exit
  };
  const revive = async (): Promise<void> => {
    await sleep(wait, undefined, { ref: false });
    wait = Math.min(wait * 2, RESTART_MAX_MS);
    if (stopping) return;
    await healLeftover(cluster.data);
    child = launch(cluster, place, settings, log);
    watch();
  };

  try {
    await untilReady(url('postgres'), child, log);
    await ensureDatabase(url('postgres'));
  } catch (fault) {
    stopping = true;
    await end(child);
    throw fault;
  }
  watch();
  return {
    url: url(LOGIN),
    async stop() {
      stopping = true;
      await end(child);
    },
  };
}

/** In its own process group: a Ctrl-C at our terminal must not stop it before we are done. */
function launch(
  cluster: Cluster,
  place: Place,
  settings: Readonly<Record<string, string>>,
  log: string,
): ChildProcess {
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  if (existsSync(log) && statSync(log).size > LOG_BYTES_MAX) renameSync(log, `${log}.old`);
  const out = openSync(log, 'a', 0o600);
  try {
    const child = spawn(join(cluster.bin, 'postgres'), ['-D', cluster.data, ...args], {
      ...place.runner,
      cwd: place.folder,
      detached: true,
      stdio: ['ignore', out, out],
    });
    child.on('error', () => undefined); // seen by its missing pid
    return child;
  } finally {
    closeSync(out);
  }
}

async function untilReady(url: string, child: ChildProcess, log: string): Promise<void> {
  const until = performance.now() + READY_WAIT_MS;
  while (performance.now() < until) {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) {
      throw new Error(`PostgreSQL did not start: ${tailOf(log)}`);
    }
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
    client.on('error', () => undefined);
    const up = await client.connect().then(
      () => true,
      () => false,
    );
    await client.end().catch(() => undefined);
    if (up) return;
    await sleep(15);
  }
  throw new Error(`PostgreSQL was not ready after ${READY_WAIT_MS / 1_000} s: ${tailOf(log)}`);
}

async function ensureDatabase(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const known = await client.query('select 1 from pg_database where datname = $1', [LOGIN]);
    if (known.rowCount === 0) await client.query(`create database ${LOGIN}`);
  } finally {
    await client.end();
  }
}

/**
 * Fast shutdown: sessions are cut, the state is written. Immediate only when that takes too
 * long.
 */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = new Promise<void>((done) => child.once('exit', () => done()));
  child.kill('SIGINT');
  const timer = setTimeout(() => child.kill('SIGQUIT'), STOP_WAIT_MS);
  await gone;
  clearTimeout(timer);
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

const tailOf = (log: string): string =>
  existsSync(log) ? readFileSync(log, 'utf8').slice(-600).trim() : 'it left no log';

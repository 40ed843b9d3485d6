import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MAIN = join(import.meta.dirname, '../../src/entry/main.ts');
const READY_MS = 240_000;
const STOP_MS = 30_000;

export type Login = { login: string; password: string; role: string };
export type RunningHouse = {
  readonly url: string;
  readonly home: string;
  readonly logins: readonly Login[];
  /** Everything the house printed so far. */
  said(): string;
  /** API key of a sample source. */
  keyOf(source: string): string;
  /** Where its database listens, as the command line reads it. */
  databaseUrl(): string;
  /** Stops it as Ctrl-C does; answers the exit code. */
  stop(): Promise<number | null>;
  /** Kills every process of it with SIGKILL. */
  kill(): Promise<void>;
  /** Removes the data folder. */
  remove(): void;
};

export type HouseOptions = { home?: string; port?: number; env?: Record<string, string> };

export const freePort = (): Promise<number> =>
  new Promise((done, fail) => {
    const probe = createServer();
    probe.once('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });

const loginsIn = (text: string): Login[] =>
  [...text.matchAll(/^ {2}(\w+)\s+(\S+)\s+(\S+)\s+.*$/gm)]
    .map(([, role = '', login = '', password = '']) => ({ role, login, password }))
    .filter((it) => it.password.length >= 12);

/**
 * A whole house, started as a user starts it, with a data folder of its own. A small sample city by
 * default, without live feeds, so that a test decides what happens.
 */
export async function startHouse(options: HouseOptions = {}): Promise<RunningHouse> {
  const home = options.home ?? mkdtempSync(join(tmpdir(), 'fenghuo-house-'));
  const port = options.port ?? (await freePort());
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, 'start'], {
    env: {
      ...process.env,
      FENGHUO_HOME: home,
      PORT: String(port),
      FENGHUO_PERSONS: '3000',
      FENGHUO_DAYS: '1',
      FENGHUO_RATE: '0',
      DATABASE_URL: '',
      LAKE_URL: '',
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => (text += String(chunk)));
  await untilReady(child, () => text);
  return {
    url: `http://127.0.0.1:${port}`,
    home,
    logins: loginsIn(text),
    said: () => text,
    keyOf: (source) => keyIn(home, source),
    databaseUrl: () => readFileSync(join(home, 'house.url'), 'utf8'),
    stop: () => ended(child, 'SIGTERM'),
    kill: () => killAll(child),
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}

function keyIn(home: string, source: string): string {
  const keys = JSON.parse(
    readFileSync(join(home, 'keys', 'sample-sources.json'), 'utf8'),
  ) as Record<string, string>;
  const key = keys[source];
  if (!key)
    throw new Error(`no sample source ${source}; there are ${Object.keys(keys).join(', ')}`);
  return key;
}

async function untilReady(child: ChildProcess, text: () => string): Promise<void> {
  const until = performance.now() + READY_MS;
  while (!/is ready: http/.test(text())) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`the house did not start:\n${text()}`);
    if (performance.now() > until) {
      await killAll(child);
      throw new Error(`the house was not ready in ${READY_MS / 1000} s:\n${text()}`);
    }
    await new Promise((done) => setTimeout(done, 50));
  }
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  return new Promise((done) => {
    const force = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    child.once('exit', (code) => {
      clearTimeout(force);
      done(code);
    });
    child.kill(signal);
  });
}

/** The house is the leader of its process group; PostgreSQL has a group of its own and is left, as after a power cut of ours. */
async function killAll(child: ChildProcess): Promise<void> {
  if (child.pid) {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch (fault) {
      if ((fault as NodeJS.ErrnoException).code !== 'ESRCH') throw fault;
    }
  }
  if (child.exitCode === null && child.signalCode === null)
    await new Promise((done) => child.once('exit', done));
}

/** A small client of the API, signed in as one of the sample logins. */
export async function signIn(house: RunningHouse, role: string) {
  const login = house.logins.find((it) => it.role === role);
  if (!login) throw new Error(`no sample login for ${role}`);
  const reply = await fetch(`${house.url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login: login.login, password: login.password }),
  });
  if (!reply.ok) throw new Error(`signing in as ${role}: ${reply.status} ${await reply.text()}`);
  const cookie = (reply.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';
  const ask = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ) => {
    const answer = await fetch(house.url + path, {
      method,
      headers: {
        cookie,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      body: (text ? JSON.parse(text) : {}) as Record<string, unknown>,
    };
  };
  /** Proves again who it is where the house wants it, as a person does at the sheet. */
  const call: typeof ask = async (...asked) => {
    const first = await ask(...asked);
    if (first.body['code'] !== 'prove-again') return first;
    await ask('POST', '/api/account/proof', { password: login.password });
    return ask(...asked);
  };
  return {
    cookie,
    login,
    call,
    get: (path: string) => call('GET', path),
    post: (path: string, body: unknown = {}) => call('POST', path, body),
  };
}

/** Pushes rows as a source does. */
export const push = (
  house: RunningHouse,
  source: string,
  body: Buffer | string,
  type: string,
  headers: Record<string, string> = {},
) =>
  fetch(`${house.url}/api/intake/${source}`, {
    method: 'POST',
    body: typeof body === 'string' ? body : new Uint8Array(body),
    headers: { authorization: `Bearer ${house.keyOf(source)}`, 'content-type': type, ...headers },
  });

/** Sends MLLP frames over one connection and answers the acknowledgement codes (AA, AE, AR), in order. */
export function sendMllp(
  house: RunningHouse,
  messages: readonly (string | Buffer)[],
): Promise<string[]> {
  const { hostname, port } = new URL(house.url);
  return new Promise((done, fail) => {
    const socket = connect(Number(port), hostname);
    const codes: string[] = [];
    let heard = '';
    socket.setTimeout(20_000, () => socket.destroy(new Error('no acknowledgement in 20 s')));
    socket.on('connect', () => {
      for (const message of messages)
        socket.write(
          Buffer.concat([Buffer.from([0x0b]), Buffer.from(message), Buffer.from([0x1c, 0x0d])]),
        );
    });
    socket.on('data', (chunk) => {
      heard += chunk.toString('utf8');
      const frames = heard.split('\x1c\r');
      heard = frames.pop() ?? '';
      for (const frame of frames) codes.push(/\rMSA\|(\w\w)/.exec(frame)?.[1] ?? '??');
      if (codes.length >= messages.length) socket.end(() => done(codes));
    });
    socket.on('error', fail);
  });
}

/** Waits until `ask` answers something; fails with `what` after `seconds`. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | null | false>,
  seconds = 20,
): Promise<T> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (performance.now() > end) throw new Error(`waited ${seconds} s for: ${what}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { LakeFault } from '../model.ts';

/** A child that died is started again after 0.1 s, then 0.2 s … at most this. */
const BACKOFF_MS_MAX = 5_000;
/** One that lived this long starts counting anew. */
const HEALTHY_MS = 60_000;
const STOP_MS_MAX = 15_000;
/** The kernel's limit for a socket's path, less a margin. */
const SOCKET_PATH_MAX = 100;

export type Supervised = {
  readonly url: string;
  /** The child's process id; undefined while it is down. */
  pid(): number | undefined;
  /** Resolves when the child answers; rejects after `waitMs`, or when it was stopped. */
  ready(waitMs: number): Promise<void>;
  stop(): Promise<void>;
};

export type ChildOptions = { readonly readersMax: number; readonly queryMemoryBytesMax: number };

/**
 * Starts the lake's child and keeps it running until `stop`. Rejects when it cannot start at
 * all.
 */
export async function supervise(home: string, options: ChildOptions): Promise<Supervised> {
  const dir = resolve(home, 'lake');
  const near = join(dir, 'lake.sock');
  const socket =
    near.length <= SOCKET_PATH_MAX
      ? near
      : join(await mkdtemp(join(tmpdir(), 'fenghuo-lake-')), 'lake.sock');
  const child = new Child([
    dir,
    socket,
    String(options.readersMax),
    String(options.queryMemoryBytesMax),
  ]);
  await child.start();
  return {
    url: `unix:${socket.split('/').map(encodeURIComponent).join('/')}`,
    pid: () => child.pid(),
    ready: (waitMs) => child.ready(waitMs),
    async stop() {
      await child.stop();
      if (socket !== near) await rm(dirname(socket), { recursive: true, force: true });
    },
  };
}

class Child {
  #args: string[];
  #process: ChildProcess | undefined;
  #up = false;
  #stopped = false;
  #deaths = 0;
  #waiting = new Set<() => void>();

  constructor(args: string[]) {
    this.#args = args;
  }

  pid(): number | undefined {
    return this.#up ? this.#process?.pid : undefined;
  }

  /** Forks and waits for the child's word. */
  async start(): Promise<void> {
    const readers = Number(this.#args[2]);
    const child = fork(join(import.meta.dirname, 'child.ts'), this.#args, {
      execPath: process.execPath,
      execArgv: [],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, UV_THREADPOOL_SIZE: String(readers + 5) },
    });
    this.#process = child;
    const bornAt = performance.now();
    const word = await firstWord(child);
    if (word !== undefined) throw new LakeFault(`starting the embedded lake: ${word}`, 0);
    this.#up = true;
    child.once('exit', () => this.#died(performance.now() - bornAt));
    for (const wake of this.#waiting) wake();
  }

  #died(livedMs: number): void {
    this.#up = false;
    if (this.#stopped) return;
    this.#deaths = livedMs > HEALTHY_MS ? 0 : this.#deaths + 1;
    this.#again();
  }

  #again(): void {
    setTimeout(
      async () => {
        if (this.#stopped) return;
        try {
          await this.start();
        } catch (cause) {
          process.emitWarning(cause instanceof Error ? cause.message : String(cause));
          this.#deaths++;
          this.#again();
        }
      },
      Math.min(BACKOFF_MS_MAX, 50 * 2 ** Math.min(10, this.#deaths)),
    );
  }

  async ready(waitMs: number): Promise<void> {
    if (this.#stopped) throw new LakeFault('the lake has been stopped', 0);
    if (this.#up) return;
    await new Promise<void>((resolve, reject) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        if (this.#up) resolve();
        else reject(new LakeFault(`the embedded lake did not come back within ${waitMs} ms`, 0));
      };
      const timer = setTimeout(wake, waitMs);
      this.#waiting.add(wake);
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const wake of this.#waiting) wake();
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    if (child.connected) child.send('stop');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
    await gone;
    clearTimeout(timer);
  }
}

/** Undefined when the child is ready; otherwise why it is not. */
function firstWord(child: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve) => {
    child.once('message', (word) => resolve((word as { fault?: string }).fault));
    child.once('error', (cause) => resolve(cause.message));
    child.once('exit', (code, signal) => resolve(`it ended at once (${signal ?? code})`));
  });
}

import { type ChildProcess, spawn } from 'node:child_process';
import { MAIN } from '../config.ts';

const RESTART_DELAYS_MS = [200, 1_000, 3_000, 10_000];
const STEADY_MS = 30_000;
const STOP_MS = 10_000;

let isEnding = false;
/** From now on a child that ends is not started again: one signal may reach parent and children. */
export const noteEnding = (): void => {
  isEnding = true;
};

export type Child = { readonly ready: Promise<void>; stop(): Promise<void> };

/**
 * Runs one command of this program as a child process and restarts it with growing delays when it
 * dies. The child says `ready` over IPC; it ends by itself when this process is gone.
 */
export function keepRunning(command: string, env: NodeJS.ProcessEnv): Child {
  let child: ChildProcess | undefined;
  let isStopping = false;
  let failures = 0;
  const { promise: ready, resolve } = Promise.withResolvers<void>();

  const start = (): void => {
    const startedAt = performance.now();
    child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, command], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    child.on('message', (said) => said === 'ready' && resolve());
    child.on('exit', (code, signal) => {
      if (isStopping || isEnding) return;
      failures = performance.now() - startedAt > STEADY_MS ? 0 : failures + 1;
      const delay = RESTART_DELAYS_MS[Math.min(failures, RESTART_DELAYS_MS.length) - 1] ?? 200;
      console.error(
        `fenghuo: ${command} ended (${signal ?? code}); starting it again in ${delay} ms`,
      );
      setTimeout(() => !isStopping && !isEnding && start(), delay);
    });
  };
  start();

  const stop = async (): Promise<void> => {
    isStopping = true;
    const running = child;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    await new Promise<void>((done) => {
      const force = setTimeout(() => running.kill('SIGKILL'), STOP_MS);
      running.once('exit', () => {
        clearTimeout(force);
        done();
      });
      running.kill('SIGTERM');
    });
  };
  return { ready, stop };
}

/**
 * In a child: runs `stop` once on SIGTERM or when the parent is gone, then exits. A Ctrl-C
 * reaches the whole process group: children leave it to the parent, which stops them in order.
 */
export function endWithParent(stop: () => Promise<void>): void {
  let hasBegun = false;
  const end = (): void => {
    if (hasBegun) return;
    hasBegun = true;
    stop().then(
      () => process.exit(0),
      (fault: unknown) => {
        console.error('fenghuo: not stopped cleanly:', fault);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', () => undefined);
  process.on('disconnect', end);
}

/** In a child: tells the parent that it can be used. */
export const sayReady = (): void => {
  process.send?.('ready');
};

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

export type LakeServer = { readonly url: string; stop(): Promise<void> };

/** Where npm put the engine for this platform; undefined when it has none. */
function libraryPath(): string | undefined {
  const platform =
    process.platform === 'linux' ? `linux-${process.arch}-gnu` : `darwin-${process.arch}`;
  try {
    const addon = createRequire(import.meta.url).resolve(`@chdb/lib-${platform}`);
    return join(dirname(addon), 'libchdb.so');
  } catch {
    return undefined;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/**
 * A real ClickHouse server on a loopback port, for the length of a test. Answers the reason in words
 * when this machine cannot have one (no C compiler, no chDB for the platform).
 */
export async function startLakeServer(): Promise<LakeServer | string> {
  const library = libraryPath();
  if (library === undefined) return 'npm has no chDB for this platform';
  const dir = await mkdtemp(join(tmpdir(), 'fenghuo-lake-server-'));
  const binary = join(dir, 'lake-server');
  const source = join(import.meta.dirname, 'lake-server.c');
  try {
    await promisify(execFile)('cc', ['-O1', '-D_GNU_SOURCE', '-o', binary, source, '-ldl']);
  } catch (cause) {
    await rm(dir, { recursive: true });
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return 'no C compiler (cc) here';
    throw cause;
  }
  const [tcp, http] = [await freePort(), await freePort()];
  const server = spawn(binary, [library, join(dir, 'data'), String(tcp), String(http)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const url = `http://127.0.0.1:${http}/fenghuo`;
  const stop = async (): Promise<void> => {
    if (server.exitCode === null && server.signalCode === null) {
      server.kill('SIGKILL'); // it sleeps inside the engine and hears nothing gentler
      await once(server, 'exit');
    }
    await rm(dir, { recursive: true, force: true });
  };
  for (const until = Date.now() + 20_000; ; ) {
    const answers = await fetch(new URL('/ping', url)).then(
      (answer) => answer.ok,
      () => false, // not listening yet
    );
    if (answers) return { url, stop };
    if (server.exitCode !== null || Date.now() > until) {
      await stop();
      throw new Error('the ClickHouse server for tests did not start');
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

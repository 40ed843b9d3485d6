/**
 * The embedded lake's own process: chDB behind ClickHouse's HTTP dialect on a unix socket. Main
 * thread only (in worker threads chDB crashes). Lives and dies with its parent; started by
 * supervise.ts.
 */
import { once } from 'node:events';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { FolderHeld, type Hold, holdFolder } from '#platform/files/index.ts';
import { codeIn } from '../client.ts';
import { bindParams } from './bind.ts';
import { firstWord, Pool, type Statement } from './sessions.ts';

const [dir = '', socket = '', readers = '3', memoryBytes = ''] = process.argv.slice(2);
/** A parent that was killed leaves a child that still closes its tables: wait for it this long. */
const HOLD_MS_MAX = 4_000;
const CACHE_BYTES_MAX = 256 * 1024 * 1024;
const SQL_BYTES_MAX = 16 * 1024 * 1024;
/** Keys of an address that are no settings. */
const NO_SETTINGS = new Set(['query', 'database', 'default_format', 'wait_end_of_query']);

async function hold(): Promise<Hold> {
  for (const until = performance.now() + HOLD_MS_MAX; ; ) {
    try {
      return await holdFolder(dir, 'lake');
    } catch (cause) {
      if (!(cause instanceof FolderHeld) || performance.now() > until) throw cause;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function statementOf(request: IncomingMessage): Promise<Statement> {
  const { searchParams } = new URL(request.url ?? '/', 'http://lake');
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > SQL_BYTES_MAX)
      throw new Error('Code: 62. DB::Exception: The statement is too long.');
    chunks.push(chunk);
  }
  const params = new Map<string, string>();
  const settings = new Map<string, string>();
  for (const [name, value] of searchParams) {
    if (name.startsWith('param_')) params.set(name.slice(6), value);
    else if (!NO_SETTINGS.has(name)) settings.set(name, value);
  }
  const text = [searchParams.get('query') ?? '', Buffer.concat(chunks).toString()].join('\n');
  const format = /^([\s\S]*?)\s+FORMAT\s+(\w+)\s*;?\s*$/i.exec(text);
  const isInsert = firstWord(text) === 'INSERT';
  return {
    sql: bindParams(isInsert ? text : (format?.[1] ?? text.replace(/;\s*$/, '')), params),
    format:
      (isInsert ? undefined : format?.[2]) ?? searchParams.get('default_format') ?? 'TabSeparated',
    database: searchParams.get('database') ?? 'default',
    settings,
  };
}

function refuse(response: ServerResponse, cause: unknown): void {
  const text = cause instanceof Error ? cause.message : String(cause);
  if (response.headersSent) {
    response.destroy(); // the reader must not take half an answer for a whole one
    return;
  }
  const code = codeIn(text);
  response.writeHead(code === 202 ? 503 : 500, { 'x-clickhouse-exception-code': String(code) });
  response.end(text.slice(Math.max(0, text.indexOf('Code:'))));
}

/** Resolves when the asker has taken what was written, or is gone. */
async function drained(response: ServerResponse): Promise<void> {
  const done = new AbortController();
  const either = ['drain', 'close'].map((name) => once(response, name, { signal: done.signal }));
  await Promise.race(either);
  done.abort();
  await Promise.allSettled(either);
}

const READS = new Set(['SELECT', 'WITH', 'SHOW', 'DESCRIBE', 'DESC', 'EXISTS', 'EXPLAIN']);

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    if (request.url === '/ping') {
      response.end('Ok.\n');
      return;
    }
    const statement = await statementOf(request);
    const pool = READS.has(firstWord(statement.sql)) ? readPool : writePool;
    for await (const bytes of pool.answer(statement)) {
      if (response.destroyed) return; // the asker is gone: leaving the loop cancels the stream
      if (!response.headersSent) response.writeHead(200);
      if (bytes.length > 0 && !response.write(bytes)) {
        await drained(response);
      }
    }
    response.end();
  } catch (cause) {
    refuse(response, cause);
  }
}

/** No new questions; running statements end; tables close; then the process. */
async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  if (!isOpen) process.kill(process.pid, 'SIGKILL'); // nothing was opened yet
  server.close();
  server.closeIdleConnections();
  while (readPool.busy + writePool.busy > 0) await new Promise((r) => setTimeout(r, 10));
  readPool.close();
  writePool.close();
  await rm(socket, { force: true });
  await held.release();
  process.kill(process.pid, 'SIGKILL'); // all is closed; the engine's own leave-taking takes long
}

let stopping = false;
let isOpen = false;
process.on('SIGINT', () => {}); // Ctrl-C reaches the whole group; the parent decides when we stop
process.on('SIGTERM', stop);
process.on('message', (message) => message === 'stop' && stop());
process.on('disconnect', () => {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), 3_000).unref();
  stop();
});

const tell = (message: object): void => void process.send?.(message);
let held: Hold;
let readPool: Pool;
let writePool: Pool;
const server = createServer(serve);
server.keepAliveTimeout = 60_000;
try {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  held = await hold();
  const args = [
    `--max_threads=${Math.min(4, availableParallelism())}`,
    `--max_memory_usage=${memoryBytes}`,
    `--max_server_memory_usage=${2 * Number(memoryBytes)}`,
    // ClickHouse would let each of its caches grow to 5 GiB.
    `--mark_cache_size=${CACHE_BYTES_MAX}`,
    `--primary_index_cache_size=${CACHE_BYTES_MAX}`,
    `--index_mark_cache_size=${CACHE_BYTES_MAX}`,
  ];
  writePool = new Pool(join(dir, 'data'), 1, args);
  readPool = new Pool(join(dir, 'data'), Number(readers), args);
  await rm(socket, { force: true });
  await once(server.listen(socket), 'listening');
  await chmod(socket, 0o600);
  isOpen = true;
  tell({ ready: true });
} catch (cause) {
  tell({ fault: cause instanceof Error ? cause.message : String(cause) });
  process.exit(1);
}

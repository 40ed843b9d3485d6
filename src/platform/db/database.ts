import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { Pool, type PoolClient, type PoolConfig, type QueryResult } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { isRefusal } from '#base/refusal.ts';
import { DbFault, headOf } from './fault.ts';
import { newListener } from './listen.ts';
import { encodeParams, TYPES } from './values.ts';

/**
 * One transaction. Columns come back as selected: alias them `as "camelCase"`. Throws
 * `DbFault`.
 */
export type Tx = {
  rows<T>(sql: string, params?: readonly unknown[]): Promise<T[]>;
  /** The first row, or undefined when there is none. */
  row<T>(sql: string, params?: readonly unknown[]): Promise<T | undefined>;
  /** How many rows were affected. */
  run(sql: string, params?: readonly unknown[]): Promise<number>;
  /** `copy x (a, b) from stdin`, fed by chunks of any size. */
  copyIn(sql: string, chunks: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<void>;
};

export type Db = {
  /** Commits what `work` did; rolls back when it throws or answers a `Refusal`. Never retries. */
  tx<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** One read-only snapshot: every question inside sees the same state. */
  read<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * Hears NOTIFY on `channel` until the returned function is called. One connection serves every
   * channel; when it was lost and is back, `hear('')` says that something may have been missed.
   */
  listen(channel: string, hear: (payload: string) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
};

export type OpenDbOptions = {
  /** Connections of the pool at most. */
  readonly max: number;
  /** A statement that runs longer is cancelled by the server; 0 is never. */
  readonly statementTimeoutMs?: number;
  /** How the connection calls itself in `pg_stat_activity`. */
  readonly name?: string;
};

/**
 * Longer than this nobody waits for a free connection: the pool is exhausted or the server
 * away.
 */
const CONNECT_WAIT_MS = 15_000;

/** Opens a pool on a PostgreSQL URL. Connects at the first use, not here. */
export function openDb(url: string, options: OpenDbOptions): Db {
  const config: PoolConfig = {
    connectionString: url,
    max: options.max,
    connectionTimeoutMillis: CONNECT_WAIT_MS,
    application_name: options.name ?? 'fenghuo',
    statement_timeout: options.statementTimeoutMs ?? 0,
    options: '-c TimeZone=UTC -c DateStyle=ISO',
    types: TYPES,
    keepAlive: true,
  };
  const pool = new Pool(config);
  // An idle connection that dies leaves the pool by itself; whoever asks next gets a new one.
  pool.on('error', () => undefined);
  const listener = newListener(config);
  return {
    tx: (work) => within(pool, 'begin', work),
    read: (work) => within(pool, 'begin isolation level repeatable read read only', work),
    listen: listener.listen,
    async close() {
      await listener.close();
      await pool.end();
    },
  };
}

async function within<T>(pool: Pool, begin: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((cause: unknown) => {
    throw new DbFault('connecting', cause);
  });
  let broken: Error | undefined;
  const onError = (cause: Error): void => {
    broken = cause;
  };
  client.on('error', onError);
  try {
    await ask(client, begin, []);
    const result = await work(txOf(client));
    const end = isRefusal(result) ? 'rollback' : 'commit';
    const { command } = await ask(client, end, []);
    // PostgreSQL answers COMMIT with a quiet ROLLBACK when a statement failed and its fault was
    // caught.
    if (command !== end.toUpperCase()) {
      throw new DbFault('commit', new Error('an earlier statement of this transaction had failed'));
    }
    return result;
  } catch (fault) {
    // Without an answer to the rollback the state of the connection is unknown: it is thrown away.
    await client.query('rollback').catch((cause: Error) => {
      broken = cause;
    });
    throw fault;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

async function ask(
  client: PoolClient,
  sql: string,
  params: readonly unknown[],
): Promise<QueryResult> {
  try {
    return await client.query(sql, params.length > 0 ? encodeParams(params) : undefined);
  } catch (cause) {
    throw new DbFault(headOf(sql), cause);
  }
}

const txOf = (client: PoolClient): Tx => ({
  async rows<T>(sql: string, params: readonly unknown[] = []) {
    return (await ask(client, sql, params)).rows as T[];
  },
  async row<T>(sql: string, params: readonly unknown[] = []) {
    return (await ask(client, sql, params)).rows[0] as T | undefined;
  },
  async run(sql, params = []) {
    return (await ask(client, sql, params)).rowCount ?? 0;
  },
  async copyIn(sql, chunks) {
    try {
      await pipeline(Readable.from(chunks), client.query(copyFrom(sql)));
    } catch (cause) {
      throw new DbFault(headOf(sql), cause);
    }
  },
});

import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { Pool, type PoolClient, type PoolConfig, type QueryResult } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { isRefusal } from '#base/refusal.ts';
import { DbFault, headOf } from './fault.ts';
import { newListener } from './listen.ts';
import { encodeParams, TYPES } from './values.ts';
import { isHouseSight, LEAVE_HOUSE, opening, type Sight, TAKE_HOUSE } from './wall.ts';

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
  /**
   * Runs `work` in the house's name, for what must reach beyond the sight of who asks: a task that
   * moves to another district, a row that names a person elsewhere. What it answers goes no further
   * than the asker may see; each use says why.
   */
  asHouse<T>(work: () => Promise<T>): Promise<T>;
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
  /** The same pool; every transaction sees what `sight` may (the wall) and nothing besides. */
  seeing(sight: Sight): Db;
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
  const dbOf = (sight: Sight | undefined): Db => {
    const within = <T>(begin: string, work: (tx: Tx) => Promise<T>): Promise<T> =>
      transact(pool, sight ? opening(begin, sight) : begin, (client) =>
        work(txOf(client, sight && !isHouseSight(sight))),
      );
    return {
      tx: (work) => within('begin', work),
      read: (work) => within('begin isolation level repeatable read read only', work),
      listen: listener.listen,
      seeing: dbOf,
      async close() {
        await listener.close();
        await pool.end();
      },
    };
  };
  return dbOf(undefined);
}

async function transact<T>(
  pool: Pool,
  begin: string,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
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
    const result = await work(client);
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

/** `isWalled`: the transaction sees less than everything, so the house's name must be taken. */
const txOf = (client: PoolClient, isWalled = false): Tx => {
  let depth = 0;
  const leave = async (): Promise<void> => {
    depth--;
    if (depth === 0) await ask(client, LEAVE_HOUSE, []);
  };
  return {
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
    async asHouse(work) {
      if (!isWalled) return work();
      if (depth === 0) await ask(client, TAKE_HOUSE, []);
      depth++;
      try {
        const result = await work();
        await leave();
        return result;
      } catch (fault) {
        // A failed statement leaves nothing to restore: the transaction can only end.
        await leave().catch(() => undefined);
        throw fault;
      }
    },
  };
};

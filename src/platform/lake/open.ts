import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { makeDurable } from './durable.ts';
import { type Ask, LakeClient, LakeGone } from './client.ts';
import { migrateLake } from './migrate.ts';
import {
  type Lake,
  LakeFault,
  type LakeLimits,
  type LakeParams,
  type LakePlace,
  QUERY_MS_MAX,
  RESULT_BYTES_MAX,
  SCAN_MS_MAX,
} from './model.ts';
import { readBlocks } from './scan.ts';
import { type Supervised, supervise } from './embedded/supervise.ts';

const READERS_MAX = 3;
/** Of one statement; all of them together get twice this. */
const QUERY_MEMORY_BYTES_MAX = 2 * 1024 ** 3;
/** How long a question waits for the lake to come back before it fails. */
const COME_BACK_MS = 20_000;
const BACK_POLL_MS = 50;
const INSERT_MS_MAX = 600_000;
const INSERT_ATTEMPTS_MAX = 5;

/** The same answer from a laptop and a cluster: UTC, 64-bit integers as JSON numbers. */
const COMMON = { session_timezone: 'UTC', output_format_json_quote_64bit_integers: 0 };

/**
 * One file becomes one block of one insert, so that its token names the same rows each time;
 * deduplicated in materialized views too.
 */
const INSERT_SETTINGS = [
  'insert_deduplicate=1',
  'deduplicate_blocks_in_dependent_materialized_views=1',
  'async_insert=0',
  'max_insert_threads=1',
  'input_format_parallel_parsing=0',
  'max_insert_block_size=16777216',
  'min_insert_block_size_rows=16777216',
  'min_insert_block_size_bytes=4294967296',
].join(', ');

/**
 * Opens the lake: embedded under `home`, or a ClickHouse server by URL. One code path behind
 * both.
 */
export async function openLake(place: LakePlace): Promise<Lake> {
  if ('url' in place) return ready(new OpenLake(place.url, undefined));
  const child = await supervise(place.home, {
    readersMax: place.readersMax ?? READERS_MAX,
    queryMemoryBytesMax: place.queryMemoryBytesMax ?? QUERY_MEMORY_BYTES_MAX,
  });
  return ready(new OpenLake(child.url, child));
}

async function ready(lake: OpenLake): Promise<Lake> {
  try {
    await lake.prepare();
    return lake;
  } catch (cause) {
    await lake.stop();
    throw cause;
  }
}

class OpenLake implements Lake {
  readonly kind: Lake['kind'];
  readonly url: string;
  #client: LakeClient;
  #child: Supervised | undefined;
  /** On this machine: the engine reads the file itself. */
  #local: boolean;
  /** Inserts a crash interrupted; reads wait until they were repeated. */
  #healing = new Set<Promise<void>>();
  /** Tables seen to have, or given, the settings of DURABLE_TABLE. */
  #durable = new Set<string>();

  constructor(url: string, child: Supervised | undefined) {
    this.url = url;
    this.#local = url.startsWith('unix:');
    this.kind = this.#local ? 'embedded' : 'server';
    this.#client = new LakeClient(url);
    this.#child = child;
  }

  async prepare(): Promise<void> {
    const sql = `CREATE DATABASE IF NOT EXISTS \`${this.#client.database}\``;
    await this.#client.read({ doing: 'opening the lake', sql, timeoutMs: QUERY_MS_MAX }, 'default');
  }

  /** The embedded child's process id, for tests that kill it. */
  get pid(): number | undefined {
    return this.#child?.pid();
  }

  /** Waits for an embedded lake that is being started again, ours or the one we are a guest of. */
  async #back(): Promise<void> {
    if (this.#child || !this.#local) return this.#child?.ready(COME_BACK_MS);
    for (let waitedMs = 0; !(await this.#client.answers()); waitedMs += BACK_POLL_MS) {
      if (waitedMs >= COME_BACK_MS) throw new LakeFault('the embedded lake is not running', 0);
      await new Promise((done) => setTimeout(done, BACK_POLL_MS));
    }
  }

  async #whole(): Promise<void> {
    if (this.#child) await this.#back();
    while (this.#healing.size > 0) await Promise.allSettled(this.#healing);
  }

  /** A read may be asked again when the lake went away under it. */
  async #reading<T>(work: () => Promise<T>): Promise<T> {
    await this.#whole();
    try {
      return await work();
    } catch (cause) {
      if (!(cause instanceof LakeGone) || !this.#local) throw cause;
      await this.#down();
      await this.#back();
      await this.#whole();
      return work();
    }
  }

  /** The socket breaks a moment before the child's death is known; give it that moment. */
  #down(): Promise<void> {
    return new Promise((done) => setTimeout(done, 20));
  }

  async query<T>(sql: string, params: LakeParams = {}, limits: LakeLimits = {}): Promise<T[]> {
    const settings = {
      ...COMMON,
      default_format: 'JSONEachRow',
      wait_end_of_query: 1,
      max_result_bytes: limits.resultBytesMax ?? RESULT_BYTES_MAX,
    };
    const timeoutMs = limits.timeoutMs ?? QUERY_MS_MAX;
    const ask: Ask = { doing: 'querying the lake', sql, params, settings, timeoutMs };
    const bytes = await this.#reading(() => this.#client.read(ask));
    const text = bytes.toString('utf8').trimEnd().replaceAll('\n', ',');
    return JSON.parse(`[${text}]`) as T[];
  }

  async run(sql: string, params: LakeParams = {}, limits: LakeLimits = {}): Promise<void> {
    if (this.#child) await this.#back();
    const settings = { ...COMMON, wait_end_of_query: 1 };
    const timeoutMs = limits.timeoutMs ?? SCAN_MS_MAX;
    await this.#client.read({ doing: 'running a statement', sql, params, settings, timeoutMs });
  }

  async scanNative(
    sql: string,
    params: LakeParams,
    onBlock: Parameters<Lake['scanNative']>[2],
    limits: LakeLimits = {},
  ): Promise<number> {
    const settings = {
      ...COMMON,
      default_format: 'Native',
      low_cardinality_allow_in_native_format: 0,
      max_result_bytes: limits.resultBytesMax ?? 0,
    };
    const timeoutMs = limits.timeoutMs ?? SCAN_MS_MAX;
    const ask: Ask = { doing: 'scanning the lake', sql, params, settings, timeoutMs };
    return readBlocks(await this.#reading(() => this.#client.open(ask)), onBlock);
  }

  async insertFile(table: string, nativeFilePath: string, token: string): Promise<void> {
    if (!/^\w+(\.\w+)?$/.test(table)) throw new LakeFault(`no table is called ${table}`, 0);
    await access(nativeFilePath).catch((cause: unknown) => {
      throw new LakeFault(`loading ${token} into ${table}: no such file`, 0, { cause });
    });
    await this.#back();
    if (!this.#durable.has(table)) {
      await makeDurable(this, table);
      this.#durable.add(table);
    }
    try {
      await this.#insert(table, nativeFilePath, token);
    } catch (cause) {
      if (!(cause instanceof LakeGone)) throw cause;
      const healed = this.#repeat(table, nativeFilePath, token);
      this.#healing.add(healed);
      await healed.finally(() => this.#healing.delete(healed));
    }
  }

  async #repeat(table: string, path: string, token: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      await this.#down();
      await this.#back();
      try {
        await this.#insert(table, path, token);
        return;
      } catch (cause) {
        if (!(cause instanceof LakeGone) || attempt >= INSERT_ATTEMPTS_MAX) throw cause;
        await new Promise((done) => setTimeout(done, 100 * 2 ** attempt));
      }
    }
  }

  async #insert(table: string, path: string, token: string): Promise<void> {
    const text = (raw: string): string => `'${raw.replaceAll(/['\\]/g, '\\$&')}'`;
    const how = `SETTINGS ${INSERT_SETTINGS}, insert_deduplication_token=${text(token)} FORMAT Native`;
    const ask = { doing: `loading ${token} into ${table}`, timeoutMs: INSERT_MS_MAX };
    if (this.#local) {
      const sql = `INSERT INTO ${table} FROM INFILE ${text(resolve(path))} ${how}`;
      await this.#client.read({ ...ask, sql, settings: COMMON });
    } else {
      const body = createReadStream(path, { highWaterMark: 1024 * 1024 });
      const settings = { ...COMMON, wait_end_of_query: 1 };
      await this.#client.read({ ...ask, sql: `INSERT INTO ${table} ${how}`, body, settings });
    }
  }

  migrate(steps: Parameters<Lake['migrate']>[0]): Promise<string[]> {
    return migrateLake(this, steps);
  }

  async stop(): Promise<void> {
    this.#client.close();
    await this.#child?.stop();
  }
}

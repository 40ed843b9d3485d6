/**
 * What the lake is to its users. Words: a *block* is a run of rows held column by column;
 * a *token* names one insert, and the lake takes one token once.
 */

/** The ClickHouse types the house stores. Nothing else passes the codec. */
export type NativeType =
  | 'UInt8'
  | 'UInt16'
  | 'UInt32'
  | 'UInt64'
  | 'Int32'
  | 'Float32'
  | 'Float64'
  | 'DateTime64(3)'
  | 'Date'
  | 'String'
  | 'LowCardinality(String)';

/** Texts as codes into a dictionary: row i is `dictionary[codes[i]]`. */
export type CodedTexts = {
  readonly dictionary: readonly string[];
  readonly codes: Uint8Array | Uint16Array | Uint32Array | Int32Array;
};

export type NumberValues =
  | readonly number[]
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

/**
 * One column of a block to write. DateTime64(3) takes epoch ms; Date takes days since 1970-01-01;
 * UInt64 takes whole numbers up to 2^53 - 1, or a BigUint64Array. Arrays may be longer than the
 * block.
 */
export type NativeColumn =
  | {
      readonly name: string;
      readonly type: 'String' | 'LowCardinality(String)';
      readonly values: readonly string[] | CodedTexts;
    }
  | {
      readonly name: string;
      readonly type: 'UInt64';
      readonly values: NumberValues | BigUint64Array;
    }
  | {
      readonly name: string;
      readonly type: Exclude<NativeType, 'String' | 'LowCardinality(String)' | 'UInt64'>;
      readonly values: NumberValues;
    };

/**
 * One column of a block as read: numbers widened to Float64Array only for UInt64 and
 * DateTime64(3).
 */
export type ReadColumn = {
  readonly name: string;
  readonly type: NativeType;
  readonly values:
    | Uint8Array
    | Uint16Array
    | Uint32Array
    | Int32Array
    | Float32Array
    | Float64Array
    | string[];
};

export type NativeBlock = {
  readonly rows: number;
  readonly columns: readonly ReadColumn[];
  /** The numbers of a column; a fault when it is missing or holds texts. */
  numbers(name: string): ArrayLike<number>;
  /** The texts of a column; a fault when it is missing or holds numbers. */
  texts(name: string): readonly string[];
};

/**
 * Values for `{name:Type}` in a query. Arrays bind to `Array(T)`; instants bind as epoch ms to
 * Int64.
 */
export type LakeParams = Readonly<
  Record<string, string | number | boolean | readonly (string | number)[]>
>;

/** How long one question may run, and how much it may answer. */
export const QUERY_MS_MAX = 30_000;
export const RESULT_BYTES_MAX = 64 * 1024 * 1024;
/** A scan streams, so it may answer more and take longer. */
export const SCAN_MS_MAX = 600_000;

export type LakeLimits = { readonly timeoutMs?: number; readonly resultBytesMax?: number };

export type LakeStep = { readonly name: string; readonly sql: string };

export type Lake = {
  /** `embedded`: our child process. `server`: LAKE_URL. */
  readonly kind: 'embedded' | 'server';
  /** Where it answers; another process on this machine may `openLake({ url })` it. */
  readonly url: string;
  /** Rows as objects, 64-bit integers as numbers. SQL without FORMAT. Throws LakeFault. */
  query<T>(sql: string, params?: LakeParams, limits?: LakeLimits): Promise<T[]>;
  /** One statement without an answer (DDL, ALTER, INSERT … SELECT). */
  run(sql: string, params?: LakeParams, limits?: LakeLimits): Promise<void>;
  /**
   * Loads a Native file once per (table, token), fsynced when it resolves. May be repeated with the
   * same token after any failure: table and materialized views end up equal, nothing is doubled.
   * Retries by itself while the embedded child restarts.
   */
  insertFile(table: string, nativeFilePath: string, token: string): Promise<void>;
  /**
   * Streams a big answer block by block; the next block is read when `onBlock` has resolved.
   * Returns rows.
   */
  scanNative(
    sql: string,
    params: LakeParams,
    onBlock: (block: NativeBlock) => void | Promise<void>,
    limits?: LakeLimits,
  ): Promise<number>;
  /** Runs each step once, in order, and remembers it by name. Returns the names run now. */
  migrate(steps: readonly LakeStep[]): Promise<string[]>;
  /** Ends the embedded child cleanly; waits for running inserts. */
  stop(): Promise<void>;
};

/** `home`: the data folder of the house; the embedded lake lives in `home/lake`. */
export type LakePlace =
  | { readonly home: string; readonly readersMax?: number; readonly queryMemoryBytesMax?: number }
  /**
   * `http(s)://user:password@host:8123/database`, or `unix:/path` of an embedded lake already
   * running.
   */
  | { readonly url: string };

/**
 * The lake failed: what we were doing, ClickHouse's own text as cause, its code when it gave
 * one (0 otherwise).
 */
export class LakeFault extends Error {
  readonly code: number;
  constructor(doing: string, code: number, options?: ErrorOptions) {
    super(doing, options);
    this.name = 'LakeFault';
    this.code = code;
  }
}

/**
 * The log: raw batches as they arrived, on disk before anybody is answered.
 * An offset is `fileNo * 2^32 + byte`: a plain number below 2^53 that only grows.
 */
export type Offset = number;

/** Encrypts whole blocks (AES-256-GCM with the key id inside); platform/secrets' vault is one. */
export type Sealer = {
  sealBytes(plain: Buffer): Buffer;
  openBytes(sealed: Buffer): Buffer;
};

/** Bits of `Block.flags`. */
export const BLOCK_FLAGS = { lastOfBatch: 1, cutOff: 2 } as const;

/**
 * A run of whole rows of one batch as received. `source` is the source's id, `format` its
 * decoder's name.
 */
export type Block = {
  /** Batch id, ≤ 64 bytes of UTF-8. */
  readonly batch: string;
  /** Source id, 0 … 2^32 - 1. */
  readonly source: number;
  /** Name of the raw format, ≤ 64 bytes: 'ndjson', 'csv', 'hl7v2' … */
  readonly format: string;
  readonly rows: number;
  /** Sum of BLOCK_FLAGS; the upper bits (0x0100 … 0x8000) are the caller's own. */
  readonly flags: number;
  /** Epoch ms. */
  readonly receivedAt: number;
  /** Position of the first row within its batch, for lineage; 0 when unknown. */
  readonly firstRow: number;
  readonly bytes: Buffer;
};

/** A block as read: where it stands and where the next one begins (the cursor to keep). */
export type StoredBlock = Block & { readonly offset: Offset; readonly next: Offset };

/** The queue is full or the disk is: this block was not taken and may be sent again. */
export type Busy = {
  readonly busy: true;
  readonly why: 'queue-full' | 'disk-full' | 'write-failed' | 'closed';
};
export const isBusy = (x: unknown): x is Busy =>
  typeof x === 'object' && x !== null && (x as { busy?: unknown }).busy === true;

export type Appended = { readonly offset: Offset; readonly next: Offset };

export type LogOptions = {
  readonly vault?: Sealer;
  /** A file is closed when it would grow past this. Default 256 MiB. */
  readonly fileBytesMax?: number;
  /**
   * A file is closed when its first block is older than this by the arrival of the next: whole
   * files are what retention removes. Default one day.
   */
  readonly fileAgeMaxMs?: number;
  /** Bytes waiting for the disk before appends are answered busy. Default 64 MiB. */
  readonly queueBytesMax?: number;
  /** Payloads are zstd-compressed before sealing when that makes them smaller. Default true. */
  readonly compress?: boolean;
};

export type ReadOptions = {
  /**
   * Keep waiting for new blocks at the end until `signal` aborts. Default false: end at the
   * end.
   */
  readonly waitForMore?: boolean;
  readonly signal?: AbortSignal;
};

/** What a reader can do; there may be many, in every process. */
export type LogReader = {
  /**
   * Blocks from `offset` (0: the oldest kept). Opens, checks CRC and decrypts each. Throws
   * LogFault on damage.
   */
  readFrom(offset: Offset, options?: ReadOptions): AsyncIterableIterator<StoredBlock>;
  /** One block at its offset; undefined when it was dropped or never written. */
  readAt(offset: Offset): Promise<StoredBlock | undefined>;
  /** Where the next block will begin, as this process sees the disk now. */
  end(): Promise<Offset>;
  /** Where the oldest kept block begins. */
  start(): Promise<Offset>;
  /** Wakes this process' waiting readers at once, e.g. on an IPC message from the writer. */
  poke(): void;
};

/** The one writer of a folder (a lock file refuses a second one). */
export type Log = LogReader & {
  /** Resolves when the block is on disk (fdatasync), with its place; or Busy: not taken. */
  append(block: Block): Promise<Appended | Busy>;
  /** Called after each group commit with the new end: forward it to reading processes. */
  onCommit(hear: (end: Offset) => void): () => void;
  /** Deletes whole files that end at or before `offset`. Returns how many. */
  dropBefore(offset: Offset): Promise<number>;
  /**
   * Bytes of an unfinished write that a crash had left and `openLog` has cut; 0 after a clean
   * end.
   */
  readonly cutBytes: number;
  /** Waits for everything queued, then releases the folder. */
  close(): Promise<void>;
};

/** The log is damaged or unreadable: where, and why. */
export class LogFault extends Error {
  constructor(doing: string, options?: ErrorOptions) {
    super(doing, options);
    this.name = 'LogFault';
  }
}

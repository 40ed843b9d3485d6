import type { KindName } from '#base/kinds.ts';
import type { FieldError } from '#base/refusal.ts';
import type { Words } from '#base/words.ts';

/** Every limit of the door, by name. A body over the maximum is refused, never half understood. */
export const LIMITS = {
  /** Decoded bytes of one upload. */
  bodyBytesMax: 512 * 2 ** 20,
  /** A gzip body may unfold to at most so many times its size (bombs). */
  gzipRatioMax: 200,
  /** One row; a longer one is cut off, kept as raw and quarantined. */
  rowBytesMax: 64 * 2 ** 10,
  blockRowsMax: 5_000,
  blockBytesMax: 2 ** 20,
  /** Blocks of one upload waiting for the disk. */
  blocksInFlightMax: 4,
  uploadsMax: 64,
  /** Slower than this on the mean, waits of ours aside, an upload is given up: it only holds a place. */
  bytesPerSecondMin: 256,
  /** So long an upload may be slow before its mean counts. */
  slowMs: 60_000,
  /** A row waits at most so long for its block to fill. */
  blockWaitMs: 300,
  /** Runaway quotes rewound in one CSV before the upload is given up. */
  rewindsMax: 100,
  /** One MLLP frame. */
  frameBytesMax: 2 ** 20,
  connectionsMax: 512,
  /** A connection's messages share one batch of at most so many messages and so much time. */
  batchMessagesMax: 5_000,
  batchOpenMs: 60_000,
  /** A log that stays full so long makes the sender come back later. */
  busyWaitMs: 20_000,
} as const;

export const FORMATS = ['ndjson', 'json', 'csv', 'xlsx', 'parquet', 'hl7', 'fhir', 'cda'] as const;
export type Format = (typeof FORMATS)[number];
export const CHARSETS = ['utf-8', 'gb18030'] as const;
export type Charset = (typeof CHARSETS)[number];

/**
 * Our own bits of a log block's flags (platform/files keeps the lower byte). `evidence`: bytes as
 * they were sent of a file that became rows at the door; it counts no row.
 */
export const ROW_FLAGS = {
  torn: 0x0100,
  tooLong: 0x0200,
  badFrame: 0x0400,
  evidence: 0x0800,
} as const;

/** Somebody who sends us rows: a hospital system, a pharmacy chain, the railway. */
export type Source = {
  readonly id: number;
  readonly code: string;
  readonly words: Words;
  readonly owner: string;
  readonly formats: readonly Format[];
  readonly charset: Charset;
  /** Kind of rows that name none. */
  readonly kind: KindName | null;
  /** Place of rows that name none. */
  readonly placeCode: string | null;
  /** MSH-3 and MSH-4 of its HL7 messages. */
  readonly hl7: { readonly application: string; readonly facility: string } | null;
  readonly createdAt: number;
};

export type BatchStatus = 'receiving' | 'complete' | 'cut';

/** One upload, or one run of messages of a connection. */
export type BatchHead = {
  readonly id: string;
  readonly sourceId: number;
  readonly channel: 'http' | 'mllp' | 'mend';
  readonly format: Format;
  readonly charset: Charset;
  readonly kind: KindName | null;
  /** Kinds its key may send; empty: whatever its source may. */
  readonly kinds: readonly KindName[];
  readonly placeCode: string | null;
  readonly status: BatchStatus;
  /** Rows durable in the log; grows while receiving. */
  readonly received: number;
  readonly bytes: number;
  readonly checksum: string | null;
  readonly cutReason: string | null;
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** The version of its source's mapping it was received under. */
  readonly mappingId: number | null;
};

/** One row as a decoder gives it: fields, or what kept it from being read. `raw` is its text as it came. */
export type DecodedRow = {
  readonly fields: Record<string, unknown> | undefined;
  readonly raw: string;
  /** Beside fields: what is wrong already, to be told together with what the validator finds. */
  readonly faults: readonly FieldError[];
  /** Where in its document the row begins: `Bundle.entry[3].resource`. */
  readonly position?: string;
  /** Where in its document each field stood, for errors that speak of it. */
  readonly paths?: Readonly<Record<string, string>>;
};

/** A block's format name in the log: decoder and charset, `csv;gb18030`. */
export const formatName = (format: Format, charset: Charset): string => `${format};${charset}`;

export function formatOf(name: string): { format: Format; charset: Charset } {
  const [format, charset] = name.split(';');
  const f = FORMATS.find((it) => it === format);
  const c = CHARSETS.find((it) => it === charset);
  if (!f || !c) throw new Error(`a block of unknown format ${name}`);
  return { format: f, charset: c };
}

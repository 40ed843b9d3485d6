import { crc32, constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { type Block, LogFault, type Sealer } from './model.ts';

/**
 * A block on disk, little-endian:
 *
 *   0 magic   4 version   5 storage (1 zstd, 2 sealed)   6 flags u16
 *   8 stored bytes u32   12 raw bytes u32   16 receivedAt f64   24 source u32   28 rows u32
 *  32 firstRow f64   40 durable u32   44 batch bytes u8   45 format bytes u8   46 zero   52 CRC-32
 *  56 batch, format, payload
 *
 * `durable` is how much of this file was known to be on disk when the block was written. It tells
 * an unfinished write at the tail (may be cut) from damage to something we had acknowledged (may
 * not). The CRC covers everything but itself.
 */
export const HEADER_BYTES = 56;
/** Where a block's header tells when it arrived. */
export const ARRIVAL_AT = 16;
export const BLOCK_BYTES_MAX = 64 * 1024 * 1024;
const MAGIC = 0x31424846; // 'FHB1'
const VERSION = 1;
const ZSTD = 1;
const SEALED = 2;
/** Below this a compressed block is hardly smaller and costs more to open. */
const COMPRESS_BYTES_MIN = 512;

export type Packed = {
  readonly head: Buffer;
  readonly payload: Buffer;
  readonly bytes: number;
};

export type Stored = { readonly block: Block; readonly length: number; readonly durable: number };

const isCount = (n: number, max: number): boolean => Number.isInteger(n) && n >= 0 && n <= max;

function assertBlock(block: Block, batch: number, format: number): void {
  const ok =
    batch > 0 &&
    batch <= 64 &&
    format > 0 &&
    format <= 64 &&
    isCount(block.source, 0xffffffff) &&
    isCount(block.rows, 0xffffffff) &&
    isCount(block.flags, 0xffff) &&
    isCount(block.firstRow, Number.MAX_SAFE_INTEGER) &&
    block.bytes.length <= BLOCK_BYTES_MAX;
  if (!ok) throw new RangeError(`block of batch ${block.batch} does not fit the log's header`);
}

/** Compresses and seals a block; its place in the file is added by `placeBlock`. */
export function packBlock(block: Block, compress: boolean, vault?: Sealer): Packed {
  const names = Buffer.from(block.batch + block.format);
  const batchBytes = Buffer.byteLength(block.batch);
  assertBlock(block, batchBytes, names.length - batchBytes);
  let payload = block.bytes;
  let storage = 0;
  if (compress && payload.length >= COMPRESS_BYTES_MIN) {
    const small = zstdCompressSync(payload, {
      params: { [constants.ZSTD_c_compressionLevel]: 1 },
    });
    if (small.length < payload.length) {
      payload = small;
      storage |= ZSTD;
    }
  }
  if (vault) {
    payload = vault.sealBytes(payload);
    storage |= SEALED;
  }
  const head = Buffer.alloc(HEADER_BYTES + names.length);
  head.writeUInt32LE(MAGIC, 0);
  head.writeUInt8(VERSION, 4);
  head.writeUInt8(storage, 5);
  head.writeUInt16LE(block.flags, 6);
  head.writeUInt32LE(payload.length, 8);
  head.writeUInt32LE(block.bytes.length, 12);
  head.writeDoubleLE(block.receivedAt, 16);
  head.writeUInt32LE(block.source, 24);
  head.writeUInt32LE(block.rows, 28);
  head.writeDoubleLE(block.firstRow, 32);
  head.writeUInt8(batchBytes, 44);
  head.writeUInt8(names.length - batchBytes, 45);
  names.copy(head, HEADER_BYTES);
  return { head, payload, bytes: head.length + payload.length };
}

/** Last touch before writing: what is durable so far, and the checksum. */
export function placeBlock(packed: Packed, durable: number): void {
  packed.head.writeUInt32LE(durable, 40);
  packed.head.writeUInt32LE(checksum(packed.head, packed.payload), 52);
}

const checksum = (head: Buffer, payload: Buffer): number =>
  crc32(payload, crc32(head.subarray(HEADER_BYTES), crc32(head.subarray(0, 52))));

/** Whole length of the block whose header stands at `at`; undefined when no header stands there. */
export function lengthAt(bytes: Buffer, at: number): number | undefined {
  if (at + HEADER_BYTES > bytes.length) return undefined;
  if (bytes.readUInt32LE(at) !== MAGIC || bytes.readUInt8(at + 4) !== VERSION) return undefined;
  const stored = bytes.readUInt32LE(at + 8);
  if (stored > 2 * BLOCK_BYTES_MAX) return undefined;
  return HEADER_BYTES + bytes.readUInt8(at + 44) + bytes.readUInt8(at + 45) + stored;
}

/** The intact block that begins at `at`, payload still as stored; undefined when cut or damaged. */
export function intactAt(
  bytes: Buffer,
  at: number,
): { length: number; durable: number } | undefined {
  const length = lengthAt(bytes, at);
  if (length === undefined || at + length > bytes.length) return undefined;
  const whole = bytes.subarray(at, at + length);
  const names = whole.readUInt8(44) + whole.readUInt8(45);
  const head = whole.subarray(0, HEADER_BYTES + names);
  if (checksum(head, whole.subarray(head.length)) !== whole.readUInt32LE(52)) return undefined;
  return { length, durable: whole.readUInt32LE(40) };
}

/**
 * Opens the block at `at`. Throws LogFault when it is damaged, sealed without a vault, or does
 * not open.
 */
export function unpackBlock(bytes: Buffer, at: number, vault?: Sealer): Stored {
  const found = intactAt(bytes, at);
  if (!found) throw new LogFault('a block of the log is damaged');
  const whole = bytes.subarray(at, at + found.length);
  const storage = whole.readUInt8(5);
  const batchEnd = HEADER_BYTES + whole.readUInt8(44);
  const formatEnd = batchEnd + whole.readUInt8(45);
  let payload = whole.subarray(formatEnd);
  try {
    if (storage & SEALED) {
      if (!vault) throw new LogFault('a block of the log is sealed and no vault was given');
      payload = vault.openBytes(payload);
    }
    if (storage & ZSTD) {
      payload = zstdDecompressSync(payload, { maxOutputLength: BLOCK_BYTES_MAX });
    }
  } catch (cause) {
    throw new LogFault('opening a block of the log', { cause });
  }
  if (payload.length !== whole.readUInt32LE(12)) {
    throw new LogFault('a block of the log opened to another length than it was written with');
  }
  const block: Block = {
    batch: whole.toString('utf8', HEADER_BYTES, batchEnd),
    source: whole.readUInt32LE(24),
    format: whole.toString('utf8', batchEnd, formatEnd),
    rows: whole.readUInt32LE(28),
    flags: whole.readUInt16LE(6),
    receivedAt: whole.readDoubleLE(16),
    firstRow: whole.readDoubleLE(32),
    bytes: payload,
  };
  return { block, length: found.length, durable: found.durable };
}

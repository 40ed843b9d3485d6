import type { Charset, Format } from '../model.ts';
import { LIMITS, ROW_FLAGS } from '../model.ts';
import { BrokenStructure, csvScanner, jsonScanner, lineScanner, type Scanner } from './scan.ts';

/** Takes one row's bytes (valid only during the call) and its flag: 0, torn or tooLong. */
export type Emit = (bytes: Buffer, flag: number) => void;

export type Splitter = {
  push(chunk: Buffer): void;
  /** The upload ended: `isWhole` says whether the sender finished. True when every row was whole. */
  end(isWhole: boolean): boolean;
};

/** Too many runaway quotes, or an array element over the maximum: the rest cannot be told apart. */
export class RowTooLong extends Error {
  constructor() {
    super('a row is longer than the maximum and its end cannot be found');
    this.name = 'RowTooLong';
  }
}

function isBlank(bytes: Buffer, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if ((bytes[i] ?? 0) > 32) return false;
  return true;
}

const trimmed = (row: Buffer): Buffer =>
  row[row.length - 1] === 13 ? row.subarray(0, row.length - 1) : row;

const scannerOf = (format: Format, charset: Charset): Scanner => {
  if (format === 'csv') return csvScanner();
  return format === 'json' ? jsonScanner(charset === 'gb18030') : lineScanner();
};

const BOM = Buffer.from([0xef, 0xbb, 0xbf]);
const EMPTY: Buffer = Buffer.alloc(0);
const NEWLINE = 10;

/**
 * Cuts an upload into rows at byte level. Memory: one chunk and one row (LIMITS.rowBytesMax).
 * Blank lines are no rows. A runaway quote of a CSV is rewound: its first line becomes a row of its
 * own (flag tooLong) and reading goes on after it, so one stray quote cannot swallow a file.
 */
export function rowSplitter(format: Format, charset: Charset, emit: Emit): Splitter {
  const scanner = scannerOf(format, charset);
  let carry: Buffer = EMPTY;
  let consumed = 0;
  let isFirst = true;
  let isSkipping = false;
  let rewinds = 0;

  const give = (bytes: Buffer, flag: number, end: number): void => {
    const { start } = scanner;
    if (!isBlank(bytes, start, end))
      emit(bytes.subarray(start, Math.min(end, start + LIMITS.rowBytesMax)), flag);
    scanner.start = -1;
  };

  /** The row begun at scanner.start is over the maximum. Returns where to look on. */
  const runaway = (bytes: Buffer): number => {
    const { start } = scanner;
    if (format === 'json') throw new RowTooLong();
    const newline = bytes.indexOf(NEWLINE, start);
    if (newline >= 0 && newline - start <= LIMITS.rowBytesMax) {
      if (++rewinds > LIMITS.rewindsMax) throw new RowTooLong();
      give(bytes, ROW_FLAGS.tooLong, newline);
      scanner.reset();
      return newline + 1;
    }
    give(bytes, ROW_FLAGS.tooLong, start + LIMITS.rowBytesMax);
    scanner.reset();
    isSkipping = true;
    return start + LIMITS.rowBytesMax;
  };

  const read = (bytes: Buffer, from: number): void => {
    let at = from;
    while (at < bytes.length) {
      if (isSkipping) {
        const newline = bytes.indexOf(NEWLINE, at);
        if (newline < 0) break;
        isSkipping = false;
        at = newline + 1;
        continue;
      }
      const next = scanner.next(bytes, at);
      if (next >= 0 && scanner.end - scanner.start <= LIMITS.rowBytesMax) {
        give(bytes, 0, scanner.end);
        at = next;
      } else if (
        scanner.start >= 0 &&
        (next >= 0 || bytes.length - scanner.start > LIMITS.rowBytesMax)
      )
        at = runaway(bytes);
      else break;
    }
    const keep = scanner.start < 0 || isSkipping ? bytes.length : scanner.start;
    consumed += keep;
    carry = keep >= bytes.length ? EMPTY : Buffer.from(bytes.subarray(keep));
    if (scanner.start > 0) scanner.start = 0;
  };

  return {
    push(chunk) {
      let bytes = carry.length > 0 ? Buffer.concat([carry, chunk]) : chunk;
      let from = carry.length;
      if (isFirst) {
        if (bytes.length < 3 && BOM.subarray(0, bytes.length).equals(bytes)) {
          carry = Buffer.from(bytes);
          return;
        }
        isFirst = false;
        if (bytes.subarray(0, 3).equals(BOM)) bytes = bytes.subarray(3);
        from = 0;
      }
      try {
        read(bytes, from);
      } catch (cause) {
        if (cause instanceof BrokenStructure) throw new BrokenStructure(consumed + cause.at);
        throw cause;
      }
    },
    end(isWhole) {
      const hasRest = carry.length > 0 && scanner.start >= 0 && !isBlank(carry, 0, carry.length);
      const isRow = isWhole && scanner.isClosed();
      if (hasRest || (isFirst && carry.length > 0))
        emit(
          trimmed(carry),
          isRow ? 0 : isWhole && format === 'csv' ? ROW_FLAGS.tooLong : ROW_FLAGS.torn,
        );
      carry = EMPTY;
      return isWhole && scanner.isClosed();
    },
  };
}

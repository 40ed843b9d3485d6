import type { Charset, Format } from '../model.ts';
import type { Dialect } from '../tables/dialect.ts';
import { LIMITS, ROW_FLAGS } from '../model.ts';
import { BrokenStructure, csvScanner, jsonScanner, lineScanner, type Scanner } from './scan.ts';

/** Takes one row's bytes (valid only during the call) and its flag: 0, torn or tooLong. */
export type Emit = (bytes: Buffer, flag: number) => void;

export type Splitter = {
  push(chunk: Buffer): void;
  /** How a CSV sets its fields apart, once its heading was read; a comma until then. */
  setDialect(dialect: Dialect): void;
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
export const rowSplitter = (format: Format, charset: Charset, emit: Emit): Splitter =>
  new RowSplitter(format, scannerOf(format, charset), emit);

class RowSplitter implements Splitter {
  readonly #format: Format;
  readonly #scanner: Scanner;
  readonly #emit: Emit;
  #carry: Buffer = EMPTY;
  #consumed = 0;
  #isFirst = true;
  #isSkipping = false;
  #rewinds = 0;

  constructor(format: Format, scanner: Scanner, emit: Emit) {
    this.#format = format;
    this.#scanner = scanner;
    this.#emit = emit;
  }

  setDialect(dialect: Dialect): void {
    const scanner: Scanner & { setDialect?: (dialect: Dialect) => void } = this.#scanner;
    scanner.setDialect?.(dialect);
  }

  push(chunk: Buffer): void {
    let bytes = this.#carry.length > 0 ? Buffer.concat([this.#carry, chunk]) : chunk;
    let from = this.#carry.length;
    if (this.#isFirst) {
      if (bytes.length < 3 && BOM.subarray(0, bytes.length).equals(bytes)) {
        this.#carry = Buffer.from(bytes);
        return;
      }
      this.#isFirst = false;
      if (bytes.subarray(0, 3).equals(BOM)) bytes = bytes.subarray(3);
      from = 0;
    }
    try {
      this.#read(bytes, from);
    } catch (cause) {
      if (cause instanceof BrokenStructure) throw new BrokenStructure(this.#consumed + cause.at);
      throw cause;
    }
  }

  end(isWhole: boolean): boolean {
    const carry = this.#carry;
    const isClosed = this.#scanner.isClosed();
    const hasRest = this.#scanner.start >= 0 && !isBlank(carry, 0, carry.length);
    if (carry.length > 0 && (hasRest || this.#isFirst)) {
      const isOpenQuote = isWhole && this.#format === 'csv';
      const flag = isOpenQuote ? ROW_FLAGS.tooLong : ROW_FLAGS.torn;
      this.#emit(trimmed(carry), isWhole && isClosed ? 0 : flag);
    }
    this.#carry = EMPTY;
    return isWhole && isClosed;
  }

  #give(bytes: Buffer, flag: number, end: number): void {
    const { start } = this.#scanner;
    if (!isBlank(bytes, start, end))
      this.#emit(bytes.subarray(start, Math.min(end, start + LIMITS.rowBytesMax)), flag);
    this.#scanner.start = -1;
  }

  /** The row begun at scanner.start is over the maximum. Returns where to look on. */
  #runaway(bytes: Buffer): number {
    const { start } = this.#scanner;
    if (this.#format === 'json') throw new RowTooLong();
    const newline = bytes.indexOf(NEWLINE, start);
    if (newline >= 0 && newline - start <= LIMITS.rowBytesMax) {
      if (++this.#rewinds > LIMITS.rewindsMax) throw new RowTooLong();
      this.#give(bytes, ROW_FLAGS.tooLong, newline);
      this.#scanner.reset();
      return newline + 1;
    }
    this.#give(bytes, ROW_FLAGS.tooLong, start + LIMITS.rowBytesMax);
    this.#scanner.reset();
    this.#isSkipping = true;
    return start + LIMITS.rowBytesMax;
  }

  #read(bytes: Buffer, from: number): void {
    const scanner = this.#scanner;
    let at = from;
    while (at < bytes.length) {
      if (this.#isSkipping) {
        const newline = bytes.indexOf(NEWLINE, at);
        if (newline < 0) break;
        this.#isSkipping = false;
        at = newline + 1;
        continue;
      }
      const next = scanner.next(bytes, at);
      const isFound = next >= 0;
      if (isFound && scanner.end - scanner.start <= LIMITS.rowBytesMax) {
        this.#give(bytes, 0, scanner.end);
        at = next;
        continue;
      }
      const isOver = isFound || bytes.length - scanner.start > LIMITS.rowBytesMax;
      if (scanner.start < 0 || !isOver) break;
      at = this.#runaway(bytes);
    }
    const keep = scanner.start < 0 || this.#isSkipping ? bytes.length : scanner.start;
    this.#consumed += keep;
    this.#carry = keep >= bytes.length ? EMPTY : Buffer.from(bytes.subarray(keep));
    if (scanner.start > 0) scanner.start = 0;
  }
}

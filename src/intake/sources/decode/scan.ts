import { type Dialect, PLAIN } from '../tables/dialect.ts';

/**
 * Finds row ends in bytes, format by format. A scanner keeps its state between calls, so an upload
 * may be cut into chunks anywhere. Works on bytes of UTF-8 and of GB18030: in GB18030 the second
 * byte of a character may be a letter, `\`, `{` or a digit, but never a quote, comma or newline.
 */
const NEWLINE = 10;
const RETURN = 13;
const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;

export type Scanner = {
  /** First byte of the row found, or of the row begun. -1 between rows. */
  start: number;
  /** Byte after the row found, its line end left out. */
  end: number;
  /** Looks on from `at`; the byte after the row and its end, or -1 when the bytes ran out. */
  next(bytes: Buffer, at: number): number;
  /** Begins afresh after a runaway row. */
  reset(): void;
  /** Whether the format is properly closed where the bytes ended. */
  isClosed(): boolean;
};

/** What stands between rows and cannot be a row: the rest of the upload has no meaning. */
export class BrokenStructure extends Error {
  readonly at: number;
  constructor(at: number) {
    super(`no row can begin at byte ${at}`);
    this.name = 'BrokenStructure';
    this.at = at;
  }
}

const lineEnd = (bytes: Buffer, start: number, newline: number): number =>
  newline > start && bytes[newline - 1] === RETURN ? newline - 1 : newline;

/** One row per line. */
export function lineScanner(): Scanner {
  return {
    start: -1,
    end: 0,
    next(bytes, at) {
      if (this.start < 0) this.start = at;
      const newline = bytes.indexOf(NEWLINE, at);
      if (newline < 0) return -1;
      this.end = lineEnd(bytes, this.start, newline);
      return newline + 1;
    },
    reset() {
      this.start = -1;
    },
    isClosed: () => true,
  };
}

export type CsvScanner = Scanner & {
  /** Once the heading has said how the fields are set apart. */
  setDialect(dialect: Dialect): void;
};

/** RFC 4180: a quote opens only at the beginning of a field; two quotes inside are one. */
export function csvScanner(): CsvScanner {
  let { delimiter, quote: mark } = PLAIN;
  // 0 at the beginning of a field · 1 inside a bare field · 2 inside quotes · 3 after a quote inside quotes
  let state = 0;
  return {
    start: -1,
    end: 0,
    next(bytes, from) {
      if (this.start < 0) this.start = from;
      for (let at = from; at < bytes.length; at++) {
        const byte = bytes[at];
        if (state === 2) {
          if (byte !== mark) {
            const quote = bytes.indexOf(mark, at);
            if (quote < 0) return -1;
            at = quote;
          }
          state = 3;
        } else if (byte === NEWLINE) {
          state = 0;
          this.end = lineEnd(bytes, this.start, at);
          return at + 1;
        } else if (byte === mark) state = state === 0 || state === 3 ? 2 : 1;
        else state = byte === delimiter ? 0 : 1;
      }
      return -1;
    },
    reset() {
      state = 0;
      this.start = -1;
    },
    isClosed: () => state !== 2,
    setDialect(dialect) {
      ({ delimiter, quote: mark } = dialect);
    },
  };
}

/** Elements of one JSON array, or objects one after another. */
export function jsonScanner(isGb: boolean): Scanner {
  let depth = 0;
  let inString = false;
  let skip = 0;
  let isArray: boolean | undefined;
  let isOver = false;
  let needsComma = false;
  const structure = (byte: number, at: number): boolean => {
    // Between elements. True when an element begins here.
    if (byte === 32 || byte === NEWLINE || byte === RETURN || byte === 9) return false;
    if (isArray === undefined) {
      isArray = byte === 91;
      if (isArray) return false;
      if (byte !== 123) throw new BrokenStructure(at);
    }
    if (isOver || (!isArray && byte !== 123)) throw new BrokenStructure(at);
    if (isArray && byte === 93) {
      isOver = true;
      return false;
    }
    if (byte === COMMA && needsComma && isArray) {
      needsComma = false;
      return false;
    }
    if (byte === COMMA || (needsComma && isArray)) throw new BrokenStructure(at);
    return true;
  };
  return {
    start: -1,
    end: 0,
    next(bytes, from) {
      for (let at = from; at < bytes.length; at++) {
        const byte = bytes[at] ?? 0;
        if (this.start < 0) {
          if (!structure(byte, at)) continue;
          this.start = at;
          depth = 0;
          needsComma = true;
        }
        if (inString) {
          if (skip > 0) skip--;
          else if (byte === BACKSLASH) skip = 1;
          else if (isGb && byte > 0x80) skip = 1;
          else if (byte === QUOTE) inString = false;
          if (!inString && depth === 0) return (this.end = at + 1);
        } else if (byte === QUOTE) inString = true;
        else if (byte === 123 || byte === 91) depth++;
        else if ((byte === 125 || byte === 93) && depth > 0) {
          depth--;
          if (depth === 0) return (this.end = at + 1);
        } else if (depth === 0 && (byte === COMMA || byte === 93 || byte <= 32)) {
          return (this.end = at); // a bare scalar ends before its separator
        }
      }
      return -1;
    },
    reset() {
      this.start = -1;
      inString = false;
      skip = 0;
    },
    isClosed: () => isOver || isArray === false || isArray === undefined,
  };
}

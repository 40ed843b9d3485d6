import { LIMITS } from '../../model.ts';

/** What a file of messages is made of; the pieces of a file, one after the other, are the file. */
export type Piece = {
  readonly kind: 'message' | 'envelope' | 'garbage' | 'blank' | 'too-long';
  /** Bytes from the file's beginning: [from, to). */
  readonly from: number;
  readonly to: number;
  /** The line it begins on, from 1. */
  readonly line: number;
  /** What stands there; of a blank nothing, of a too long message its beginning. */
  readonly bytes: Buffer;
};

const CR = 13;
const LF = 10;
const OPEN = 0x0b;
const CLOSE = 0x1c;
const EMPTY = Buffer.alloc(0);

const isEnd = (byte: number): boolean =>
  byte === CR || byte === LF || byte === OPEN || byte === CLOSE;

const ENVELOPE = new Set(['FHS', 'BHS', 'BTS', 'FTS']);
const isWord = (byte: number): boolean =>
  (byte >= 48 && byte <= 57) || (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122);

type LineKind = 'head' | 'envelope' | 'blank' | 'other';

/** What a line [from, to) begins; a mark of order before it says nothing. */
function kindOf(bytes: Buffer, from: number, to: number): LineKind {
  let at = from;
  if (bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf) at += 3;
  while (at < to && (bytes[at] ?? 0) <= 32) at++;
  if (at >= to) return 'blank';
  if (to - at < 3) return 'other';
  const name = bytes.toString('latin1', at, at + 3);
  const mark = bytes[at + 3] ?? CR;
  if (name === 'MSH') return to - at > 3 && mark > 32 && !isWord(mark) ? 'head' : 'other';
  return ENVELOPE.has(name) && !isWord(mark) ? 'envelope' : 'other';
}

/**
 * Cuts a file of HL7 v2 messages: with MLLP frames or without, in batches (FHS, BHS, BTS, FTS) or
 * one after the other, lines ended by CR, LF or both. Memory: one message (LIMITS.frameBytesMax)
 * and two chunks; of a longer one the beginning is given.
 */
export async function* piecesOf(
  chunks: AsyncIterable<Buffer>,
  bytesMax: number = LIMITS.frameBytesMax,
): AsyncGenerator<Piece> {
  const cutter = new Cutter(bytesMax);
  for await (const chunk of chunks) {
    cutter.push(chunk);
    yield* cutter.take();
  }
  cutter.end();
  yield* cutter.take();
}

type Current = 'message' | 'envelope' | 'garbage' | 'blank';

/** All places are offsets in the file; #held begins at #base. */
class Cutter {
  readonly #bytesMax: number;
  #pieces: Piece[] = [];
  #held: Buffer = EMPTY;
  #base = 0;
  #current: Current = 'blank';
  #pieceAt = 0;
  #pieceLine = 1;
  /** The beginning of a piece that has grown over the maximum. */
  #start: Buffer | undefined;
  #lineAt = 0;
  #line = 1;
  #isLineKnown = false;
  #look = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  take(): Piece[] {
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces;
  }

  push(chunk: Buffer): void {
    this.#held = this.#held.length > 0 ? Buffer.concat([this.#held, chunk]) : chunk;
    const bytes = this.#held;
    for (let i = this.#look - this.#base; i < bytes.length; i++) {
      const byte = bytes[i] ?? 0;
      if (isEnd(byte)) this.#lineEnds(this.#base + i, byte);
    }
    this.#look = this.#base + bytes.length;
    if (this.#look - this.#lineAt > this.#bytesMax) this.#know(this.#look, true);
    this.#letGo();
  }

  end(): void {
    this.#know(this.#look, false);
    this.#turn('blank', this.#look);
  }

  #lineEnds(at: number, byte: number): void {
    this.#know(at, false);
    if (byte === OPEN || byte === CLOSE) this.#turn('blank', at);
    const isPair = byte === LF && this.#lineAt === at && this.#byteAt(at - 1) === CR;
    if ((byte === CR || byte === LF) && !isPair) this.#line++;
    this.#lineAt = at + 1;
    this.#isLineKnown = false;
  }

  #byteAt(at: number): number | undefined {
    return this.#held[at - this.#base];
  }

  /** The line from #lineAt reaches `to`, or further: what it begins is told now. */
  #know(to: number, isEndless: boolean): void {
    if (this.#isLineKnown) return;
    this.#isLineKnown = true;
    const kind = kindOf(this.#held, this.#lineAt - this.#base, to - this.#base);
    if (kind === 'head') this.#turn('message', this.#lineAt);
    else if (kind === 'envelope') {
      this.#turn('envelope', this.#lineAt);
      this.#turn('blank', to);
    } else if ((kind === 'other' || isEndless) && this.#current === 'blank')
      this.#turn('garbage', this.#lineAt);
  }

  /** What is current ends before `at`; `next` begins there. */
  #turn(next: Current, at: number): void {
    if (at > this.#pieceAt) {
      const kind = this.#current;
      const bytes = kind === 'blank' ? EMPTY : this.#bytesUpTo(at);
      const isOver = at - this.#pieceAt > this.#bytesMax;
      this.#pieces.push({
        kind: isOver && kind === 'message' ? 'too-long' : kind,
        from: this.#pieceAt,
        to: at,
        line: this.#pieceLine,
        bytes,
      });
    }
    this.#current = next;
    this.#pieceAt = at;
    this.#pieceLine = this.#line;
    this.#start = undefined;
  }

  #bytesUpTo(at: number): Buffer {
    if (this.#start) return this.#start;
    const from = this.#pieceAt - this.#base;
    return this.#held.subarray(from, Math.min(at - this.#base, from + this.#bytesMax));
  }

  /** Lets go of what is told, or can no longer be held. */
  #letGo(): void {
    const line = this.#isLineKnown ? this.#look : this.#lineAt;
    let until = this.#current === 'blank' ? line : this.#pieceAt;
    if (this.#current !== 'blank' && this.#look - this.#pieceAt > this.#bytesMax) {
      this.#start ??= Buffer.from(this.#bytesUpTo(this.#look));
      until = line;
    }
    // One byte before the line stays: whether a line feed follows a return is asked of it.
    const cut = Math.max(0, Math.min(until, this.#look) - this.#base - 1);
    if (cut === 0) return;
    this.#held = Buffer.from(this.#held.subarray(cut));
    this.#base += cut;
  }
}

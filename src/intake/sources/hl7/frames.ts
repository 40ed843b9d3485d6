/** MLLP (HL7 v2 transport): 0x0B, a message, 0x1C 0x0D. */
const OPEN = 0x0b;
const CLOSE = 0x1c;
const RETURN = 0x0d;

export type FrameFault = 'garbage' | 'no-end' | 'too-long' | 'cut';
export type OnFrame = (bytes: Buffer, fault: FrameFault | undefined) => void;

/**
 * Cuts a connection's bytes into frames. What is no frame is handed over too, with its fault:
 * `garbage` before 0x0B, `no-end` when the next frame opens inside one, `too-long` over the maximum
 * (its beginning; the rest is skipped up to the next frame), `cut` when the connection ends inside.
 */
export const frameReader = (bytesMax: number, onFrame: OnFrame): FrameReader =>
  new FrameReader(bytesMax, onFrame);

class FrameReader {
  readonly #bytesMax: number;
  readonly #onFrame: OnFrame;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #isInside = false;
  #isSkipping = false;
  #endPending = false;

  constructor(bytesMax: number, onFrame: OnFrame) {
    this.#bytesMax = bytesMax;
    this.#onFrame = onFrame;
  }

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length)
      at = this.#isInside ? this.#inside(chunk, at) : this.#outside(chunk, at);
  }

  /** The connection ended. */
  end(): void {
    if (this.#heldBytes > 0) this.#give(this.#isInside ? 'cut' : 'garbage');
  }

  #hold(part: Buffer): void {
    if (part.length === 0) return;
    this.#held.push(Buffer.from(part));
    this.#heldBytes += part.length;
  }

  #give(fault: FrameFault | undefined): void {
    const bytes = Buffer.concat(this.#held);
    this.#held = [];
    this.#heldBytes = 0;
    const isEmpty = bytes.every((byte) => byte <= 32 || byte === CLOSE);
    const why = bytes.length > this.#bytesMax && fault !== 'garbage' ? 'too-long' : fault;
    if (!this.#isSkipping && !(isEmpty && fault))
      this.#onFrame(bytes.subarray(0, this.#bytesMax), why);
    this.#isSkipping = false;
  }

  #overflow(): void {
    if (this.#heldBytes <= this.#bytesMax) return;
    this.#give(this.#isInside ? 'too-long' : 'garbage');
    this.#isSkipping = true;
  }

  #outside(bytes: Buffer, at: number): number {
    const open = bytes.indexOf(OPEN, at);
    this.#hold(bytes.subarray(at, open < 0 ? bytes.length : open));
    if (open < 0) {
      this.#overflow();
      return bytes.length;
    }
    if (this.#heldBytes > 0) this.#give('garbage');
    this.#isSkipping = false;
    this.#isInside = true;
    return open + 1;
  }

  #inside(bytes: Buffer, begin: number): number {
    let from = begin;
    for (let at = begin; at < bytes.length; at++) {
      const byte = bytes[at];
      if (this.#endPending) {
        this.#endPending = false;
        if (byte === RETURN) {
          this.#isInside = false;
          this.#give(undefined);
          return at + 1;
        }
        this.#hold(Buffer.from([CLOSE]));
        from = at;
      }
      if (byte === CLOSE) {
        this.#hold(bytes.subarray(from, at));
        this.#endPending = true;
        from = at + 1;
      } else if (byte === OPEN) {
        this.#hold(bytes.subarray(from, at));
        this.#give('no-end');
        return at + 1;
      }
    }
    if (!this.#endPending) this.#hold(bytes.subarray(from));
    this.#overflow();
    return bytes.length;
  }
}

/** Wraps a message for the wire. */
export const frameOf = (message: string): Buffer =>
  Buffer.concat([Buffer.from([OPEN]), Buffer.from(message, 'utf8'), Buffer.from([CLOSE, RETURN])]);

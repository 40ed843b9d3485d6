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
export function frameReader(bytesMax: number, onFrame: OnFrame) {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let isInside = false;
  let isSkipping = false;
  let endPending = false;

  const hold = (part: Buffer): void => {
    if (part.length === 0) return;
    held.push(Buffer.from(part));
    heldBytes += part.length;
  };
  const give = (fault: FrameFault | undefined): void => {
    const bytes = held.length === 1 && held[0] ? held[0] : Buffer.concat(held);
    held = [];
    heldBytes = 0;
    const isEmpty = bytes.every((byte) => byte <= 32 || byte === CLOSE);
    const why = bytes.length > bytesMax && fault !== 'garbage' ? 'too-long' : fault;
    if (!isSkipping && !(isEmpty && fault)) onFrame(bytes.subarray(0, bytesMax), why);
    isSkipping = false;
  };
  const overflow = (): void => {
    if (heldBytes <= bytesMax) return;
    const wasSkipping = isSkipping;
    give(isInside ? 'too-long' : 'garbage');
    isSkipping = true;
    if (wasSkipping) held = [];
  };

  const outside = (bytes: Buffer, at: number): number => {
    const open = bytes.indexOf(OPEN, at);
    hold(bytes.subarray(at, open < 0 ? bytes.length : open));
    if (open < 0) {
      overflow();
      return bytes.length;
    }
    if (heldBytes > 0) give('garbage');
    isSkipping = false;
    isInside = true;
    return open + 1;
  };

  const inside = (bytes: Buffer, from: number): number => {
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at];
      if (endPending) {
        endPending = false;
        if (byte === RETURN) {
          isInside = false;
          give(undefined);
          return at + 1;
        }
        hold(Buffer.from([CLOSE]));
        from = at;
      }
      if (byte === CLOSE) {
        hold(bytes.subarray(from, at));
        endPending = true;
        from = at + 1;
      } else if (byte === OPEN) {
        hold(bytes.subarray(from, at));
        give('no-end');
        return at + 1;
      }
    }
    if (!endPending) hold(bytes.subarray(from));
    overflow();
    return bytes.length;
  };

  return {
    push(chunk: Buffer): void {
      let at = 0;
      while (at < chunk.length) at = isInside ? inside(chunk, at) : outside(chunk, at);
    },
    /** The connection ended. */
    end(): void {
      if (heldBytes > 0) give(isInside ? 'cut' : 'garbage');
    },
  };
}

/** Wraps a message for the wire. */
export const frameOf = (message: string): Buffer =>
  Buffer.concat([Buffer.from([OPEN]), Buffer.from(message, 'utf8'), Buffer.from([CLOSE, RETURN])]);

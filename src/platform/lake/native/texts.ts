import type { CodedTexts } from '../model.ts';
import { putVarint } from './varint.ts';

const utf8 = new TextEncoder();

export const isCoded = (values: readonly string[] | CodedTexts): values is CodedTexts =>
  'codes' in values;

/** A byte buffer that doubles; texts have no length known beforehand. */
class Growing {
  bytes: Uint8Array;
  at = 0;
  constructor(guess: number) {
    this.bytes = new Uint8Array(guess);
  }
  room(more: number): Uint8Array {
    if (this.at + more > this.bytes.length) {
      const wider = new Uint8Array(Math.max(this.bytes.length * 2, this.at + more));
      wider.set(this.bytes.subarray(0, this.at));
      this.bytes = wider;
    }
    return this.bytes;
  }
  done(): Uint8Array {
    return this.bytes.subarray(0, this.at);
  }
}

/**
 * Writes one text with its length; ASCII byte by byte, which beats every call into C++ when
 * short.
 */
function putText(out: Growing, text: string): void {
  const length = text.length;
  const bytes = out.room(3 * length + 5);
  if (length < 0x40) {
    let pos = out.at + 1;
    let i = 0;
    for (; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) break;
      bytes[pos++] = code;
    }
    if (i === length) {
      bytes[out.at] = length;
      out.at = pos;
      return;
    }
  }
  // The longest possible text decides the room its length takes: at most 3 bytes a UTF-16 unit.
  const body = out.at + (length * 3 < 0x80 ? 1 : 5);
  const { written } = utf8.encodeInto(text, bytes.subarray(body));
  const start = putVarint(bytes, out.at, written);
  if (start !== body) bytes.copyWithin(start, body, body + written);
  out.at = start + written;
}

/** `rows` texts as a String column. */
export function encodeTexts(values: readonly string[], rows: number): Uint8Array {
  const out = new Growing(16 * rows + 16);
  for (let i = 0; i < rows; i++) putText(out, values[i] ?? '');
  return out.done();
}

/** Coded texts as a String column: each dictionary entry is encoded once and copied. */
export function expandTexts({ dictionary, codes }: CodedTexts, rows: number): Uint8Array {
  const entries = encodeTexts(dictionary, dictionary.length);
  const starts = new Uint32Array(dictionary.length + 1);
  let at = 0;
  for (let i = 0; i < dictionary.length; i++) {
    starts[i] = at;
    let length = 0;
    let shift = 1;
    let byte: number;
    do {
      byte = entries[at++] ?? 0;
      length += (byte & 0x7f) * shift;
      shift *= 128;
    } while (byte >= 0x80);
    at += length;
  }
  starts[dictionary.length] = at;
  const out = new Growing(16 * rows + 16);
  for (let i = 0; i < rows; i++) {
    const code = codes[i] ?? 0;
    const from = starts[code] ?? 0;
    const to = starts[code + 1];
    if (to === undefined) throw new RangeError(`row ${i} has code ${code} outside its dictionary`);
    const bytes = out.room(to - from);
    let pos = out.at;
    for (let j = from; j < to; j++) bytes[pos++] = entries[j] ?? 0;
    out.at = pos;
  }
  return out.done();
}

/** Additional keys follow, and the reader builds a fresh dictionary from them. */
const OWN_DICTIONARY = 0x600;

/**
 * Coded texts as LowCardinality(String): version 1, index width, the dictionary, the codes.
 * Codes are narrowed to 1, 2 or 4 bytes by the size of the dictionary.
 */
export function encodeCoded({ dictionary, codes }: CodedTexts, rows: number): Uint8Array[] {
  const max = dictionary.length;
  for (let i = 0; i < rows; i++) {
    if ((codes[i] ?? -1) >= max || (codes[i] ?? -1) < 0) {
      throw new RangeError(`row ${i} has code ${codes[i]} outside its dictionary`);
    }
  }
  const width = max <= 0x100 ? 0 : max <= 0x10000 ? 1 : 2;
  const rowsOf = codes.subarray(0, rows);
  const narrow =
    width === 0
      ? Uint8Array.from(rowsOf)
      : width === 1
        ? Uint16Array.from(rowsOf)
        : Uint32Array.from(rowsOf);
  const head = Buffer.alloc(24);
  head.writeBigUInt64LE(1n, 0);
  head.writeBigUInt64LE(BigInt(OWN_DICTIONARY | width), 8);
  head.writeBigUInt64LE(BigInt(max), 16);
  const count = Buffer.alloc(8);
  count.writeBigUInt64LE(BigInt(rows));
  const bytes = new Uint8Array(narrow.buffer, narrow.byteOffset, narrow.byteLength);
  return [head, encodeTexts(dictionary, max), count, bytes];
}

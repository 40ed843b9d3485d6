import { LakeFault } from '../model.ts';

type ArrayKind<T> = { new (buffer: ArrayBuffer): T; readonly BYTES_PER_ELEMENT: number };

/** A block bigger than this is not one of ours: the bytes are damaged or an error text. */
export const BLOCK_BYTES_MAX = 1024 * 1024 * 1024;

/**
 * Reads forward through Native bytes that may still be arriving. When they run out, `short` is set,
 * everything read since is worthless, and the caller rewinds and waits for more.
 */
export class NativeSource {
  bytes: Buffer;
  at = 0;
  short = false;

  constructor(bytes: Buffer = Buffer.alloc(0)) {
    this.bytes = bytes;
  }

  atEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  rewind(to: number): void {
    this.at = to;
    this.short = false;
  }

  /** Drops what was read and appends what arrived. */
  feed(more: readonly Buffer[]): void {
    this.bytes = Buffer.concat([this.bytes.subarray(this.at), ...more]);
    this.at = 0;
  }

  #take(length: number): number {
    if (length > BLOCK_BYTES_MAX) throw new LakeFault('reading Native blocks: damaged answer', 0);
    const from = this.at;
    if (this.short || from + length > this.bytes.length) {
      this.short = true;
      return -1;
    }
    this.at = from + length;
    return from;
  }

  varint(): number {
    let value = 0;
    for (let shift = 1; shift < 2 ** 53; shift *= 128) {
      const from = this.#take(1);
      if (from < 0) return 0;
      const byte = this.bytes[from] ?? 0;
      value += (byte & 0x7f) * shift;
      if (byte < 0x80) return value;
    }
    throw new LakeFault('reading Native blocks: damaged length', 0);
  }

  text(): string {
    const length = this.varint();
    const from = this.#take(length);
    if (from < 0 || length === 0) return '';
    if (length < 24) {
      let text = '';
      for (let i = from; i < from + length; i++) {
        const byte = this.bytes[i] ?? 0;
        if (byte > 0x7f) return this.bytes.toString('utf8', from, from + length);
        text += String.fromCharCode(byte);
      }
      return text;
    }
    return this.bytes.toString('utf8', from, from + length);
  }

  texts(count: number): string[] {
    if (count > BLOCK_BYTES_MAX) throw new LakeFault('reading Native blocks: damaged answer', 0);
    const texts: string[] = [];
    for (let i = 0; i < count && !this.short; i++) texts.push(this.text());
    return texts;
  }

  /** A copy, since typed arrays want aligned memory. Empty when short. */
  array<T>(length: number, Kind: ArrayKind<T>): T {
    const bytes = length * Kind.BYTES_PER_ELEMENT;
    const from = this.#take(bytes);
    if (from < 0) return new Kind(new ArrayBuffer(0));
    const start = this.bytes.byteOffset + from;
    return new Kind((this.bytes.buffer as ArrayBuffer).slice(start, start + bytes));
  }
}

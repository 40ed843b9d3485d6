import type { Mapping } from '../mapping/model.ts';
import { type Charset, type DecodedRow, LIMITS } from '../model.ts';

/** Where a row stands in what was sent: row and message from 1, bytes from 0. */
export type Position = {
  /** Of the whole file, as the batch would number it, but from 1. */
  readonly row: number;
  /** Where the row, or the message that holds it, begins; absent for rows of tables. */
  readonly byte?: number;
  /** Lines from 1, for formats written in lines. */
  readonly line?: number;
  /** The message, bundle or document that holds the row, for formats that have them. */
  readonly message?: number;
  /** Where within it (DecodedRow.position): `OBX[3]`, `Bundle.entry[12].resource`. */
  readonly at?: string;
};

export type Found = { readonly position: Position; readonly row: DecodedRow };

/** From raw bytes (decompressed, any chunks) to rows; every byte belongs to a row, an envelope or is blank. */
export type Decoder = (
  bytes: AsyncIterable<Buffer>,
  charset: Charset,
  mapping?: Mapping,
) => AsyncIterable<Found>;

export type Reader = {
  readonly name: string;
  /** 2: the first bytes say so; 1: only the file's name does; 0: no. */
  readonly claims: (name: string, head: Buffer) => 0 | 1 | 2;
  readonly decode: Decoder;
};

/** How many first bytes a reader may ask to see. */
export const HEAD_BYTES = 4096;

/** Text of the first bytes with mark of order, blanks and MLLP's 0x0B away. */
export const headText = (head: Buffer): string =>
  head
    .subarray(0, HEAD_BYTES)
    .toString('latin1')
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .replace(/^\s+/, '');

/** The reader a file belongs to: what its bytes say goes before its name; ties go to the first. */
export function readerOf(
  readers: readonly Reader[],
  name: string,
  head: Buffer,
): Reader | undefined {
  const plain = name.toLowerCase().replace(/\.gz$/, '');
  let best: { reader: Reader; claim: number } | undefined;
  for (const reader of readers) {
    const claim = reader.claims(plain, head);
    if (claim > (best?.claim ?? 0)) best = { reader, claim };
  }
  return best?.reader;
}

/** A decoder for formats whose file is one document that must be seen whole (FHIR, CDA, XLSX). */
export const documentDecoder = (
  decodeOne: (bytes: Buffer, charset: Charset) => readonly DecodedRow[],
  tooLong: (bytes: Buffer) => DecodedRow,
  bytesMax: number = LIMITS.frameBytesMax,
): Decoder =>
  async function* decode(bytes, charset) {
    const held: Buffer[] = [];
    let size = 0;
    for await (const chunk of bytes) {
      held.push(chunk);
      size += chunk.length;
      if (size > bytesMax) {
        yield { position: { row: 1, byte: 0, message: 1 }, row: tooLong(held[0] ?? chunk) };
        return;
      }
    }
    let row = 0;
    for (const it of decodeOne(Buffer.concat(held), charset)) {
      row++;
      const at = it.position === undefined ? {} : { at: it.position };
      yield { position: { row, byte: 0, message: 1, ...at }, row: it };
    }
  };

import { showBytes } from '../../decode/charset.ts';
import { type Decoder, type Found, headText, type Reader } from '../../decode/readers.ts';
import { type Charset, type DecodedRow, LIMITS } from '../../model.ts';
import { fault } from '../kinds/types.ts';
import { type Piece, piecesOf } from './pieces.ts';
import { decodeMessage } from '../rows.ts';

const TOO_LONG = fault(
  '',
  'row-too-long',
  `此消息超过 ${LIMITS.frameBytesMax} 字节，只保留开头。`,
  `This message is over ${LIMITS.frameBytesMax} bytes; only its beginning is kept.`,
);
const GARBAGE = fault(
  '',
  'not-hl7',
  '此处内容不属于任何 HL7 消息（应以 MSH 段开头）。',
  'What stands here belongs to no HL7 message: one begins with MSH.',
);
const SHOWN_MAX = LIMITS.rowBytesMax;

const broken = (bytes: Buffer, why: DecodedRow['faults'][number]): DecodedRow => ({
  fields: undefined,
  raw: showBytes(bytes.subarray(0, SHOWN_MAX)),
  faults: [why],
});

const A_TEST = '202';
/** Rows of a message. That it is a test (MSH-11) is no fault here: tests are what files are for. */
const rowsOfMessage = (bytes: Buffer, charset: Charset): DecodedRow[] =>
  decodeMessage(bytes, charset, false).map((row) =>
    row.faults[0]?.code === A_TEST ? { ...row, faults: row.faults.slice(1) } : row,
  );

/** How many messages a trailer promises, and how many came: what is missing was lost on the way. */
class Envelope {
  #messages = 0;
  #batches = 0;
  #isInBatch = false;

  message(): void {
    this.#messages++;
  }

  /** A line of the envelope; a row that says so when its count is wrong. */
  line(bytes: Buffer): DecodedRow | undefined {
    const text = showBytes(bytes).replace(/^\s+/, '');
    const name = text.slice(0, 3);
    const said = /^\d{1,9}$/.exec(text.split(text.charAt(3))[1]?.trim() ?? '')?.[0];
    if (name === 'FHS') this.#batches = 0;
    if (name === 'BHS') {
      this.#messages = 0;
      this.#isInBatch = true;
    }
    const counted = name === 'BTS' ? this.#messages : name === 'FTS' ? this.#batches : undefined;
    if (name === 'BTS') {
      this.#batches++;
      this.#messages = 0;
      this.#isInBatch = false;
    }
    const isBare = name === 'FTS' && counted === 0 && !this.#isInBatch;
    if (said === undefined || counted === undefined || isBare || Number(said) === counted)
      return undefined;
    const zh = `批尾（${name}-1）写明 ${said} 条，实际收到 ${counted} 条；请核对是否有消息遗失。`;
    const en = `The trailer (${name}-1) promises ${said}, and ${counted} came: was something lost?`;
    const more = { value: said, allowed: String(counted) };
    return broken(bytes, fault(`${name}-1`, 'batch-count', zh, en, more));
  }
}

const UTF16 = /^(?:\u00ff\u00fe|\u00fe\u00ff)/;
/** A file in UTF-16 (with its mark) as UTF-8, chunk by chunk. */
export async function* asUtf8(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let decoder: TextDecoder | undefined;
  let isFirst = true;
  for await (const chunk of chunks) {
    if (isFirst && UTF16.test(chunk.toString('latin1', 0, 2)))
      decoder = new TextDecoder(chunk[0] === 0xff ? 'utf-16le' : 'utf-16be');
    isFirst = false;
    yield decoder ? Buffer.from(decoder.decode(chunk, { stream: true })) : chunk;
  }
}

/** Rows of one piece; an envelope whose count is right, and blanks, are none. */
function rowsOfPiece(piece: Piece, charset: Charset, envelope: Envelope): DecodedRow[] {
  if (piece.kind === 'blank') return [];
  if (piece.kind === 'envelope') {
    const row = envelope.line(piece.bytes);
    return row ? [row] : [];
  }
  if (piece.kind === 'garbage') return [broken(piece.bytes, GARBAGE)];
  envelope.message();
  if (piece.kind === 'too-long') return [broken(piece.bytes, TOO_LONG)];
  return rowsOfMessage(piece.bytes, charset);
}

/** Messages of a file, in the order they stand; positions are those of the message and its segment. */
export const decodeHl7File: Decoder = async function* decode(chunks, charset) {
  const envelope = new Envelope();
  let row = 0;
  let message = 0;
  for await (const piece of piecesOf(asUtf8(chunks))) {
    if (piece.kind === 'message' || piece.kind === 'too-long') message++;
    for (const it of rowsOfPiece(piece, charset, envelope)) {
      const at = it.position ? { at: it.position } : {};
      const found: Found = {
        position: { row: ++row, byte: piece.from, line: piece.line, message, ...at },
        row: it,
      };
      yield found;
    }
  }
};

const NAMES = /\.(hl7|hl7v2|er7|mllp)$/;
const FIRST = /^(MSH[^\w\s]|FHS[^\w\s]|BHS[^\w\s])/;

export const hl7Reader: Reader = {
  name: 'hl7',
  claims(name, head) {
    const text = UTF16.test(head.toString('latin1', 0, 2))
      ? head.toString('latin1').replaceAll('\0', '').slice(2)
      : headText(head);
    if (FIRST.test(text)) return 2;
    return NAMES.test(name) ? 1 : 0;
  },
  decode: decodeHl7File,
};

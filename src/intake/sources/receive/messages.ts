import { asUtf8 } from '../hl7/files/file.ts';
import { piecesOf } from '../hl7/files/pieces.ts';
import { decodeMessage } from '../hl7/rows.ts';
import { type Charset, LIMITS, ROW_FLAGS } from '../model.ts';
import type { BlockWriter } from './writer.ts';

/**
 * HL7 v2 messages in a body, one after the other or in batches: each is kept as it came, a block of
 * its own, counted as the rows it decodes to. What belongs to no message becomes a row for the
 * quarantine; lines of an envelope are kept and count none.
 */
export async function writeMessages(
  body: AsyncIterable<Buffer>,
  charset: Charset,
  writer: BlockWriter,
  after: () => Promise<void>,
): Promise<void> {
  for await (const { kind, bytes } of piecesOf(asUtf8(body))) {
    if (kind === 'blank') continue;
    const kept = Buffer.from(bytes);
    const start = kept.subarray(0, LIMITS.rowBytesMax);
    if (kind === 'envelope') writer.keep(kept, 'hl7');
    else if (kind === 'garbage') writer.add(start, ROW_FLAGS.badFrame);
    else if (kind === 'too-long') writer.add(start, ROW_FLAGS.tooLong);
    else writer.document(kept, decodeMessage(kept, charset, false).length);
    await writer.room();
    await after();
  }
}

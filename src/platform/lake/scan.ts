import type { Readable } from 'node:stream';
import { codeIn, LakeGone } from './client.ts';
import { LakeFault, type NativeBlock } from './model.ts';
import { readBlock } from './native/decode.ts';
import { NativeSource } from './native/source.ts';

/**
 * Bytes gathered before a block is tried again: keeps big blocks from being parsed over and
 * over.
 */
const GATHER_BYTES = 256 * 1024;

/**
 * Blocks of a streamed Native answer, one after the other. While `onBlock` works nothing is read,
 * so the sender waits. Throws LakeFault when the server breaks off in the middle.
 */
export async function readBlocks(
  answer: Readable,
  onBlock: (block: NativeBlock) => void | Promise<void>,
): Promise<number> {
  const source = new NativeSource();
  let rows = 0;
  let gathered: Buffer[] = [];
  let bytes = 0;
  let wanted = GATHER_BYTES;
  const take = async (): Promise<void> => {
    source.feed(gathered);
    gathered = [];
    bytes = 0;
    while (!source.atEnd()) {
      const block = readBlock(source);
      if (!block) break;
      rows += block.rows;
      if (block.rows > 0) await onBlock(block);
    }
    // What is left is part of one block: ask for as much again before trying anew.
    wanted = Math.max(GATHER_BYTES, source.bytes.length - source.at);
  };
  try {
    for await (const chunk of answer) {
      gathered.push(chunk);
      bytes += chunk.length;
      if (bytes >= wanted) await take();
    }
  } catch (cause) {
    if (cause instanceof LakeFault || !isCut(cause)) throw cause;
    throw new LakeGone('scanning the lake: the answer was cut off', { cause });
  }
  await take();
  if (source.atEnd()) return rows;
  const rest = source.bytes.subarray(source.at).toString();
  throw new LakeFault('scanning the lake: it broke off', codeIn(rest), {
    cause: new Error(/Code: \d+\. DB::Exception.*/.exec(rest)?.[0] ?? 'the answer was cut off'),
  });
}

const isCut = (cause: unknown): boolean =>
  ['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'EPIPE'].includes(
    (cause as NodeJS.ErrnoException).code ?? '',
  );

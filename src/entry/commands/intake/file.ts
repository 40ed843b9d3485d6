import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { createGunzip } from 'node:zlib';
import { fileReader, HEAD_BYTES, LIMITS, type Reader, readerNamed } from '#intake/sources/index.ts';

/** The file cannot be opened, or nobody knows its format; the message says which and names no content. */
export class UnreadableFile extends Error {
  constructor(why: string, options?: ErrorOptions) {
    super(why, options);
    this.name = 'UnreadableFile';
  }
}

const isGzip = (head: Buffer): boolean => head[0] === 0x1f && head[1] === 0x8b;
const RATIO_FREE_BYTES = 2 ** 20;

const reasonOf = (cause: unknown): string => {
  const code = (cause as NodeJS.ErrnoException)?.code ?? '';
  if (code === 'ENOENT') return 'there is no such file · 没有此文件';
  if (code === 'EISDIR') return 'this is a folder · 这是文件夹';
  if (code === 'EACCES') return 'it may not be read · 没有读取权限';
  if (code.startsWith('Z_')) return 'the gzip is damaged · gzip 已损坏';
  return code || 'it cannot be read · 无法读取';
};

/** Bytes of a stream, with its faults as UnreadableFile. */
async function* bytesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* stream;
  } catch (cause) {
    throw new UnreadableFile(reasonOf(cause), { cause });
  }
}

/** The first bytes, at least so many when there are, and everything with them. */
async function peek(
  bytes: AsyncGenerator<Buffer>,
  wanted: number,
): Promise<{ head: Buffer; all: AsyncGenerator<Buffer> }> {
  const held: Buffer[] = [];
  let size = 0;
  while (size < wanted) {
    const next = await bytes.next();
    if (next.done) break;
    held.push(next.value);
    size += next.value.length;
  }
  const head = Buffer.concat(held);
  const all = async function* (): AsyncGenerator<Buffer> {
    if (head.length > 0) yield head;
    yield* bytes;
  };
  return { head, all: all() };
}

/** Gzip unfolded, as far as the door would: an archive that unfolds too far is no data. */
async function* unfolded(packed: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  let sent = 0;
  let out = 0;
  const gunzip = createGunzip();
  const feed = async (): Promise<void> => {
    for await (const chunk of packed) {
      sent += chunk.length;
      if (!gunzip.write(chunk)) await new Promise((resolve) => gunzip.once('drain', resolve));
    }
    gunzip.end();
  };
  feed().catch((cause: Error) => gunzip.destroy(cause));
  for await (const chunk of bytesOf(gunzip)) {
    out += chunk.length;
    if (out > RATIO_FREE_BYTES && out > sent * LIMITS.gzipRatioMax) {
      gunzip.destroy();
      throw new UnreadableFile('the gzip unfolds too far · gzip 展开过大');
    }
    yield chunk;
  }
}

/** Opens a file (`-`: stdin) and finds who reads it. Throws UnreadableFile. */
export async function openFile(
  file: string,
  format: string | undefined,
): Promise<{ reader: Reader; bytes: AsyncGenerator<Buffer> }> {
  const stream: AsyncIterable<Buffer> = file === '-' ? process.stdin : createReadStream(file);
  const packed = await peek(bytesOf(stream), 2);
  const plain = isGzip(packed.head) ? unfolded(packed.all) : packed.all;
  const { head, all } = await peek(plain, HEAD_BYTES);
  if (head.length === 0) throw new UnreadableFile('it is empty · 文件为空');
  const reader = format === undefined ? fileReader(basename(file), head) : readerNamed(format);
  if (!reader)
    throw new UnreadableFile('its format is not known; say it with --format · 无法判断格式');
  return { reader, bytes: all };
}

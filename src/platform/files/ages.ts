import { type FileHandle, open, unlink } from 'node:fs/promises';
import { HEADER_BYTES, lengthAt } from './block.ts';
import { syncFolder } from './durable.ts';
import { readEnd } from './end.ts';
import { byteOf, fileNoOf, fileNosOf, offsetOf, pathOf } from './folder.ts';
import { LogFault, type Offset } from './model.ts';

/** A file of the log from outside: when its blocks arrived, how many rows, which keys sealed it. */
export type LogFileAge = {
  readonly fileNo: number;
  /** Where the next file's first block begins: what a cursor must have reached. */
  readonly next: Offset;
  readonly bytes: number;
  readonly rows: number;
  /** Epoch ms of the first and the last block; 0 when it has none. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** The first five bytes of every sealed payload, in hex, once each. */
  readonly headers: readonly string[];
  /** The writer still appends here. */
  readonly isLast: boolean;
};

const SEALED = 2;
const SEAL_HEADER_BYTES = 5;
/** Header, names of batch and format, and the first bytes under the seal. */
const LOOK_BYTES = HEADER_BYTES + 128 + SEAL_HEADER_BYTES;

async function ageOf(dir: string, fileNo: number, end: Offset | undefined): Promise<LogFileAge> {
  const file = await open(pathOf(dir, fileNo), 'r');
  try {
    const { size } = await file.stat();
    const isLast = end === undefined || fileNoOf(end) <= fileNo;
    const bytes = isLast && end !== undefined ? byteOf(end) : size;
    return { fileNo, next: offsetOf(fileNo + 1, 0), bytes, isLast, ...(await look(file, bytes)) };
  } finally {
    await file.close();
  }
}

async function look(
  file: FileHandle,
  bytes: number,
): Promise<Pick<LogFileAge, 'rows' | 'firstAt' | 'lastAt' | 'headers'>> {
  const head = Buffer.alloc(LOOK_BYTES);
  const headers = new Set<string>();
  let [rows, firstAt, lastAt, at] = [0, 0, 0, 0];
  while (at < bytes) {
    const { bytesRead } = await file.read(head, 0, LOOK_BYTES, at);
    const length = lengthAt(head.subarray(0, bytesRead), 0);
    if (length === undefined) throw new LogFault(`no block begins at byte ${at} of the log`);
    lastAt = head.readDoubleLE(16);
    firstAt ||= lastAt;
    rows += head.readUInt32LE(28);
    const payload = HEADER_BYTES + head.readUInt8(44) + head.readUInt8(45);
    if (head.readUInt8(5) & SEALED)
      headers.add(head.toString('hex', payload, payload + SEAL_HEADER_BYTES));
    at += length;
  }
  return { rows, firstAt, lastAt, headers: [...headers] };
}

/** Every file of the log, oldest first. Reads headers only; may be asked in any process. */
export async function logAges(dir: string): Promise<LogFileAge[]> {
  const end = await readEnd(dir);
  const ages: LogFileAge[] = [];
  for (const fileNo of await fileNosOf(dir)) ages.push(await ageOf(dir, fileNo, end));
  return ages;
}

/**
 * Whether a file may go: all of it arrived before `at`, the consumer has passed it, and the writer
 * has left it.
 */
export const isOutlived = (file: LogFileAge, at: number, cursor: Offset): boolean =>
  !file.isLast && file.lastAt < at && cursor >= file.next;

/**
 * Unlinks outlived files, oldest first and none after the first that stays: a crash in between
 * leaves a log that only begins later. Safe beside the writer and its readers, who begin where the
 * log begins. Returns what went.
 */
export async function dropOutlived(dir: string, at: number, cursor: Offset): Promise<LogFileAge[]> {
  const gone: LogFileAge[] = [];
  for (const file of await logAges(dir)) {
    if (!isOutlived(file, at, cursor)) break;
    await unlink(pathOf(dir, file.fileNo));
    gone.push(file);
  }
  if (gone.length > 0) await syncFolder(dir);
  return gone;
}

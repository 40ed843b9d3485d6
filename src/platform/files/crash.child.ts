/** Appends without end and prints one line per answer: what the crash test kills. */
import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { isBusy, openLog } from './index.ts';

const [dir = '', sizeMax = '5000'] = process.argv.slice(2);
const log = await openLog(dir, { fileBytesMax: 1_000_000, compress: false });
let no = 0;
const produce = async (): Promise<void> => {
  for (;;) {
    const bytes = randomBytes(1 + Math.floor(Math.random() * Number(sizeMax)));
    const answer = await log.append({
      batch: 'b',
      source: 1,
      format: 'raw',
      rows: 1,
      flags: 0,
      receivedAt: 0,
      firstRow: no++,
      bytes,
    });
    process.stdout.write(
      isBusy(answer) ? `busy ${answer.why}\n` : `kept ${answer.offset} ${crc32(bytes)}\n`,
    );
  }
};
await Promise.all(Array.from({ length: 8 }, produce));

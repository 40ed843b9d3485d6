import { type Block, type Log } from '#platform/files/index.ts';
import { decodeBlock } from '../../decode/block.ts';
import { type Decoder, type Found, headText, type Reader } from '../../decode/readers.ts';
import type { Mapping } from '../../mapping/model.ts';
import type { Charset, Format } from '../../model.ts';
import { opened, utf16Of } from '../../tables/dialect.ts';
import { knowsOf } from '../heading.ts';
import { cutRows, stopOf } from '../receive.ts';
import { wholeFile, writeTable } from '../table.ts';
import { BlockWriter } from '../writer.ts';

type Taken = { readonly block: Block; readonly take: () => void };

/** A log that keeps nothing: blocks go to whoever reads, and the writer waits until they are taken. */
class Passing implements Pick<Log, 'append'> {
  #waiting: Taken[] = [];
  #isOver = false;
  #wake: (() => void) | undefined;

  append(block: Block): Promise<{ offset: number; next: number }> {
    return new Promise((resolve) => {
      this.#waiting.push({ block, take: () => resolve({ offset: 0, next: 0 }) });
      this.#wake?.();
    });
  }

  over(): void {
    this.#isOver = true;
    this.#wake?.();
  }

  async *blocks(): AsyncGenerator<Block> {
    for (;;) {
      const next = this.#waiting.shift();
      if (next) {
        next.take();
        yield next.block;
      } else if (this.#isOver) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

type Ask = { format: Format; charset: Charset; mapping: Mapping | undefined };

/** What the door does with a body of this format, into a log that keeps nothing. */
async function write(ask: Ask, bytes: AsyncIterable<Buffer>, log: Passing): Promise<void> {
  const { head, body } = await opened(whole(bytes));
  const table = ask.format === 'xlsx' || ask.format === 'parquet' ? ask.format : undefined;
  const format = table ? 'csv' : ask.format;
  const charset = table || utf16Of(head) ? 'utf-8' : ask.charset;
  const writer = new BlockWriter(log, { batch: '', source: 0, format, charset }, () => 0);
  try {
    if (table) {
      const file = await wholeFile(body, table, writer);
      const sheet = ask.mapping?.sheet ?? undefined;
      await writeTable(file, table, writer, { knows: knowsOf(ask.mapping), sheet });
    } else {
      const end = await cutRows(ask, head, body, writer, async () => undefined);
      end(true);
    }
  } finally {
    await writer.finish();
  }
}

async function* whole(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield* bytes;
}

/** Rows of a file in rows, cut, counted and decoded as an upload of the same bytes would be. */
const decoderOf = (format: Format): Decoder =>
  async function* decode(bytes, charset, mapping) {
    const log = new Passing();
    let failure: unknown;
    const writing = write({ format, charset, mapping }, bytes, log)
      .catch((cause: unknown) => {
        failure = cause;
      })
      .finally(() => log.over());
    let row = 0;
    for await (const block of log.blocks())
      for (const it of decodeBlock(block, mapping)) {
        const at = it.position === undefined ? {} : { at: it.position };
        yield { position: { row: ++row, ...at }, row: it };
      }
    await writing;
    if (failure) yield stopped(failure, row + 1);
  };

/** Why nothing more was read, as a row of its own; what is no fault of the file is thrown. */
function stopped(failure: unknown, row: number): Found {
  const { refusal } = stopOf(failure);
  if (!refusal) throw failure;
  const faults = [{ path: '', code: refusal.code, text: refusal.text }];
  return { position: { row }, row: { fields: undefined, raw: '', faults } };
}

const NAMED: Readonly<Record<string, RegExp>> = {
  ndjson: /\.(ndjson|jsonl)$/,
  json: /\.json$/,
  csv: /\.(csv|tsv|txt)$/,
  xlsx: /\.xlsx?$/,
  parquet: /\.parquet$/,
};

const ZIP_OR_OLE = ['PK\u0003\u0004', '\u00d0\u00cf\u0011\u00e0'];

/** What the first bytes say: a zip or Parquet's mark, an array, an object, or nothing. */
function saysItself(format: Format, head: Buffer): boolean {
  const text = headText(head);
  // An old binary workbook comes here too, to be told what to save it as.
  if (format === 'xlsx') return ZIP_OR_OLE.some((it) => text.startsWith(it));
  if (format === 'parquet') return text.startsWith('PAR1');
  if (format === 'json') return text.startsWith('[');
  return format === 'ndjson' && /^\{.*\}\s*\n\s*\{/.test(text);
}

export const tableReader = (format: Format): Reader => ({
  name: format,
  claims(name, head) {
    if (saysItself(format, head)) return 2;
    return NAMED[format]?.test(name) ? 1 : 0;
  },
  decode: decoderOf(format),
});

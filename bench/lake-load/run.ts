/**
 * What the two stores under intake can take on this machine, alone:
 *   node bench/lake-load/run.ts [--rows 2000000] [--seconds 4]
 * Prints: encoding and decoding of Native, the lake's bulk load (both orders, fsynced), and the log's
 * durable appends. The intake bench sets its rows/s against `lake load`.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isBusy, openLog } from '#platform/files/index.ts';
import { decodeNative, DURABLE_TABLE, encodeNative, openLake } from '#platform/lake/index.ts';
import type { NativeColumn } from '#platform/lake/index.ts';
import { report } from '../kit.ts';

const { values: args } = parseArgs({
  options: { rows: { type: 'string' }, seconds: { type: 'string' }, home: { type: 'string' } },
});
const ROWS = Number(args.rows ?? 2_000_000);
const SECONDS = Number(args.seconds ?? 4);
const SEGMENT_ROWS = 250_000;

const say = (what: string, figure: string): void => {
  console.log(`${what.padEnd(46)} ${figure}`);
  report({ promise: what, measured: figure, limit: '', ratio: undefined, kept: undefined });
};
const perSecond = (count: number, ms: number): string =>
  `${Math.round((count / ms) * 1000).toLocaleString('en')}/s`;

/** Ten columns of admitted records over four weeks. */
function segment(first: number): NativeColumn[] {
  const each = (f: (i: number) => number): Float64Array =>
    Float64Array.from({ length: SEGMENT_ROWS }, (_, i) => f(first + i));
  const texts = (f: (i: number) => string): string[] =>
    Array.from({ length: SEGMENT_ROWS }, (_, i) => f(first + i));
  const LC = 'LowCardinality(String)';
  return [
    { name: 'id', type: 'UInt64', values: each((i) => 2 ** 40 + i) },
    { name: 'kind', type: 'UInt8', values: Uint8Array.from(each((i) => i % 12)) },
    { name: 'at', type: 'DateTime64(3)', values: each((i) => 1.763e12 + (i % 28) * 8.64e7 + i) },
    { name: 'person', type: 'UInt64', values: each((i) => (i * 7919) % 100_000) },
    { name: 'unit', type: 'UInt32', values: Int32Array.from(each((i) => i % 777)) },
    { name: 'place', type: 'UInt32', values: Int32Array.from(each((i) => (i * 31) % 5000)) },
    { name: 'temperature', type: 'Float64', values: each((i) => 36 + (i % 40) / 10) },
    { name: 'area', type: LC, values: texts((i) => `3201020${10000 + (i % 500)}`) },
    { name: 'icd10', type: LC, values: texts((i) => (i % 3 ? 'J11.1' : '')) },
    {
      name: 'complaint',
      type: 'String',
      values: texts((i) => (i % 4 ? '发热咳嗽三天' : `fever ${i}`)),
    },
  ];
}

async function lakeLoad(home: string): Promise<void> {
  const lake = await openLake({ home });
  const columns = `(id UInt64, kind UInt8, at DateTime64(3, 'UTC') CODEC(Delta, ZSTD), person UInt64,
    unit UInt32, place UInt32, temperature Float64, area LowCardinality(String),
    icd10 LowCardinality(String), complaint String CODEC(ZSTD))`;
  const table = (name: string, order: string): string =>
    `CREATE TABLE ${name} ${columns} ENGINE = MergeTree PARTITION BY toMonday(at)
     ORDER BY (${order}, at) SETTINGS index_granularity = 1024, ${DURABLE_TABLE}`;
  await lake.run(table('records', 'person'));
  await lake.run(table('by_place', 'place'));
  await lake.run('CREATE MATERIALIZED VIEW v TO by_place AS SELECT * FROM records');
  const paths: string[] = [];
  let encodeMs = 0;
  let decodeMs = 0;
  for (let first = 0; first < ROWS; first += SEGMENT_ROWS) {
    const block = segment(first);
    const t0 = performance.now();
    const bytes = encodeNative(block, SEGMENT_ROWS);
    const t1 = performance.now();
    decodeNative(bytes);
    encodeMs += t1 - t0;
    decodeMs += performance.now() - t1;
    const path = join(home, `${first}.native`);
    await writeFile(path, bytes);
    paths.push(path);
  }
  const rows = paths.length * SEGMENT_ROWS;
  say('Native encode, 10 columns, rows', perSecond(rows, encodeMs));
  say('Native decode, 10 columns, rows', perSecond(rows, decodeMs));
  const start = performance.now();
  for (const [i, path] of paths.entries()) await lake.insertFile('records', path, `segment-${i}`);
  say(
    `lake load, both orders, fsynced, ${SEGMENT_ROWS} a file, rows`,
    perSecond(rows, performance.now() - start),
  );
  const [count] = await lake.query<{ n: number }>('SELECT count() AS n FROM by_place');
  if (count?.n !== rows) throw new Error(`${count?.n} rows arrived of ${rows}`);
  const scan = performance.now();
  let sum = 0;
  await lake.scanNative(
    'SELECT id, person, at, area FROM records',
    {},
    (b) => void (sum += b.rows),
  );
  say('lake scan, 4 columns, rows', perSecond(sum, performance.now() - scan));
  const times: number[] = [];
  for (let i = 0; i < 100; i++) {
    const asked = performance.now();
    await lake.query('SELECT * FROM records WHERE person = {p:UInt64} ORDER BY at', { p: i * 13 });
    times.push(performance.now() - asked);
  }
  times.sort((a, b) => a - b);
  say(
    'everything about one person, p50 / p95',
    `${times[50]?.toFixed(1)} / ${times[95]?.toFixed(1)} ms`,
  );
  await lake.stop();
}

async function logAppend(
  dir: string,
  what: string,
  producers: number,
  bytes: Buffer,
  rows: number,
): Promise<void> {
  const log = await openLog(dir);
  const until = performance.now() + SECONDS * 1000;
  let blocks = 0;
  const produce = async (): Promise<void> => {
    while (performance.now() < until) {
      const answer = await log.append({
        batch: '01JD0000000000000000AB',
        source: 1,
        format: 'ndjson',
        rows,
        flags: 0,
        receivedAt: 0,
        firstRow: 0,
        bytes,
      });
      if (!isBusy(answer)) blocks++;
    }
  };
  await Promise.all(Array.from({ length: producers }, produce));
  say(
    what,
    `${perSecond(blocks, SECONDS * 1000)}, rows ${perSecond(blocks * rows, SECONDS * 1000)}`,
  );
  const start = performance.now();
  let read = 0;
  for await (const block of log.readFrom(0)) {
    read += block.bytes.length;
    if (performance.now() - start > 1000) break;
  }
  const readMs = performance.now() - start;
  say('  read back', `${Math.round(read / readMs / 1000)} MB/s`);
  await log.close();
  await rm(dir, { recursive: true });
}

const home = await mkdtemp(join(args.home ?? tmpdir(), 'fenghuo-bench-'));
try {
  await lakeLoad(home);
  const line = (): string =>
    `{"idNo":"${randomBytes(9).toString('hex')}","at":"2026-01-05T08:00:00+08:00","temperature":38.2,"complaint":"发热咳嗽三天"}\n`;
  const block = Buffer.from(Array.from({ length: 500 }, line).join(''));
  await logAppend(join(home, 'a'), 'log, 16 producers × 500 rows, messages', 16, block, 500);
  await logAppend(
    join(home, 'b'),
    'log, 16 producers × 1 row, messages',
    16,
    Buffer.from(line()),
    1,
  );
  await logAppend(join(home, 'c'), 'log, 1 producer × 1 row, messages', 1, Buffer.from(line()), 1);
} finally {
  await rm(home, { recursive: true, force: true });
}

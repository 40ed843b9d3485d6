/** What every lake must do, embedded or server: run by embedded.test.ts and server.test.ts. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import * as fc from 'fast-check';
import { decodeNative, DURABLE_TABLE, encodeNative, LakeFault } from './index.ts';
import type { Lake, NativeBlock, NativeColumn } from './index.ts';

const WINDOW = `SETTINGS ${DURABLE_TABLE}`;

/** One segment as Native: `rows` records over three weeks, so that it meets several partitions. */
export const aSegment = (rows: number, firstId = 0): Buffer =>
  encodeNative(
    [
      { name: 'id', type: 'UInt64', values: Array.from({ length: rows }, (_, i) => firstId + i) },
      {
        name: 'at',
        type: 'DateTime64(3)',
        values: Array.from({ length: rows }, (_, i) => 1_763_000_000_000 + (i % 21) * 86_400_000),
      },
      { name: 'person', type: 'UInt64', values: Array.from({ length: rows }, (_, i) => i % 97) },
      { name: 'place', type: 'UInt32', values: Array.from({ length: rows }, (_, i) => i % 31) },
      {
        name: 'area',
        type: 'LowCardinality(String)',
        values: Array.from({ length: rows }, (_, i) => `3201020${10000 + (i % 50)}`),
      },
    ],
    rows,
  );

/**
 * Two orders of the same records, the second by materialized view: as intake/records will have
 * them.
 */
export const twoOrders = (name: string): { name: string; sql: string }[] => {
  const columns =
    "(id UInt64, at DateTime64(3, 'UTC'), person UInt64, place UInt32, area LowCardinality(String))";
  return [
    {
      name: `${name} by person`,
      sql: `CREATE TABLE IF NOT EXISTS ${name} ${columns} ENGINE = MergeTree
            PARTITION BY toMonday(at) ORDER BY (person, at) ${WINDOW}`,
    },
    {
      name: `${name} by place`,
      sql: `CREATE TABLE IF NOT EXISTS ${name}_by_place ${columns} ENGINE = MergeTree
            PARTITION BY toMonday(at) ORDER BY (place, at) ${WINDOW}`,
    },
    {
      name: `${name} view`,
      sql: `CREATE MATERIALIZED VIEW IF NOT EXISTS ${name}_view TO ${name}_by_place AS
            SELECT * FROM ${name}`,
    },
  ];
};

export const countsOf = async (lake: Lake, name: string): Promise<number[]> => {
  const rows = await lake.query<{ n: number; ids: number }>(
    `SELECT count() AS n, uniqExact(id) AS ids FROM ${name}
     UNION ALL SELECT count() AS n, uniqExact(id) AS ids FROM ${name}_by_place`,
  );
  return rows.flatMap((row) => [row.n, row.ids]);
};

type Check = (lake: Lake, dir: string) => Promise<void>;

const CHECKS: Record<string, Check> = {
  'answers with typed rows and binds every kind of parameter': async (lake) => {
    const text = "o'Neil\\ \t\n張三 {x:UInt8} -- ?";
    const sql = `SELECT {s:String} AS s, {n:UInt64} AS n, {f:Float64} AS f, {ns:Array(UInt64)} AS ns,
      {ss:Array(String)} AS ss, '{s:String}' AS kept, toUInt64(9007199254740991) AS big`;
    const params = { s: text, n: 2 ** 53 - 1, f: -0.5, ns: [1, 2 ** 40], ss: [text, "'", ''] };
    const [row] = await lake.query<Record<string, unknown>>(sql, params);
    assert.deepEqual(row, { ...params, kept: '{s:String}', big: 2 ** 53 - 1 });
    assert.deepEqual(await lake.query('SELECT 1 AS a WHERE 0'), []);
  },
  'keeps the parameters of questions asked together apart': async (lake) => {
    const ask = (n: number): Promise<{ n: number }[]> =>
      lake.query<{ n: number }>('SELECT {n:UInt32} + 0 * sleep(0.01) AS n', { n });
    const answers = await Promise.all(Array.from({ length: 60 }, (_, n) => ask(n)));
    assert.deepEqual(
      answers.map(([row]) => row?.n),
      Array.from({ length: 60 }, (_, n) => n),
    );
  },
  "fails with ClickHouse's own text and code": async (lake) => {
    await assert.rejects(lake.query('SELECT nothing'), (cause) => {
      assert.ok(cause instanceof LakeFault && cause.code === 47);
      return /nothing/.test(String((cause.cause as Error).message));
    });
    await assert.rejects(lake.query('SELECT {x:UInt8}'), (c) => (c as LakeFault).code === 456);
  },
  'stops a question that runs or answers too much': async (lake) => {
    const endless = 'SELECT sum(sipHash64(number)) AS s FROM numbers(1000000000000)';
    await assert.rejects(
      lake.query(endless, {}, { timeoutMs: 300 }),
      (c) => (c as LakeFault).code === 159,
    );
    const big = 'SELECT toString(number) AS s FROM numbers(1000000)';
    await assert.rejects(
      lake.query(big, {}, { resultBytesMax: 100_000 }),
      (c) => (c as LakeFault).code === 396,
    );
    assert.equal((await lake.query(big)).length, 1_000_000);
  },
  'runs each migration once': async (lake) => {
    const steps = twoOrders('once');
    assert.deepEqual(
      await lake.migrate(steps),
      steps.map((s) => s.name),
    );
    assert.deepEqual(await lake.migrate(steps), []);
  },
  'loads a file once, however often its token comes, view included': async (lake, dir) => {
    await lake.migrate(twoOrders('visits'));
    const path = join(dir, "it's a segment.native");
    await writeFile(path, aSegment(20_000));
    await lake.insertFile('visits', path, 'segment-1');
    await lake.insertFile('visits', path, 'segment-1');
    assert.deepEqual(await countsOf(lake, 'visits'), [20_000, 20_000, 20_000, 20_000]);
    await writeFile(path, aSegment(20_000, 20_000));
    await Promise.all(
      Array.from({ length: 4 }, () => lake.insertFile('visits', path, 'segment-2')),
    );
    assert.deepEqual(await countsOf(lake, 'visits'), [40_000, 40_000, 40_000, 40_000]);
    await assert.rejects(lake.insertFile('visits; DROP', path, 'x'), LakeFault);
    await assert.rejects(lake.insertFile('visits', join(dir, 'missing.native'), 'x'));
  },
  'makes a table and what its views write durable before it loads': async (lake, dir) => {
    await lake.run('CREATE TABLE lossy (id UInt64) ENGINE = MergeTree ORDER BY id');
    await lake.run('CREATE TABLE lossy_by_place (id UInt64) ENGINE = MergeTree ORDER BY id');
    await lake.run('CREATE MATERIALIZED VIEW lossy_view TO lossy_by_place AS SELECT * FROM lossy');
    const path = join(dir, 'lossy.native');
    await writeFile(path, encodeNative([{ name: 'id', type: 'UInt64', values: [1, 2] }], 2));
    await lake.insertFile('lossy', path, 'first');
    await lake.insertFile('lossy', path, 'first');
    assert.deepEqual(await countsOf(lake, 'lossy'), [2, 2, 2, 2]);
    const [durable] = await lake.query<{ n: number }>(
      `SELECT count() AS n FROM system.tables WHERE startsWith(name, 'lossy')
       AND create_table_query LIKE '%fsync_after_insert = 1, fsync_part_directory = 1%'`,
    );
    assert.equal(durable?.n, 2);
  },
  'streams a scan in blocks and stops when the reader throws': async (lake) => {
    let sum = 0;
    let blocks = 0;
    const sql = 'SELECT number AS n, toString(number % {m:UInt8}) AS s FROM numbers(3000000)';
    const rows = await lake.scanNative(sql, { m: 7 }, async (block) => {
      const n = block.numbers('n');
      for (let i = 0; i < block.rows; i++) sum += n[i] ?? 0;
      assert.equal(block.texts('s')[1], String((n[1] ?? 0) % 7));
      if (blocks++ % 10 === 0) await new Promise(setImmediate);
    });
    assert.equal(rows, 3_000_000);
    assert.equal(sum, (2_999_999 * 3_000_000) / 2);
    assert.ok(blocks > 5);
    const enough = new Error('enough');
    await assert.rejects(
      lake.scanNative(sql, { m: 7 }, () => Promise.reject(enough)),
      (c) => c === enough,
    );
    const late = 'SELECT throwIf(number > 2000000) AS x FROM numbers(3000000)';
    await assert.rejects(
      lake.scanNative(late, {}, () => {}),
      LakeFault,
    );
    assert.equal(await lake.scanNative('SELECT 1 AS x WHERE 0', {}, () => {}), 0);
  },
  'takes and gives back every type of column': async (lake, dir) => {
    await lake.run(`CREATE TABLE IF NOT EXISTS types (k UInt32, a UInt8, b UInt16, c UInt64, d Int32,
      e Float32, f Float64, g DateTime64(3, 'UTC'), h Date, i String, j LowCardinality(String),
      l LowCardinality(String), m String) ENGINE = MergeTree ORDER BY k ${WINDOW}`);
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(aRow, { minLength: 1, maxLength: 60 }), async (rows) => {
        const path = join(dir, 'types.native');
        const block = encodeNative(columnsOf(rows), rows.length);
        assert.deepEqual(plain(decodeNative(block)[0]), given(rows));
        await writeFile(path, block);
        await lake.run('TRUNCATE TABLE types');
        await lake.insertFile('types', path, `types-${run++}`);
        const back: NativeBlock[] = [];
        await lake.scanNative('SELECT * FROM types ORDER BY k', {}, (b) => void back.push(b));
        assert.deepEqual(plain(back[0]), given(rows));
      }),
      { numRuns: 25 },
    );
  },
};

const word = fc.string({ unit: 'grapheme', maxLength: 60 });
const aRow = fc.record({
  a: fc.nat(0xff),
  b: fc.nat(0xffff),
  c: fc.maxSafeNat(),
  d: fc.integer(),
  e: fc.float(),
  f: fc.double(),
  g: fc.integer({ min: -2_208_988_800_000, max: 10_413_791_999_999 }),
  h: fc.nat(0xffff),
  i: fc.oneof(word, fc.constant('x'.repeat(200)), fc.constant('长'.repeat(43))),
  j: fc.constantFrom('', 'J11', '发热'),
  l: fc.nat(3),
});
type Row = typeof aRow extends fc.Arbitrary<infer T> ? T : never;
const DICTIONARY = ['', 'red', '黄', 'x'.repeat(130)];

function columnsOf(rows: readonly Row[]): NativeColumn[] {
  const codes = Uint8Array.from(rows, (r) => r.l);
  return [
    { name: 'k', type: 'UInt32', values: rows.map((_, i) => i) },
    { name: 'a', type: 'UInt8', values: rows.map((r) => r.a) },
    { name: 'b', type: 'UInt16', values: Uint16Array.from(rows, (r) => r.b) },
    { name: 'c', type: 'UInt64', values: Float64Array.from(rows, (r) => r.c) },
    { name: 'd', type: 'Int32', values: Int32Array.from(rows, (r) => r.d) },
    { name: 'e', type: 'Float32', values: rows.map((r) => r.e) },
    { name: 'f', type: 'Float64', values: Float64Array.from(rows, (r) => r.f) },
    { name: 'g', type: 'DateTime64(3)', values: rows.map((r) => r.g) },
    { name: 'h', type: 'Date', values: rows.map((r) => r.h) },
    { name: 'i', type: 'String', values: rows.map((r) => r.i) },
    { name: 'j', type: 'LowCardinality(String)', values: rows.map((r) => r.j) },
    { name: 'l', type: 'LowCardinality(String)', values: { dictionary: DICTIONARY, codes } },
    { name: 'm', type: 'String', values: { dictionary: DICTIONARY, codes } },
  ];
}

type Plain = Record<string, (number | string)[]>;
const given = (rows: readonly Row[]): Plain =>
  Object.fromEntries(
    columnsOf(rows).map(({ name, values }) => [
      name,
      'codes' in values
        ? Array.from(values.codes, (code) => values.dictionary[code] ?? '')
        : Array.from(values as ArrayLike<number | string>),
    ]),
  );
const plain = (block: NativeBlock | undefined): Plain =>
  Object.fromEntries(
    (block?.columns ?? []).map(({ name, values }) => [
      name,
      Array.from<number | string>(values as ArrayLike<number | string>),
    ]),
  );

export async function lakeSuite(t: TestContext, lake: Lake, dir: string): Promise<void> {
  for (const [sentence, check] of Object.entries(CHECKS)) {
    await t.test(`the ${lake.kind} lake ${sentence}`, () => check(lake, dir));
  }
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parquetOf } from '../../../../tests/builders/parquet.ts';
import { TableRefused } from './model.ts';
import { readParquet } from './parquet.ts';

const COLUMNS = [
  { name: '姓名', type: 'text', values: ['张三', '李四, "小"'] },
  { name: '体温', type: 'number', values: [36.6, 38] },
  { name: '日期', type: 'day', values: [20_758, 20_759] },
] as const;

async function rowsOf(bytes: Buffer): Promise<(readonly string[])[]> {
  const rows: (readonly string[])[] = [];
  for await (const it of readParquet(bytes)) rows.push(it.cells);
  return rows;
}
async function codeOf(bytes: Buffer): Promise<string> {
  try {
    await rowsOf(bytes);
    return 'taken';
  } catch (cause) {
    assert.ok(cause instanceof TableRefused, String(cause));
    return cause.refusal.code;
  }
}

test('a flat Parquet is a heading and rows of texts', async () => {
  assert.deepEqual(await rowsOf(parquetOf(COLUMNS)), [
    ['姓名', '体温', '日期'],
    ['张三', '36.6', '2026-11-01'],
    ['李四, "小"', '38', '2026-11-02'],
  ]);
});

test('an instant keeps its zone, a local time has none and is the city’s', async () => {
  const at = Date.UTC(2026, 10, 1, 8, 30);
  const columns = [
    { name: 'utc', type: 'utc', values: [at - 8.5 * 3_600_000] },
    { name: 'local', type: 'local', values: [at] },
  ] as const;
  assert.deepEqual((await rowsOf(parquetOf(columns)))[1], [
    '2026-11-01T00:00:00.000Z',
    '2026-11-01T08:30:00',
  ]);
});

test('nested, oversized and damaged files are refused', async () => {
  assert.equal(await codeOf(parquetOf(COLUMNS, { isNested: true })), 'not-flat');
  assert.equal(await codeOf(parquetOf(COLUMNS, { rowsSaid: 2 ** 31 })), 'too-many-cells');
  assert.equal(await codeOf(parquetOf(COLUMNS, { rowsSaid: 1_000 })), 'not-parquet');
  const whole = parquetOf(COLUMNS);
  assert.equal(await codeOf(whole.subarray(0, 60)), 'not-parquet');
});

test('fuzz: every byte of a Parquet changed three ways is read or refused', async () => {
  const whole = parquetOf(COLUMNS);
  let refused = 0;
  for (let i = 0; i < whole.length; i++)
    for (const change of [1, 0x80, 0xff]) {
      const bytes = Buffer.from(whole);
      bytes[i] = (bytes[i] ?? 0) ^ change;
      if ((await codeOf(bytes)) !== 'taken') refused++;
    }
  assert.ok(refused > 100);
});

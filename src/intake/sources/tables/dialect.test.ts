import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as iconv from 'iconv-lite';
import { csvFields } from '../decode/csv.ts';
import { dialectOf, encodingOf, PLAIN, type Utf16, utf8From } from './dialect.ts';

const TEXT = '姓名\t体温\n张三😀\t36.6\n';

async function turned(bytes: Buffer, from: Utf16, size: number): Promise<Buffer> {
  const chunks = async function* () {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  };
  const out: Buffer[] = [];
  for await (const it of utf8From(chunks(), from)) out.push(it);
  return Buffer.concat(out);
}

test('the heading says how fields are set apart and quoted', () => {
  assert.equal(dialectOf('姓名,电话', 'utf-8'), PLAIN);
  assert.equal(dialectOf('one', 'utf-8'), PLAIN);
  assert.deepEqual(dialectOf('姓名\t电话,手机\t体温', 'utf-8'), { delimiter: 9, quote: 34 });
  assert.deepEqual(dialectOf('"a;b";c;d', 'utf-8'), { delimiter: 59, quote: 34 });
  assert.deepEqual(dialectOf('a|b|c', 'utf-8'), { delimiter: 124, quote: 34 });
  assert.equal(dialectOf('a|b|c', 'gb18030'), PLAIN);
  const single = dialectOf("'姓名','电话'", 'utf-8');
  assert.deepEqual(csvFields("'O''Hara','1,2'", single), ["O'Hara", '1,2']);
});

test('UTF-16 of either order becomes UTF-8 however it is cut', async () => {
  for (const from of ['utf-16le', 'utf-16be'] as const)
    for (const addBOM of [true, false])
      for (const size of [1, 2, 3, 5, 1_000]) {
        const bytes = iconv.encode(TEXT, from, { addBOM });
        assert.equal((await turned(bytes, from, size)).toString(), TEXT, `${from} ${size}`);
      }
});

test('half a pair, and half a unit at the end, stay bytes that are no text', async () => {
  const half = Buffer.from('a\ud800b', 'utf16le');
  assert.equal((await turned(half, 'utf-16le', 100)).toString('hex'), '61eda08062');
  const odd = Buffer.concat([Buffer.from('a', 'utf16le'), Buffer.from([7])]);
  assert.equal((await turned(odd, 'utf-16le', 100)).toString('hex'), '61ff');
  const end = Buffer.from('a\ud83d', 'utf16le');
  assert.equal((await turned(end, 'utf-16le', 100)).toString('hex'), '61eda0bd');
});

test('the charset of a sample is told by its mark, then by its bytes', () => {
  assert.equal(encodingOf(iconv.encode(TEXT, 'utf-16be', { addBOM: true })), 'utf-16be');
  assert.equal(encodingOf(iconv.encode(TEXT, 'gb18030')), 'gb18030');
  assert.equal(encodingOf(Buffer.from(TEXT).subarray(0, 5)), 'utf-8');
});

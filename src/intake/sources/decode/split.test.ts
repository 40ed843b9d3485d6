import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import * as iconv from 'iconv-lite';
import { type Charset, type Format, LIMITS, ROW_FLAGS } from '../model.ts';
import { rowSplitter } from './split.ts';

type Found = { text: string; flag: number };

function split(
  bytes: Buffer,
  format: Format,
  cuts: readonly number[] = [],
  charset: Charset = 'utf-8',
  isWhole = true,
): { rows: Found[]; isClosed: boolean } {
  const rows: Found[] = [];
  const splitter = rowSplitter(format, charset, (row, flag) =>
    rows.push({ text: row.toString('latin1'), flag }),
  );
  const ends = [...new Set(cuts.map((it) => it % (bytes.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const end of [...ends, bytes.length]) {
    splitter.push(Buffer.from(bytes.subarray(from, end)));
    from = end;
  }
  return { rows, isClosed: splitter.end(isWhole) };
}

const texts = (found: { rows: Found[] }): string[] => found.rows.map((it) => it.text);

test('lines are rows, blank ones are not, and line ends of any system are left out', () => {
  const bytes = Buffer.from('\ufeff{"a":1}\r\n\n  \n{"a":2}\n{"a":3}');
  assert.deepEqual(texts(split(bytes, 'ndjson')), ['{"a":1}', '{"a":2}', '{"a":3}']);
});

test('a quoted CSV field may hold commas, quotes and line ends', () => {
  const bytes = Buffer.from('a,b\n"x, ""y""\nz",1\n5" pipe,2\n');
  assert.deepEqual(texts(split(bytes, 'csv')), ['a,b', '"x, ""y""\nz",1', '5" pipe,2']);
});

test('elements of a JSON array are rows, however they are spaced and nested', () => {
  const bytes = Buffer.from(' [ {"a":"]},{\\"" , "b":[1,2]} ,\n 7, "x,y" ,null] \n');
  assert.deepEqual(texts(split(bytes, 'json')), [
    '{"a":"]},{\\"" , "b":[1,2]}',
    '7',
    '"x,y"',
    'null',
  ]);
});

test('an array that is never closed, or goes on after its end, is said so', () => {
  assert.equal(split(Buffer.from('[{"a":1},{"a":2}'), 'json').isClosed, false);
  assert.throws(() => split(Buffer.from('[1] [2]'), 'json'), /no row can begin at byte 4/);
  assert.throws(() => split(Buffer.from('[1,,2]'), 'json'), /byte 3/);
});

test('second bytes of GB18030 that look like a backslash or a brace are no such thing', () => {
  // 運 ends in 0x5C in GBK, 珅 is 0xAB 0x7D… chosen by searching for such trail bytes.
  let tricky = '';
  for (let code = 0x4e00; code < 0x9fa5 && tricky.length < 40; code++) {
    const bytes = iconv.encode(String.fromCharCode(code), 'gb18030');
    if ([0x5c, 0x7b, 0x7d, 0x5b, 0x5d, 0x7c].includes(bytes[1] ?? 0))
      tricky += String.fromCharCode(code);
  }
  const rows = [{ note: tricky }, { note: `${tricky}𠀀"` }];
  const bytes = iconv.encode(JSON.stringify(rows), 'gb18030');
  const found = split(bytes, 'json', [3, 17, 18, 19, 40], 'gb18030');
  const decoded = texts(found).map((it) => iconv.decode(Buffer.from(it, 'latin1'), 'gb18030'));
  assert.deepEqual(
    decoded.map((it) => JSON.parse(it)),
    rows,
  );
});

test('an upload that breaks off leaves its last row torn, whole rows untouched', () => {
  const found = split(Buffer.from('{"a":1}\n{"a":2}\n{"a":'), 'ndjson', [], 'utf-8', false);
  assert.deepEqual(found.rows, [
    { text: '{"a":1}', flag: 0 },
    { text: '{"a":2}', flag: 0 },
    { text: '{"a":', flag: ROW_FLAGS.torn },
  ]);
});

test('one stray quote costs one row, not the file', () => {
  const line = `${'x'.repeat(80)},1\n`;
  const bytes = Buffer.from(`h,i\n"open,1\n${line.repeat(2000)}`);
  const { rows } = split(bytes, 'csv', [70_000, 90_000]);
  assert.equal(rows.length, 2002);
  assert.deepEqual(rows[1], { text: '"open,1', flag: ROW_FLAGS.tooLong });
});

test('a line over the maximum is kept by its beginning and the next line is read', () => {
  const bytes = Buffer.from(`{"a":"${'x'.repeat(3 * LIMITS.rowBytesMax)}"}\n{"a":2}\n`);
  const { rows } = split(bytes, 'ndjson', [1000, 100_000]);
  assert.deepEqual(
    rows.map((it) => [it.text.length, it.flag]),
    [
      [LIMITS.rowBytesMax, ROW_FLAGS.tooLong],
      [7, 0],
    ],
  );
});

const formats = fc.constantFrom<Format>('ndjson', 'csv', 'json');

test('fuzz: however an upload is cut into chunks, its rows are the same', () => {
  const alphabet = fc.constantFrom(
    'a',
    '"',
    ',',
    '\n',
    '\r\n',
    '\\',
    '{',
    '}',
    '[',
    ']',
    ':',
    '发',
    '\\"',
    ' ',
  );
  const text = fc.array(alphabet, { maxLength: 120 }).map((it) => it.join(''));
  const cuts = fc.array(fc.nat(400), { maxLength: 8 });
  fc.assert(
    fc.property(formats, text, cuts, fc.boolean(), (format, body, where, isWhole) => {
      const bytes = Buffer.from(format === 'json' ? `[${body}` : body);
      const run = (at: readonly number[]): unknown => {
        try {
          return split(bytes, format, at, 'utf-8', isWhole);
        } catch (cause) {
          return (cause as Error).name;
        }
      };
      assert.deepEqual(run(where), run([]));
    }),
    { numRuns: 3000, seed: 7 },
  );
});

test('fuzz: real rows come back exactly, in every format and charset', () => {
  const value = fc.string({ unit: 'grapheme', maxLength: 12 });
  const rows = fc.array(fc.record({ name: value, note: value }), { minLength: 1, maxLength: 20 });
  const cuts = fc.array(fc.nat(2000), { maxLength: 8 });
  const charsets = fc.constantFrom<Charset>('utf-8', 'gb18030');
  fc.assert(
    fc.property(rows, cuts, charsets, fc.boolean(), (list, where, charset, isArray) => {
      const json = list.map((it) => JSON.stringify(it));
      const bytes = iconv.encode(isArray ? `[${json.join(',')}]` : json.join('\n'), charset);
      const found = split(bytes, isArray ? 'json' : 'ndjson', where, charset);
      const decoded = texts(found).map((it) => iconv.decode(Buffer.from(it, 'latin1'), charset));
      const sent = json.map((it) => iconv.decode(iconv.encode(it, charset), charset));
      assert.deepEqual(decoded, sent);
    }),
    { numRuns: 500, seed: 11 },
  );
});

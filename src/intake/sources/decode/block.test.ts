import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import * as iconv from 'iconv-lite';
import { ROW_FLAGS } from '../model.ts';
import { decodeBlock } from './block.ts';
import { badByteAt } from './charset.ts';

const block = (format: string, bytes: Buffer | string, flags = 0) =>
  decodeBlock({ format, flags, bytes: Buffer.from(bytes) });

test('a CSV in GB18030 with Chinese headings becomes our fields', () => {
  const csv =
    '姓名,身份证号,购药时间,药店编码,药品类别,数量\n张三,11010519491231002X,2026-11-20 08:30,P001,N02B,2';
  const [row] = block('csv;gb18030', iconv.encode(csv, 'gb18030'));
  assert.deepEqual(row?.fields, {
    name: '张三',
    idNo: '11010519491231002X',
    at: '2026-11-20 08:30',
    placeCode: 'P001',
    drugClass: 'N02B',
    quantity: '2',
  });
});

test('a bad byte is named by its place and harms only its own row', () => {
  const bytes = Buffer.concat([
    Buffer.from('{"a":"x"}\n{"a":"'),
    Buffer.from([0xe5, 0x28]),
    Buffer.from('"}\n{"a":"y"}'),
  ]);
  const rows = block('ndjson;utf-8', bytes);
  assert.equal(rows.length, 3);
  assert.deepEqual(
    rows[1]?.faults.map((it) => [it.code, it.value]),
    [['bad-bytes', 'byte 7: 0x2822']],
  );
  assert.deepEqual(rows[2]?.fields, { a: 'y' });
});

test('the place of the bad byte is found in both charsets', () => {
  assert.equal(badByteAt(Buffer.from([0x61, 0xc4, 0xe3, 0xff, 0x61]), 'gb18030'), 3);
  assert.equal(badByteAt(Buffer.from('ab发'), 'utf-8'), 5);
});

test('one element that is not JSON does not harm its neighbours', () => {
  const rows = block('json;utf-8', '[{"a":1},{"a":},3,{"a":2}]');
  assert.deepEqual(
    rows.map((it) => it.faults[0]?.code ?? it.fields),
    [{ a: 1 }, 'not-json', 'not-object', { a: 2 }],
  );
});

test('a row with too many fields says how many there are and should be', () => {
  const [row] = block('csv;utf-8', '姓名,电话\n张三,1,2');
  assert.deepEqual([row?.faults[0]?.value, row?.faults[0]?.allowed], ['3', '2']);
});

test('torn rows and open quotes say so', () => {
  assert.equal(block('ndjson;utf-8', '{"a', ROW_FLAGS.torn)[0]?.faults[0]?.code, 'torn-row');
  assert.equal(block('csv;utf-8', '"open,1', ROW_FLAGS.tooLong)[0]?.faults[0]?.code, 'open-quote');
});

test('fuzz: no bytes whatever make a decoder throw', () => {
  const format = fc.constantFrom(
    'csv;utf-8',
    'csv;gb18030',
    'json;gb18030',
    'ndjson;utf-8',
    'hl7;utf-8',
    'hl7;gb18030',
  );
  const text = fc.string({
    unit: fc.constantFrom(
      'MSH|^~\\&|',
      'PID|',
      'OBX|1|',
      '\r',
      '|',
      '^',
      '~',
      '\\',
      '&',
      '"',
      ',',
      '\n',
      '{',
      ']',
      'a',
      '发',
    ),
  });
  fc.assert(
    fc.property(format, fc.uint8Array({ maxLength: 60 }), text, (name, noise, words) => {
      const bytes = Buffer.concat([Buffer.from(words), noise]);
      try {
        block(name, bytes);
      } catch (cause) {
        // Structure between JSON elements is held by the splitter at the door, before a block is made.
        assert.equal((cause as Error).name, 'BrokenStructure');
      }
    }),
    { numRuns: 3000, seed: 3 },
  );
});

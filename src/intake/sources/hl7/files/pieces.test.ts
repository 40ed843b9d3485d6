import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Piece, piecesOf } from './pieces.ts';

async function* inSteps(bytes: Buffer, step: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step);
}

async function cut(text: string, step: number, bytesMax?: number): Promise<Piece[]> {
  const pieces: Piece[] = [];
  const bytes = Buffer.from(text);
  for await (const it of piecesOf(inSteps(bytes, step), bytesMax)) pieces.push(it);
  let at = 0;
  for (const it of pieces) {
    assert.equal(it.from, at, 'no byte between two pieces');
    at = it.to;
  }
  assert.equal(at, bytes.length, 'to the last byte');
  return pieces;
}

const told = (pieces: readonly Piece[]): [string, string, number][] =>
  pieces
    .filter((it) => it.kind !== 'blank')
    .map((it) => [it.kind, it.bytes.toString().replaceAll(/[\r\n]+/g, '/'), it.line]);

const M = (n: number): string => `MSH|^~\\&|A|B|||2026||ADT^A04|${n}|P|2.5\rPID|${n}`;

test('messages are found with frames and without, in batches, whatever ends their lines', async () => {
  const text =
    `\ufeffFHS|^~\\&|X\r\nBHS|^~\\&\r\n${M(1)}\r\nPV1|\r\n${M(2)}\nBTS|2\nFTS|1\n` +
    `\x0b${M(3)}\r\x1c\r\n\x0b${M(4)}\r\x1c\rtrailing junk\r\n`;
  for (const step of [1, 2, 3, 7, 64, 10_000]) {
    const found = told(await cut(text, step));
    assert.deepEqual(
      found.map((it) => [it[0], it[1].slice(0, 20).replaceAll('\ufeff', '')]),
      [
        ['envelope', 'FHS|^~\\&|X'],
        ['envelope', 'BHS|^~\\&'],
        ['message', 'MSH|^~\\&|A|B|||2026|'],
        ['message', 'MSH|^~\\&|A|B|||2026|'],
        ['envelope', 'BTS|2'],
        ['envelope', 'FTS|1'],
        ['message', 'MSH|^~\\&|A|B|||2026|'],
        ['message', 'MSH|^~\\&|A|B|||2026|'],
        ['garbage', 'trailing junk/'],
      ],
      `in steps of ${step}`,
    );
    assert.deepEqual(
      found.map((it) => it[2]),
      [1, 2, 3, 6, 8, 9, 10, 13, 16],
      `lines, in steps of ${step}`,
    );
  }
});

test('a message over the maximum is one piece with its beginning; the next is found', async () => {
  const long = `MSH|^~\\&|${'x'.repeat(500)}\rOBX|${'y'.repeat(500)}`;
  for (const step of [1, 50, 5_000]) {
    const pieces = told(await cut(`${long}\r${M(2)}`, step, 200));
    assert.deepEqual(
      pieces.map((it) => [it[0], it[1].length]),
      [
        ['too-long', 200],
        ['message', M(2).length],
      ],
      `in steps of ${step}`,
    );
  }
});

test('a line without an end holds no more than the maximum', async () => {
  let most = 0;
  const before = process.memoryUsage().arrayBuffers;
  async function* endless(): AsyncGenerator<Buffer> {
    for (let i = 0; i < 2_000; i++) {
      yield Buffer.alloc(64 * 1024, i === 0 ? 0x20 : 0x41);
      if (i % 100 === 0) most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }
  }
  const kinds: string[] = [];
  for await (const it of piecesOf(endless())) kinds.push(`${it.kind} ${it.to - it.from}`);
  assert.deepEqual(kinds, [`garbage ${2_000 * 64 * 1024}`]);
  assert.ok(most < 96 * 2 ** 20, `${Math.round(most / 2 ** 20)} MiB`);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LIMITS } from '../model.ts';
import { frameReader } from './frames.ts';
import { readMessage } from './reader.ts';
import { decodeMessage } from './rows.ts';

const HEAD = 'MSH|^~\\&|HIS|P001|||20260301||ORU^R01|1|P|2.5.1\r';
const fill = (unit: string): string => unit.repeat(Math.floor(LIMITS.frameBytesMax / unit.length));
const SECONDS_MAX = 5;

test('a frame without an end holds no more than the maximum', () => {
  const given: number[] = [];
  const frames = frameReader(LIMITS.frameBytesMax, (bytes) => given.push(bytes.length));
  frames.push(Buffer.from([0x0b]));
  for (let i = 0; i < 200; i++) frames.push(Buffer.alloc(64 * 1024, 0x41));
  frames.end();
  assert.deepEqual(given, [LIMITS.frameBytesMax], 'told once; the rest is skipped');
});

test('the fullest frame of any one mark is read in seconds, not hours', () => {
  for (const unit of ['\r', '|', '^', '~', '&', '\\', 'OBX|1\r', 'PID|||a~b~c\r', '\\X41\\']) {
    const started = performance.now();
    const message = readMessage(HEAD + fill(unit));
    message?.first('PID')?.get(3, 1);
    message?.first('MSH')?.get(3);
    decodeMessage(Buffer.from(HEAD + fill(unit)), 'utf-8', false);
    const seconds = (performance.now() - started) / 1000;
    assert.ok(seconds < SECONDS_MAX, `${JSON.stringify(unit)}: ${seconds.toFixed(1)} s`);
  }
});

test('a field that repeats a million times is looked into only as far as anybody means it', () => {
  for (const field of [3, 5, 11, 13]) {
    const started = performance.now();
    decodeMessage(Buffer.from(`${HEAD}PID${'|'.repeat(field)}${fill('~')}\rOBX|1`), 'utf-8', false);
    const seconds = (performance.now() - started) / 1000;
    assert.ok(seconds < SECONDS_MAX, `PID-${field}: ${seconds.toFixed(1)} s`);
  }
});

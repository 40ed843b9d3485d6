/**
 * Writes uploads of the sample city's own rows to a file, each as its source writes, so that making
 * them costs nothing while the house is measured: `prepare.ts FILE PERSONS FROM_DAY TO_DAY BODY_ROWS
 * ROWS_MAX`. Beside FILE comes FILE.index: one JSON line an upload.
 */
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { readConfig } from '../../src/entry/config.ts';
import { sampleCity } from '../../src/entry/sample/city.ts';
import { parcelOf } from '../../tools/city/play/pack.ts';
import type { Arrival } from '../../tools/city/records/row.ts';
import { SOURCE_BY_CODE } from '../../tools/city/records/sources.ts';
import { busyFeed } from './rows.ts';

const [path = '', persons = '', fromDay = '', toDay = '', bodyRows = '', rowsMax = ''] =
  process.argv.slice(2);
const { sample } = readConfig({ FENGHUO_PERSONS: persons });
const file = openSync(path, 'w');
const index: string[] = [];
const held = new Map<string, Arrival[]>();
let offset = 0;

function flush(code: string, rows: Arrival[]): void {
  const source = SOURCE_BY_CODE.get(code);
  if (!source || rows.length === 0) return;
  // What hospitals send in bulk is NDJSON; their messages are the player's.
  const plain = source.format === 'hl7' ? ({ ...source, format: 'ndjson' } as const) : source;
  const { body, contentType } = parcelOf(plain, rows);
  writeSync(file, body);
  index.push(
    JSON.stringify({ offset, length: body.length, rows: rows.length, source: code, contentType }),
  );
  offset += body.length;
}

for (const arrival of busyFeed(sampleCity(sample), fromDay, toDay, Number(rowsMax))) {
  const rows = held.get(arrival.source) ?? [];
  rows.push(arrival);
  held.set(arrival.source, rows);
  if (rows.length < Number(bodyRows)) continue;
  flush(arrival.source, rows);
  held.delete(arrival.source);
}
for (const [code, rows] of held) flush(code, rows);
closeSync(file);
writeFileSync(`${path}.index`, index.join('\n'));

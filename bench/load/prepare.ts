/**
 * Writes uploads of the sample city's own rows to a file, so that making them costs nothing while the
 * house is measured: `prepare.ts FILE PERSONS FROM_DAY TO_DAY BODY_ROWS ROWS_MAX`. Beside FILE comes
 * FILE.index: one `offset length rows` line an upload.
 */
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { readConfig } from '../../src/entry/config.ts';
import { sampleCity } from '../../src/entry/sample/city.ts';
import { feed } from '../../tools/city/records/feed.ts';

const [path = '', persons = '', fromDay = '', toDay = '', bodyRows = '', rowsMax = ''] =
  process.argv.slice(2);
const { sample } = readConfig({ FENGHUO_PERSONS: persons });
const file = openSync(path, 'w');
const index: string[] = [];
let lines: string[] = [];
let offset = 0;
let rows = 0;

function flush(): void {
  const bytes = Buffer.from(`${lines.join('\n')}\n`);
  writeSync(file, bytes);
  index.push(`${offset} ${bytes.length} ${lines.length}`);
  offset += bytes.length;
  lines = [];
}

for (const { row } of feed(sampleCity(sample), { fromDay, toDay })) {
  lines.push(JSON.stringify(row));
  rows++;
  if (lines.length === Number(bodyRows)) flush();
  if (rows >= Number(rowsMax)) break;
}
if (lines.length > 0) flush();
closeSync(file);
writeFileSync(`${path}.index`, index.join('\n'));

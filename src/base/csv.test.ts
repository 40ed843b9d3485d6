import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvCell, csvLine } from './csv.ts';

test('what a spreadsheet would run is kept as text', () => {
  for (const bad of ['=1+1', '+cmd', '-1+1|x', '@SUM(A1)', '\tx', '＝1'])
    assert.match(csvCell(bad).replace(/^"/, ''), /^'/, bad);
  for (const plain of ['-1', '-12.5', '12', '张三', 'a=b', '']) assert.equal(csvCell(plain), plain);
});

test('commas, quotes and line ends stay inside their cell', () => {
  assert.equal(
    csvLine(['a,b', 'say "x"', 'two\nlines', null]),
    '"a,b","say ""x""","two\nlines",\r\n',
  );
});

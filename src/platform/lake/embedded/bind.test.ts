import assert from 'node:assert/strict';
import { test } from 'node:test';
import { paramText } from '../params.ts';
import { bindParams } from './bind.ts';
import { firstWord } from './sessions.ts';

const bound = (sql: string, params: Record<string, string>): string =>
  bindParams(sql, new Map(Object.entries(params)));

test('parameters stand only outside texts, quoted names and comments', () => {
  const sql =
    'SELECT \'{a:UInt8}\', "{a:UInt8}", `{a:UInt8}`, {a:UInt8} -- {a:UInt8}\n/* {a:UInt8} */';
  assert.equal(bound(sql, { a: '7' }), sql.replace(', {a:UInt8} --', ", _CAST('7', 'UInt8') --"));
  assert.equal(bound("SELECT {'a': 1} AS m", {}), "SELECT {'a': 1} AS m");
});

test('no value leaves its text, however the asker escaped it', () => {
  for (const text of ["' OR 1=1 --", "\\' OR 1=1 --", "\\\\' OR 1=1 --", '\\', "'", "a\\tb'"]) {
    for (const sent of [text, paramText(text)]) {
      const sql = bound('{a:String}', { a: sent });
      assert.match(sql, /^_CAST\('(?:\\[\s\S]|[^'\\])*', 'String'\)$/, sql);
      const list = bound('{a:Array(String)}', { a: sent });
      assert.match(list, /^_CAST\('(?:\\[\s\S]|[^'\\])*', 'Array\(String\)'\)$/, list);
    }
  }
  assert.match(bound('{t:Identifier}', { t: 'a` b' }), /^`a\\` b`$/);
  assert.throws(() => bound('{a:UInt8}', {}), /Code: 456/);
});

test('a statement is known by its first word, behind comments and brackets', () => {
  assert.equal(firstWord('-- why\n /* how */ ((select 1) UNION ALL (SELECT 2))'), 'SELECT');
  assert.equal(firstWord(' insert into t'), 'INSERT');
  assert.equal(firstWord(''), '');
});

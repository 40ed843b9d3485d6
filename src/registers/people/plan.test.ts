import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type FreshDatabase, freshDatabase } from '../../../tests/builders/database.ts';

/** A million people in 1,000 communities, 30,000 of them in one school. */
let fresh: FreshDatabase;
before(async () => {
  fresh = await freshDatabase();
  await fresh.db.tx(async (tx) => {
    await tx.run(`insert into people.person (id, status, area_code, unit_id, made_at)
      select i, 'identified', '429001' || lpad((i % 1000)::text, 6, '0'),
        case when i % 33 = 0 then 7 else 0 end, now() from generate_series(1, 1000000) i`);
    await tx.run(`insert into people.search (attribute, mark, person)
      select 1, decode(lpad(to_hex(i % 20000), 8, '0'), 'hex'), i
      from generate_series(1, 1000000) i`);
  });
  await fresh.asOwner((tx) => tx.run('analyze people.person, people.search'));
});
after(() => fresh.drop());

type Node = { 'Node Type': string; 'Actual Rows': number; 'Plan Rows': number; Plans?: Node[] };
async function planOf(sql: string): Promise<Node[]> {
  const row = await fresh.db.read((tx) =>
    tx.row<{ 'QUERY PLAN': [{ Plan: Node }] }>(`explain (analyze, format json) ${sql}`),
  );
  const flat = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(flat)];
  const root = row?.['QUERY PLAN'][0].Plan;
  return root ? flat(root) : [];
}
async function assertLight(sql: string) {
  const nodes = await planOf(sql);
  const names = nodes.map((n) => n['Node Type']);
  assert.ok(nodes.length > 0 && !names.includes('Seq Scan'), `reads everything: ${names.join()}`);
  const most = Math.max(...nodes.map((n) => n['Actual Rows']));
  assert.ok(most <= 2_000, `touches ${most} rows`);
}

const LIST = (from: string, until: string, after_: string) => `
  select p.id from people.person p
  where (p.area_code, p.id) > (${after_}) and p.area_code >= '${from}' and p.area_code < '${until}'
  order by p.area_code, p.id limit 51`;

test('a page of a community, a street and the city is a short range of one index', async () => {
  await assertLight(LIST('429001000500', '429001000500:', `'', 0`));
  await assertLight(LIST('429001000', '429001000:', `'429001000400', 500000`));
  await assertLight(LIST('', ':', `'429001000999', 900000`));
});

test('a page of a school with 30,000 people is a short range of one index', async () => {
  await assertLight(`select p.id from people.person p where p.unit_id = 7 and p.unit_id > 0
    and p.id > 500000 and p.area_code >= '429001' and p.area_code < '429001:'
    order by p.unit_id, p.id limit 51`);
});

test('a name is found through its blind index', async () => {
  await assertLight(`select p.id from people.person p
    where p.id in (select person from people.search where attribute = 1
        and mark = '\\x00001234')
      and p.area_code >= '' and p.area_code < ':' and (null::int is null or p.birth_year = null)
    order by p.id limit 51`);
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { refuse } from '#base/refusal.ts';
import { freshDatabase, type FreshDatabase } from '../../../tests/builders/database.ts';
import { DbFault, openDb, type Tx } from './index.ts';

let fresh: FreshDatabase;
before(async () => {
  fresh = await freshDatabase({ rooms: [] });
  await fresh.db.tx((tx) =>
    tx.run('create table people (id bigint primary key, name text not null, body jsonb)'),
  );
});
after(() => fresh.drop());

const count = async (): Promise<number> =>
  (await fresh.db.read((tx) => tx.row<{ n: number }>('select count(*) as n from people')))?.n ?? -1;

test('a value comes back as the house writes it', async () => {
  const at = Date.UTC(2026, 1, 14, 1, 2, 3, 4);
  const row = await fresh.db.read((tx) =>
    tx.row(
      `select 7::int8 as "bigOne", 1.25::numeric as numeric, $1::timestamptz as instant,
         '2026-02-14'::date as day, $2::jsonb as body, $3::bytea as bytes,
         array[1, null]::int8[] as bigs, array[$1]::timestamptz[] as instants, null::int8 as none`,
      [new Date(at), { a: [1] }, Buffer.from('é')],
    ),
  );
  assert.deepEqual(row, {
    bigOne: 7,
    numeric: 1.25,
    instant: at,
    day: '2026-02-14',
    body: { a: [1] },
    bytes: Buffer.from('é'),
    bigs: [1, null],
    instants: [at],
    none: null,
  });
});

test('a batch of ten thousand rows goes in by unnest and comes out by any', async () => {
  const ids = Array.from({ length: 10_000 }, (_, i) => 1_000_000 + i);
  const affected = await fresh.db.tx((tx) =>
    tx.run(
      `insert into people (id, name, body)
       select * from unnest($1::bigint[], $2::text[], $3::jsonb[])`,
      [Float64Array.from(ids), ids.map((id) => `"${id}", \\ 张`), ids.map((id) => ({ id }))],
    ),
  );
  assert.equal(affected, 10_000);
  const rows = await fresh.db.read((tx) =>
    tx.rows<{ name: string; body: { id: number } }>(
      'select name, body from people where id = any($1) order by id',
      [ids],
    ),
  );
  assert.deepEqual(rows.at(-1), { name: '"1009999", \\ 张', body: { id: 1_009_999 } });
});

test('copy takes chunks cut anywhere', async () => {
  await fresh.db.tx((tx) =>
    tx.copyIn('copy people (id, name) from stdin', [Buffer.from('1\ta\n2'), Buffer.from('\tb\n')]),
  );
  assert.deepEqual(
    await fresh.db.read((tx) => tx.rows('select name from people where id < 10 order by id')),
    [{ name: 'a' }, { name: 'b' }],
  );
});

test('a refusal and a throw both roll back; the connection is whole afterwards', async () => {
  const had = await count();
  const no = refuse('conflict', 'no', { zh: '否', en: 'no' });
  const answer = await fresh.db.tx(async (tx) => {
    await tx.run(`insert into people values (50, 'x')`);
    return no;
  });
  assert.equal(answer, no);
  const bug = new Error('bug');
  const thrown = fresh.db.tx(async (tx) => {
    await tx.run(`insert into people values (51, 'x')`);
    throw bug;
  });
  await assert.rejects(thrown, bug);
  assert.equal(await count(), had);
});

test('a transaction whose fault was caught inside does not pass for committed', async () => {
  const swallowed = fresh.db.tx(async (tx) => {
    await tx.run(`insert into people values (55, 'x')`);
    await tx.run('select nonsense').catch(() => undefined);
  });
  await assert.rejects(swallowed, /an earlier statement of this transaction had failed/);
});

test('a read can write nothing and sees one state throughout', async () => {
  await assert.rejects(
    fresh.db.read((tx) => tx.run(`insert into people values (60, 'x')`)),
    (fault) => fault instanceof DbFault && fault.code === '25006',
  );
  await fresh.db.read(async (tx) => {
    const before = await tx.row('select count(*) as n from people');
    await fresh.db.tx((other) => other.run(`insert into people values (61, 'x')`));
    assert.deepEqual(await tx.row('select count(*) as n from people'), before);
  });
});

test('a fault says what failed and names no value, nor does its cause', async () => {
  const secret = '张三990101199001011234';
  const everything = (fault: unknown): string => {
    const { message, stack, cause } = fault as Error;
    return `${message}${stack}${JSON.stringify(cause)}${(cause as Error).stack}`;
  };
  const insert = 'insert into people (id, name) values ($1, $2)';
  const twice = fresh.db.tx(async (tx) => {
    await tx.run(insert, [70, secret]);
    await tx.run(insert, [70, secret]);
  });
  await assert.rejects(twice, (fault) => {
    assert.ok(fault instanceof DbFault);
    assert.equal(fault.code, '23505');
    assert.equal(fault.constraint, 'people_pkey');
    assert.match(fault.message, /insert into people/);
    assert.ok(!everything(fault).includes('张三') && !everything(fault).includes('(70)'));
    return true;
  });
  const leaks: ((tx: Tx) => Promise<unknown>)[] = [
    (tx) => tx.run('insert into people values ($1::text::int8)', [secret]),
    (tx) => tx.run('insert into people values (71, null, $1)', [`{${secret}`]),
    (tx) => tx.copyIn('copy people (id) from stdin', [Buffer.from(`${secret}\n`)]),
  ];
  for (const leak of leaks) {
    await assert.rejects(fresh.db.tx(leak), (fault) => !everything(fault).includes('张三'));
  }
});

test('a notification is heard, also after the connection was cut', async () => {
  const heard: string[] = [];
  const stop = await fresh.db.listen('bell', (payload) => heard.push(payload));
  const ring = (text: string): Promise<unknown> =>
    fresh.db.tx((tx) => tx.rows('select pg_notify($1, $2)', ['bell', text]));
  await ring('one');
  await until(() => heard.includes('one'));
  await fresh.db.tx((tx) =>
    tx.rows(`select pg_terminate_backend(pid) from pg_stat_activity
             where query like 'listen%' and datname = current_database()`),
  );
  await until(() => heard.includes('')); // "something may have been missed"
  await ring('two');
  await until(() => heard.includes('two'));
  await stop();
  await ring('three');
  await ring('four');
  assert.ok(!heard.includes('three'));
});

test('a pool survives the loss of its connections', async () => {
  const db = openDb(fresh.url, { max: 2, name: 'doomed' });
  await db.read((tx) => tx.row('select 1'));
  await fresh.db.tx((tx) =>
    tx.rows(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'doomed'`,
    ),
  );
  await until(async () => {
    const row = await fresh.db.read((tx) =>
      tx.row(`select 1 from pg_stat_activity where application_name = 'doomed'`),
    );
    return row === undefined;
  });
  assert.deepEqual(await db.read((tx) => tx.row('select 1 as one')), { one: 1 });
  await db.close();
});

test('a server that is away is a fault that says so', async () => {
  const db = openDb('postgres://nobody@127.0.0.1:1/none', { max: 1 });
  await assert.rejects(
    db.read((tx) => tx.row('select 1')),
    (fault) => fault instanceof DbFault && fault.code === 'ECONNREFUSED',
  );
  await db.close();
});

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 10_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('waited in vain');
    await new Promise((done) => setTimeout(done, 10));
  }
}

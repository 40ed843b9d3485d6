import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Db, DbFault, HOUSE_SIGHT, openDb, type Sight, type Tx } from '#platform/db/index.ts';
import { z } from 'zod';
import { endpoint } from '#base/contract.ts';
import { buildHttp, route } from '#platform/http/index.ts';
import { scopeFor } from '#registers/access/index.ts';
import { COMMUNITY, T0 } from '../builders/loop.ts';
import { ASKER, FAR_ID, FOREIGN, guardedTables, twoDistricts } from './stage.ts';

/**
 * The second wall by itself: connections that ask for everything, with no filter at all, and are
 * shown what their sight holds. The first wall, scopes in code, is tests/golden/scope.test.ts.
 */
let city: Awaited<ReturnType<typeof twoDistricts>>;
let server: Db;
let worker: Db;
const DISTRICT: Sight = { areaPrefix: '429901', actorId: ASKER };

before(async () => {
  city = await twoDistricts();
  server = openDb(city.url, { max: 2, name: 'server' });
  worker = openDb(city.workerUrl, { max: 1, name: 'worker' });
});
after(async () => {
  await Promise.all([server.close(), worker.close()]);
  await city.drop();
});

const everything = async (tx: Tx, table: string): Promise<string[]> =>
  (await tx.rows<{ row: string }>(`select to_jsonb(it)::text as row from ${table} it`)).map(
    ({ row }) => row,
  );

/** Whether a sight is ever shown a row of it: some are the house's alone. */
const isHouseOnly = (sight: string): boolean => /^(false|wall\.is_house\(\))$/.test(sight);

const forbidden = (fault: unknown): boolean => fault instanceof DbFault && fault.code === '42501';

describe('a connection that forgets every filter', () => {
  it('reads no foreign row, and the own ones', async () => {
    for (const { table, sight } of city.guarded) {
      const rows = await server.seeing(DISTRICT).read((tx) => everything(tx, table));
      const foreign = rows.filter((row) => FOREIGN.test(row));
      assert.deepEqual(foreign, [], table);
      if (!isHouseOnly(sight)) assert.ok(rows.length > 0, `${table} shows nothing at all`);
    }
  });

  it('reads nothing when nobody said for whom it asks', async () => {
    for (const { table } of city.guarded)
      assert.deepEqual(await server.read((tx) => everything(tx, table)), [], table);
  });

  it('reads nothing of any area with a scope that is nowhere', async () => {
    const nowhere = server.seeing({ areaPrefix: '-', actorId: 5 });
    for (const { table } of city.guarded)
      assert.deepEqual(await nowhere.read((tx) => everything(tx, table)), [], table);
  });

  it('reads both sides in the house’s name, and as the worker', async () => {
    for (const db of [server.seeing(HOUSE_SIGHT), worker])
      for (const { table } of city.guarded) {
        const rows = await db.read((tx) => everything(tx, table));
        assert.ok(
          rows.some((row) => FOREIGN.test(row)),
          table,
        );
        assert.ok(
          rows.some((row) => !FOREIGN.test(row)),
          table,
        );
      }
  });

  it('keeps no sight for whoever gets the connection next', async () => {
    const one = openDb(city.url, { max: 1, name: 'one' });
    const count = (tx: Tx) => tx.row<{ n: number }>('select count(*) as n from people.person');
    const own = await one.seeing(DISTRICT).read(count);
    assert.ok((own?.n ?? 0) > 0);
    assert.deepEqual(await one.read(count), { n: 0 });
    await one.seeing(HOUSE_SIGHT).read(count);
    assert.deepEqual(await one.seeing(DISTRICT).read(count), own);
    await one.close();
  });
});

describe('a route that forgets every filter', () => {
  const count = endpoint({
    method: 'GET',
    path: '/api/forgetful',
    summary: { zh: '忘了范围', en: 'Forgets its scope' },
    permit: 'alert.read',
    answer: z.object({ ids: z.array(z.number()) }),
  });
  const open = endpoint({ ...count, path: '/api/forgetful/open', permit: 'open' });

  it('answers the asker’s area alone, and nobody where nobody is signed in', async () => {
    const answer = async ({ db }: { db: Db }) => {
      const rows = await db.read((tx) => tx.rows<{ id: number }>('select id from alerts.alert'));
      return { ids: rows.map(({ id }) => id) };
    };
    const actor = city.actor('district');
    const { app } = await buildHttp({
      db: server,
      clock: () => T0,
      gate: { authenticate: async () => actor, scopeFor },
      onFault: (fault) => assert.fail(fault as Error),
      routes: [route(count, answer), route(open, answer)],
    });
    const ask = async (url: string): Promise<number[]> => {
      const reply = await app.inject({ url, headers: { authorization: 'Bearer x' } });
      return (reply.json() as { ids: number[] }).ids;
    };
    const ids = await ask(count.path);
    assert.ok(ids.length > 0 && ids.every((id) => id < FAR_ID), String(ids));
    assert.deepEqual(await ask(open.path), []);
    await app.close();
  });
});

describe('writing beyond the sight', () => {
  it('changes and removes nothing there, and puts nothing there', async () => {
    const db = server.seeing(DISTRICT);
    const changed = await db.tx((tx) =>
      tx.run(`update alerts.alert set task = 'x' where id > $1`, [FAR_ID]),
    );
    assert.equal(changed, 0);
    assert.equal(
      await db.tx((tx) => tx.run('delete from people.person where id > $1', [FAR_ID])),
      0,
    );
    await assert.rejects(
      db.tx((tx) =>
        tx.run(
          `insert into rules.list_member (list_id, subject_id, area_code, from_at, until_at, source)
          values ('x', 1, '429902001001', $1, $2, 's')`,
          [new Date(T0), new Date(T0 + 1)],
        ),
      ),
      forbidden,
    );
    await assert.rejects(
      db.tx((tx) => tx.run(`update alerts.alert set area_code = '429902001001'`)),
      forbidden,
    );
  });

  it('is done in the house’s name where a verb says so, and the sight is back afterwards', async () => {
    const db = server.seeing(DISTRICT);
    const who = (tx: Tx) => tx.row<{ role: string }>('select current_user::text as role');
    await db.tx(async (tx) => {
      const inside = await tx.asHouse(() =>
        tx.asHouse(async () =>
          tx.run(`update alerts.alert set task = 'y' where id > $1`, [FAR_ID]),
        ),
      );
      assert.ok(inside > 0);
      assert.deepEqual(await who(tx), { role: 'fenghuo_server' });
      const bug = tx.asHouse(async () => {
        throw new Error('bug');
      });
      await assert.rejects(bug, /bug/);
      assert.deepEqual(await who(tx), { role: 'fenghuo_server' });
    });
  });
});

describe('beyond the area', () => {
  const far = FAR_ID + 50;
  const names = (sight: Sight) =>
    server.seeing(sight).read((tx) => tx.row('select id from people.person where id = $1', [far]));

  it('a granted person is seen, and nobody besides', async () => {
    assert.equal(await names(DISTRICT), undefined);
    const granted = { ...DISTRICT, persons: [far] };
    assert.deepEqual(await names(granted), { id: far });
    const seen = await server
      .seeing(granted)
      .read((tx) => tx.rows('select id from people.person where id > $1', [FAR_ID]));
    assert.deepEqual(seen, [{ id: far }]);
  });

  it('a person with a live tie to the area is seen, until the tie ends', async () => {
    await city.db.tx((tx) =>
      tx.run(
        `insert into people.tie (person, relation, area_code, since, state, proposed_by, proposed_at,
           decided_at, source) values ($1, 'stays', $2, $3, 'accepted', 1, $3, $3, 'hand')`,
        [far, COMMUNITY, new Date(T0)],
      ),
    );
    assert.deepEqual(await names(DISTRICT), { id: far });
    await city.db.tx((tx) =>
      tx.run(`update people.tie set state = 'ended' where person = $1`, [far]),
    );
    assert.equal(await names(DISTRICT), undefined);
  });
});

/** Columns that say a table is about people, or where they are. */
const ABOUT = `('area_code', 'person', 'persons', 'person_id', 'into_person', 'subject_id', 'person_area')`;
/** Tables with such a column that are about nobody: places, posts, colleagues. */
const ABOUT_NOBODY: Record<string, string> = {
  'places.place': 'places are public',
  'agencies.post': 'posts are public',
  'access.actor': 'colleagues: sign-in, duty and names beside what they did need them all',
};

describe('the wall itself', () => {
  it('stands before every table with an area or a person', async () => {
    const { open, guarded } = await city.asOwner(async (tx) => ({
      guarded: await guardedTables(tx),
      open: await tx.rows<{ table: string }>(
        `select distinct format('%I.%I', n.nspname, c.relname) as "table"
         from pg_class c join pg_namespace n on n.oid = c.relnamespace
         join pg_attribute a on a.attrelid = c.oid and not a.attisdropped
         where c.relkind in ('r', 'p') and n.nspname !~ '^(pg_|information_schema)'
           and a.attname in ${ABOUT} and not c.relrowsecurity`,
      ),
    }));
    const unguarded = open.map(({ table }) => table).filter((table) => !ABOUT_NOBODY[table]);
    assert.deepEqual(unguarded, [], 'their migrations should call wall.guard');
    assert.ok(guarded.length >= 25, 'the rooms still guard their tables');
  });

  it('cannot be taken down by who stands behind it', async () => {
    const tries = [
      'alter table people.person disable row level security',
      'alter table people.person no force row level security',
      'drop policy sight on people.person',
      'create policy mine on people.person using (true)',
      'alter table alerts.alert add column x int',
      'drop table alerts.alert cascade',
      'truncate alerts.alert cascade',
      'create table people.copy as select * from people.person',
      `create function people.mine() returns int language sql return 1`,
      `select wall.guard('people.person', 'true')`,
      'create or replace function wall.sees(code text) returns boolean language sql return true',
      'set role fenghuo',
      'set session authorization fenghuo',
      'alter role fenghuo_server bypassrls',
      'alter role fenghuo_server superuser',
      'grant fenghuo to fenghuo_server',
      'set row_security = off; select * from people.person',
      `copy (select 1) to program 'true'`,
      `set session_replication_role = replica`,
    ];
    for (const db of [server, server.seeing(DISTRICT), server.seeing(HOUSE_SIGHT), worker])
      for (const sql of tries)
        await assert.rejects(
          db.tx((tx) => tx.run(sql)),
          forbidden,
          sql,
        );
  });

  it('is held by roles that own nothing and pass by nothing', async () => {
    const found = await city.asOwner(async (tx) => ({
      roles: await tx.rows(
        `select rolname as name, rolsuper or rolbypassrls or rolcreaterole or rolcreatedb
           or rolreplication as strong, rolcanlogin as login
         from pg_roles where rolname like 'fenghuo\\_%' order by 1`,
      ),
      owned: await tx.rows(
        `select c.oid::regclass::text as name from pg_class c join pg_roles r on r.oid = c.relowner
         where r.rolname like 'fenghuo\\_%'`,
      ),
      members: await tx.rows(
        `select g.rolname as of, m.rolname as who from pg_auth_members a
         join pg_roles g on g.oid = a.roleid join pg_roles m on m.oid = a.member
         where m.rolname like 'fenghuo\\_%' order by 1, 2`,
      ),
    }));
    assert.deepEqual(found, {
      roles: [
        { name: 'fenghuo_house', strong: false, login: false },
        { name: 'fenghuo_server', strong: false, login: true },
        { name: 'fenghuo_worker', strong: false, login: true },
      ],
      owned: [],
      members: [
        { of: 'fenghuo_house', who: 'fenghuo_server' },
        { of: 'fenghuo_house', who: 'fenghuo_worker' },
      ],
    });
  });
});

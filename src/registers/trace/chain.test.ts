import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import fc from 'fast-check';
import { type Actor, HOUSE } from '#base/access.ts';
import { type Db, openDb } from '#platform/db/index.ts';
import { newSigner, publicKeysIn, type Signed } from '#platform/secrets/index.ts';
import { type FreshDatabase, freshDatabase } from '../../../tests/builders/database.ts';
import { markChain } from './checkpoint.ts';
import { linkEntries } from './link.ts';
import type { Checkpoint, FaultKind } from './model.ts';
import { verifyTrace } from './verify.ts';
import { writeEntry } from './write.ts';

const NOW = Date.UTC(2026, 10, 22, 2);
const COUNT = 12;
const clerk: Actor = {
  id: 7,
  login: 'clerk',
  name: '职员',
  roles: ['investigator', 'supervisor'],
  areaCode: '429001000000',
  unit: 'cdc',
};
const signer = newSigner();
const keys = publicKeysIn(signer.publicPem);
let fresh: FreshDatabase;
let owner: Db;
let kept: Signed<Checkpoint>[] = [];

const keep = async (line: string): Promise<void> => {
  kept.push(JSON.parse(line) as Signed<Checkpoint>);
};
const link = (at = NOW): Promise<number> => linkEntries(fresh.db, { algorithm: 'sha256' }, at);
const mark = (at = NOW) => markChain(fresh.db, { signer, keep }, at);
const write = (n: number) =>
  fresh.db.tx((tx) =>
    writeEntry(tx, {
      at: NOW + n,
      actor: n % 3 === 0 ? HOUSE : clerk,
      action: 'person.read',
      subject: `person:${n}`,
      purpose: '核查 "本区" 疫情',
      areaCode: '429001002003',
      persons: [n, n + 1],
      mandateId: n % 2 === 0 ? n : undefined,
    }),
  );

/** What only who owns the server can do: the triggers sleep. */
const tamper = (sql: string, params: readonly unknown[] = []): Promise<number> =>
  owner.tx(async (tx) => {
    await tx.run(`set local session_replication_role = 'replica'`);
    return tx.run(sql, params);
  });

async function* lines(): AsyncGenerator<Signed<Checkpoint>> {
  yield* kept;
}
const verify = () => verifyTrace(fresh.db, { keys, kept: lines() }, NOW);
const named = async (): Promise<string[]> =>
  (await verify()).faults.map((it) => `${it.kind} ${it.seq}`).sort();

before(async () => {
  fresh = await freshDatabase();
  owner = openDb(fresh.ownerUrl, { max: 2, name: 'owner' });
});
after(async () => {
  await owner.close();
  await fresh.drop();
});
beforeEach(async () => {
  await tamper(`truncate trace.entry, trace.link, trace.checkpoint, trace.about restart identity`);
  await tamper(
    `update trace.state set low = 0, top = 0, settled = 0, next_id = 0, next_xid = '0',
       verified_seq = 0, patrol_seq = 0`,
  );
  kept = [];
  for (let n = 1; n <= COUNT; n++) await write(n);
  assert.equal(await link(), COUNT);
  assert.ok(await mark());
});

test('a chain that nobody touched is right, in both suites and across a change of suite', async () => {
  await write(COUNT + 1);
  assert.equal(await linkEntries(fresh.db, { algorithm: 'sm3' }, NOW), 1);
  const { ok, links, until, checkpoints } = await verify();
  assert.deepEqual(
    { ok, links, until, checkpoints },
    { ok: true, links: 13, until: 13, checkpoints: 1 },
  );
});

const columns = async (table: string): Promise<{ name: string; type: string }[]> =>
  fresh.db.read((tx) =>
    tx.rows(
      `select column_name as name, udt_name as type from information_schema.columns
       where table_schema = 'trace' and table_name = $1`,
      [table],
    ),
  );
const OTHER: Record<string, string> = {
  int8: 'coalesce($c, 0) + 1000',
  text: `$c || 'x'`,
  timestamptz: `$c + interval '1 microsecond'`,
  _int8: 'array_append($c, 5)',
  xid8: `($c::text::bigint + 1)::text::xid8`,
  bytea: `set_byte($c, 3, get_byte($c, 3) # 1)`,
};

/** An identity cannot be updated, even by its owner: the row is taken out and put back. */
const renumber = (all: readonly { name: string }[], from: number, to: number): Promise<number> =>
  tamper(
    `with gone as (delete from trace.entry where id = ${from} returning *)
     insert into trace.entry (${all.map((it) => it.name).join(', ')}) overriding system value
     select ${all.map((it) => (it.name === 'id' ? to : it.name)).join(', ')} from gone`,
  );

test('a change to any one column of any one entry is found, and the entry named', async () => {
  const all = await columns('entry');
  assert.ok(all.length >= 12);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...all),
      fc.integer({ min: 1, max: COUNT }),
      async ({ name, type }, id) => {
        const to = OTHER[type]?.replaceAll('$c', name);
        assert.ok(to, `how to change a ${type} is known`);
        const [row] = await fresh.db.read((tx) =>
          tx.rows<{ was: string }>(`select ${name}::text as was from trace.entry where id = $1`, [
            id,
          ]),
        );
        const isId = name === 'id';
        if (isId) await renumber(all, id, id + 1000);
        else await tamper(`update trace.entry set ${name} = ${to} where id = ${id}`);
        const { faults } = await verify();
        const kind: FaultKind = isId ? 'entry-missing' : 'entry-changed';
        assert.deepEqual(faults, [{ kind, seq: id, entryId: id }], `${name} of ${id}`);
        const back = `update trace.entry set ${name} = $1::text::${type === '_int8' ? 'int8[]' : type}`;
        if (isId) await renumber(all, id + 1000, id);
        else await tamper(`${back} where id = ${id}`, [row?.was ?? null]);
        assert.ok((await verify()).ok);
      },
    ),
    { numRuns: 60 },
  );
});

test('a change to a link is told from a change to its entry', async () => {
  for (const { name, type } of await columns('link')) {
    if (name === 'seq' || name === 'entry_id') continue;
    const to = name === 'algorithm' ? `'sm3'` : OTHER[type]?.replaceAll('$c', name);
    const [row] = await fresh.db.read((tx) =>
      tx.rows<{ was: unknown }>(`select ${name} as was from trace.link where seq = 5`),
    );
    await tamper(`update trace.link set ${name} = ${to} where seq = 5`);
    assert.deepEqual(await named(), ['link-changed 5']);
    await tamper(`update trace.link set ${name} = $1 where seq = 5`, [row?.was]);
  }
  assert.ok((await verify()).ok);
});

test('an entry that was dropped is missing by its number; so is a link', async () => {
  await tamper('delete from trace.entry where id = 4');
  assert.deepEqual(await named(), ['entry-missing 4']);
  await tamper('delete from trace.link where seq = 4');
  assert.deepEqual(await named(), ['link-missing 4']);
});

test('the newest, dropped with its link, is missed by the checkpoint in table and file', async () => {
  await tamper(`delete from trace.link where seq = ${COUNT}`);
  await tamper(`delete from trace.entry where id = ${COUNT}`);
  assert.deepEqual(await named(), [`chain-short ${COUNT}`]);
  await tamper('delete from trace.checkpoint');
  assert.deepEqual(await named(), [`chain-short ${COUNT}`, `checkpoint-missing ${COUNT}`]);
});

test('two entries that changed places are found', async () => {
  await tamper(
    `update trace.link set entry_id = case seq when 6 then -7 else -6 end where seq in (6, 7)`,
  );
  await tamper('update trace.link set entry_id = -entry_id where entry_id < 0');
  assert.deepEqual(await named(), ['entry-changed 6', 'entry-changed 7']);
});

test('a chain written anew from end to end differs from its signed checkpoint', async () => {
  await tamper(`update trace.entry set purpose = 'nothing' where id = 3`);
  await tamper('delete from trace.link');
  await tamper(`update trace.state set low = 0, top = 0, settled = 0, next_id = 0, next_xid = '0'`);
  await link();
  assert.deepEqual(await named(), [`chain-rewritten ${COUNT}`]);
  const forger = newSigner();
  await tamper('delete from trace.checkpoint');
  await markChain(fresh.db, { signer: forger, keep: async () => undefined }, NOW);
  assert.deepEqual(await named(), [`chain-rewritten ${COUNT}`, `checkpoint-signature ${COUNT}`]);
});

test('a checkpoint with any part exchanged is no longer signed', async () => {
  await write(COUNT + 1);
  await link();
  assert.ok(await mark(NOW + 60_000));
  for (const { name, type } of await columns('checkpoint')) {
    if (name === 'key_id' || name === 'sign_alg') continue;
    const [row] = await fresh.db.read((tx) =>
      tx.rows<{ was: unknown }>(`select ${name}::text as was from trace.checkpoint where seq = 13`),
    );
    const to = OTHER[type]?.replaceAll('$c', name).replace('1 microsecond', '1 millisecond');
    await tamper(`update trace.checkpoint set ${name} = ${to} where seq = 13`);
    const faults = (await verify()).faults.map((it) => it.kind);
    assert.ok(faults.includes('checkpoint-signature'), name);
    await tamper(`update trace.checkpoint set ${name} = $1::text::${type} where seq > 12`, [
      row?.was,
    ]);
  }
  assert.ok((await verify()).ok);
  await tamper(
    `update trace.checkpoint c set signature = o.signature from trace.checkpoint o
     where c.seq = 13 and o.seq = 12`,
  );
  assert.deepEqual(await named(), ['checkpoint-signature 13']);
});

test('an old entry that stands outside the chain is named', async () => {
  const kept = await tamper('delete from trace.link where seq = 5');
  assert.equal(kept, 1);
  const { faults } = await verifyTrace(fresh.db, { keys }, NOW + 60 * 60_000);
  assert.deepEqual(
    faults.map((it) => [it.kind, it.seq, it.entryId]),
    [
      ['link-missing', 5, null],
      ['entry-unlinked', 0, 5],
    ],
  );
});

test('who commits late is linked late, and nobody waits for them', async () => {
  let done = (): void => undefined;
  const open = new Promise<void>((yes) => {
    done = yes;
  });
  const late = fresh.db.tx(async (tx) => {
    await writeEntry(tx, {
      at: NOW,
      actor: clerk,
      action: 'late',
      subject: 'x',
      purpose: '',
      areaCode: '',
    });
    await open;
  });
  await new Promise((yes) => setTimeout(yes, 50));
  await write(100);
  assert.equal(await link(), 1);
  await write(101);
  assert.equal(await link(), 1);
  done();
  await late;
  assert.equal(await link(), 1);
  assert.ok((await verify()).ok);
  assert.equal(await link(), 0);
});

test('of linkers at once one links, and every entry stands in the chain once', async () => {
  const writers = Array.from({ length: 40 }, (_, i) => write(200 + i));
  const linkers = Array.from({ length: 4 }, async () => {
    let n = 0;
    for (let i = 0; i < 10; i++)
      n += await linkEntries(fresh.db, { algorithm: 'sha256', batchMax: 7 }, NOW);
    return n;
  });
  await Promise.all(writers);
  const linked = (await Promise.all(linkers)).reduce((a, b) => a + b, 0) + (await link());
  assert.equal(linked, 40);
  assert.ok((await verify()).ok);
});

test('a checkpoint is due after a minute or ten thousand links, and never without news', async () => {
  assert.equal(await mark(NOW + 600_000), undefined);
  await write(COUNT + 1);
  await link();
  assert.equal(await mark(NOW + 30_000), undefined);
  assert.equal((await mark(NOW + 60_000))?.seq, COUNT + 1);
  assert.equal(kept.length, 2);
});

const REFUSED = [
  'delete from trace.entry',
  `update trace.entry set purpose = ''`,
  'truncate trace.link',
  'delete from trace.checkpoint',
  'delete from trace.about',
];
const DDL = [
  'alter table trace.entry disable trigger append_only',
  'alter table trace.entry disable row level security',
  'drop trigger append_only on trace.link',
  'drop table trace.entry cascade',
  'drop schema trace cascade',
  'alter table trace.entry alter column purpose type varchar(1) using left(purpose, 1)',
  'alter table trace.checkpoint rename to gone',
  `create or replace function trace.refuse_change() returns trigger language plpgsql
   as $$ begin return null; end $$`,
];

test('nobody changes or removes by the way: not the server, the worker, the owner', async () => {
  const causeOf = (fault: Error): string => (fault.cause as Error).message;
  for (const move of [...REFUSED, ...DDL]) {
    await assert.rejects(
      owner.tx((tx) => tx.run(move)),
      (fault: Error) => /append only/.test(causeOf(fault)),
      `the owner may not: ${move}`,
    );
    for (const db of [fresh.db, fresh.db.seeing({ areaPrefix: '429001', actorId: 7 })])
      await assert.rejects(
        db.tx((tx) => tx.run(move)),
        (fault: Error) => /permission denied|must be owner|append only/.test(causeOf(fault)),
        move,
      );
  }
  const clerks = fresh.db.seeing({ areaPrefix: '429001', actorId: 7 });
  await assert.rejects(
    clerks.tx((tx) => tx.run(`insert into trace.link values (99, 99, 'sha256', 'x')`)),
    (fault: Error) => /permission denied/.test(causeOf(fault)),
  );
  assert.ok((await verify()).ok);
});

test('who sees another district sees none of these entries; who is in them sees their own', async () => {
  const count = async (areaPrefix: string, persons: number[] = []): Promise<number> => {
    const db = fresh.db.seeing({ areaPrefix, persons, actorId: 7 });
    const rows = await db.read((tx) => tx.rows('select id from trace.entry'));
    const about = await db.read((tx) => tx.rows('select distinct entry_id from trace.about'));
    assert.equal(rows.length, about.length);
    return rows.length;
  };
  assert.equal(await count('429001'), COUNT);
  assert.equal(await count('429002'), 0);
  assert.equal(await count('!'), 0);
  assert.equal(await count('!', [3]), 2);
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { factOf } from '../../src/facts/index.ts';
import { type Reactions, tell } from '../../src/platform/outbox/index.ts';
import { type FreshDatabase, freshDatabase } from '../builders/database.ts';
import { replayDifferences } from './replay.ts';

let fresh: FreshDatabase;
before(async () => {
  fresh = await freshDatabase({ rooms: ['platform/outbox'] });
  await fresh.asOwner((tx) => tx.run('create table counts (list text primary key, n int)'));
  await fresh.db.tx((tx) =>
    tell(tx, ...['a', 'b'].map((id) => factOf('list.changed', id, { listId: id }))),
  );
});
after(() => fresh.drop());

const onConflict = (name: string, what: string): Reactions => ({
  'list.changed': [
    {
      name,
      async react(tx, fact) {
        await tx.run(`insert into counts values ($1, 1) on conflict (list) ${what}`, [fact.key]);
      },
    },
  ],
});

test('a reaction that may hear twice leaves the database as it is', async () => {
  const reactions = onConflict('idempotent', 'do nothing');
  assert.deepEqual(await replayDifferences(fresh.db, reactions, Date.now), []);
});

test('a reaction that counts what it hears is found out', async () => {
  const reactions = onConflict('counting', 'do update set n = counts.n + 1');
  assert.deepEqual(await replayDifferences(fresh.db, reactions, Date.now), [
    { table: 'public.counts', gone: ['(a,2)', '(b,2)'], added: ['(a,3)', '(b,3)'] },
  ]);
});

test('a reaction that tells again what it hears is found out', async () => {
  const telling: Reactions = {
    'list.changed': [
      {
        name: 'telling',
        react: (tx, fact) =>
          tell(tx, factOf('rule.retired', fact.key, { ruleId: fact.key, version: 1 })),
      },
    ],
  };
  const [found] = await replayDifferences(fresh.db, telling, Date.now);
  assert.equal(found?.table, 'outbox.facts');
  assert.equal(found?.added.length, 2);
});

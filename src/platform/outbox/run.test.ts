import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { factOf } from '#facts/index.ts';
import { openDb } from '#platform/db/index.ts';
import { freshDatabase, type FreshDatabase } from '../../../tests/builders/database.ts';
import { followFacts, type Reactions, runReactions, tell } from './index.ts';

let fresh: FreshDatabase;
before(async () => {
  fresh = await freshDatabase({ rooms: ['platform/outbox'], max: 12 });
});
after(() => fresh.drop());

const listChanged = (id: string) => factOf('list.changed', id, { listId: id });
const tellNow = (id: string): Promise<void> => fresh.db.tx((tx) => tell(tx, listChanged(id)));
const fail = (error: unknown): never => {
  throw error;
};

test('a running reaction hears within milliseconds of the commit, and chains are heard too', async () => {
  const stop = new AbortController();
  const heard = new EventTarget();
  const reactions: Reactions = {
    'list.changed': [
      {
        name: 'first',
        react: (tx, fact) =>
          tell(tx, factOf('rule.retired', fact.key, { ruleId: fact.key, version: 1 })),
      },
    ],
    'rule.retired': [
      {
        name: 'second',
        react: async (_, fact) => void heard.dispatchEvent(new Event(fact.key)),
      },
    ],
  };
  const running = runReactions(fresh.db, reactions, {
    clock: Date.now,
    signal: stop.signal,
    onError: fail,
  });
  const hops: number[] = [];
  for (let i = 0; i < 60; i++) {
    const arrival = once(heard, `k${i}`);
    const begun = performance.now();
    await tellNow(`k${i}`);
    await arrival;
    hops.push(performance.now() - begun);
  }
  hops.sort((a, b) => a - b);
  stop.abort();
  await running;
  assert.ok((hops[30] ?? 1e9) < 250, `two hops took ${hops[30]} ms in the middle`);
});

test('a failed hearing is tried again by itself', async () => {
  const stop = new AbortController();
  const attempts: number[] = [];
  let tries = 0;
  const done = Promise.withResolvers<void>();
  const reactions: Reactions = {
    'rule.activated': [
      {
        name: 'second time lucky',
        async react() {
          tries++;
          if (tries <= 3) throw new Error('not yet');
          done.resolve();
        },
      },
    ],
  };
  const running = runReactions(fresh.db, reactions, {
    clock: Date.now,
    signal: stop.signal,
    onError: (_, failure) => attempts.push(failure?.attempts ?? -1),
  });
  await fresh.db.tx((tx) => tell(tx, factOf('rule.activated', 'r', { ruleId: 'r', version: 1 })));
  await done.promise;
  stop.abort();
  await running;
  assert.deepEqual(attempts, [1, 2], 'the first failure was that of the shared commit');
});

test('a follower hears what was before from its id on, and then everything new, each once', async () => {
  const other = openDb(fresh.workerUrl, { max: 4 });
  const heard: string[] = [];
  let resume = 0;
  const stopFirst = await followFacts(other, Number.POSITIVE_INFINITY, (fact, id) => {
    heard.push(fact.key);
    resume = id;
  });
  for (let i = 0; i < 20; i++) await tellNow(`f${i}`);
  await until(() => heard.length >= 20);
  assert.deepEqual(
    heard,
    Array.from({ length: 20 }, (_, i) => `f${i}`),
  );
  stopFirst();

  const again: string[] = [];
  const telling = (async () => {
    for (let i = 20; i < 40; i++) await tellNow(`f${i}`);
  })();
  const stopSecond = await followFacts(other, resume, (fact) => again.push(fact.key));
  await telling;
  await until(() => again.includes('f39'));
  const late = again.filter((key) => Number(key.slice(1)) >= 20);
  assert.deepEqual(
    late,
    Array.from({ length: 20 }, (_, i) => `f${i + 20}`),
  );
  assert.equal(new Set(again).size, again.length);
  stopSecond();
  await other.close();
});

test('a follower does not miss a lower id that commits later', async () => {
  const heard: string[] = [];
  const release = Promise.withResolvers<void>();
  const told = Promise.withResolvers<void>();
  const slow = fresh.db.tx(async (tx) => {
    await tell(tx, listChanged('late'));
    told.resolve();
    await release.promise;
  });
  await told.promise;
  const stop = await followFacts(fresh.db, Number.POSITIVE_INFINITY, (fact) =>
    heard.push(fact.key),
  );
  await tellNow('early');
  await until(() => heard.includes('early'));
  release.resolve();
  await slow;
  await until(() => heard.includes('late'));
  stop();
  assert.deepEqual(heard, ['early', 'late']);
});

async function until(holds: () => boolean): Promise<void> {
  const end = Date.now() + 10_000;
  while (!holds()) {
    if (Date.now() > end) throw new Error('waited in vain');
    await new Promise((done) => setTimeout(done, 5));
  }
}

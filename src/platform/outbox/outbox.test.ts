import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { factOf, type Heard } from '#facts/index.ts';
import { freshDatabase, type FreshDatabase } from '../../../tests/builders/database.ts';
import { ATTEMPTS_MAX } from './hear.ts';
import { drain, parked, pruneFacts, type Reactions, retryParked, tell } from './index.ts';

let fresh: FreshDatabase;
before(async () => {
  fresh = await freshDatabase({ rooms: ['platform/outbox'], max: 10 });
  await fresh.asOwner((tx) =>
    tx.run('create table effects (reaction text, fact bigint, at bigint)'),
  );
});
after(() => fresh.drop());

const listChanged = (id: string) => factOf('list.changed', id, { listId: id });
const tellNow = (...ids: string[]): Promise<void> =>
  fresh.db.tx((tx) => tell(tx, ...ids.map(listChanged)));

/** A reaction that writes one row per hearing, so that the table shows effects, not calls. */
const writer = (name: string, may: (fact: Heard) => boolean = () => true): Reactions => ({
  'list.changed': [
    {
      name,
      async react(tx, fact, now) {
        await tx.run('insert into effects values ($1, $2, $3)', [name, fact.id, now]);
        if (!may(fact)) throw new Error(`cannot hear ${fact.key}`);
      },
    },
  ],
});
const effectsOf = (name: string): Promise<{ key: string }[]> =>
  fresh.db.read((tx) =>
    tx.rows(
      `select f.key from effects e join outbox.facts f on f.id = e.fact where reaction = $1
       order by e.ctid`,
      [name],
    ),
  );
const keysOf = async (name: string): Promise<string[]> =>
  (await effectsOf(name)).map(({ key }) => key);

/** The horizon waits for transactions of every database on the server, other tests' too. */
async function drainUntil(reactions: Reactions, holds: () => Promise<boolean>): Promise<void> {
  const until = Date.now() + 20_000;
  do await drain(fresh.db, reactions, Date.now);
  while (!(await holds()) && Date.now() < until);
  assert.ok(Date.now() < until, 'in time');
}

test('what a rolled back transaction told is never heard', async () => {
  const fault = new Error('changed my mind');
  const told = fresh.db.tx(async (tx) => {
    await tell(tx, listChanged('never'));
    throw fault;
  });
  await assert.rejects(told, fault);
  await drain(fresh.db, writer('rollback'), Date.now);
  assert.ok(!(await keysOf('rollback')).includes('never'));
});

test('facts are heard in the order they were told, each once', async () => {
  await tellNow('a', 'b', 'a', 'c');
  await drain(fresh.db, writer('order'), Date.now);
  await drain(fresh.db, writer('order'), Date.now);
  assert.deepEqual(await keysOf('order'), ['a', 'b', 'a', 'c']);
});

test('a fact with a lower id that becomes visible later is not missed', async () => {
  const reactions = writer('gap');
  await drain(fresh.db, reactions, Date.now);
  let commit: () => void = () => undefined;
  const held = new Promise<void>((done) => {
    commit = done;
  });
  let slowTold: () => void = () => undefined;
  const told = new Promise<void>((done) => {
    slowTold = done;
  });
  const slow = fresh.db.tx(async (tx) => {
    await tell(tx, listChanged('slow'));
    slowTold();
    await held;
  });
  await told;
  await tellNow('quick');
  for (let i = 0; i < 4; i++) await drain(fresh.db, reactions, Date.now);
  assert.equal((await keysOf('gap')).at(-1), 'quick', 'a long transaction delays nobody');
  commit();
  await slow;
  await drain(fresh.db, reactions, Date.now);
  assert.deepEqual((await keysOf('gap')).slice(-2), ['quick', 'slow']);
  await drainUntil(reactions, async () => {
    const row = await fresh.db.read((tx) =>
      tx.row<{ left: number }>(`select (select max(id) from outbox.facts) - low as left
        from outbox.cursors where reaction = 'gap'`),
    );
    return row?.left === 0;
  });
});

test('a fact that keeps failing is parked, its stream waits, others go on; then it is retried', async () => {
  let mended = false;
  let now = Date.now();
  const failures: number[] = [];
  const reactions = writer('stubborn', (fact) => mended || fact.key !== 'bad');
  const options = {
    onError: (_: unknown, failure: { attempts: number }) => failures.push(failure.attempts),
  };
  await drain(fresh.db, writer('stubborn'), Date.now);
  const before = (await keysOf('stubborn')).length;
  await tellNow('bad', 'good', 'bad', 'good');
  await drain(fresh.db, reactions, () => now, options);
  assert.deepEqual((await keysOf('stubborn')).slice(before), ['good', 'good']);
  assert.equal((await fresh.db.read(parked)).length, 0, 'it still has tries left');
  for (let i = 0; i < ATTEMPTS_MAX; i++) {
    now += 1_000_000;
    await drain(fresh.db, reactions, () => now, options);
  }
  assert.deepEqual(
    failures,
    Array.from({ length: ATTEMPTS_MAX }, (_, i) => i + 1),
  );
  const [row, ...none] = await fresh.db.read(parked);
  assert.deepEqual(none, []);
  assert.equal(row?.error, 'cannot hear bad');
  assert.equal(row?.waiting, 1);
  mended = true;
  await drain(fresh.db, reactions, () => now, options);
  assert.equal(
    (await keysOf('stubborn')).length,
    before + 2,
    'parked stays until somebody retries',
  );
  assert.ok(await fresh.db.tx((tx) => retryParked(tx, 'stubborn', row?.fact ?? 0, now)));
  await drain(fresh.db, reactions, () => now, options);
  assert.deepEqual((await keysOf('stubborn')).slice(before), ['good', 'good', 'bad', 'bad']);
});

test('a failure in the middle of a shared commit undoes no other hearing and doubles none', async () => {
  await drain(fresh.db, writer('group'), Date.now);
  const before = (await keysOf('group')).length;
  await tellNow('g1', 'g2', 'g3', 'bad', 'g4');
  const bad = writer('group', (fact) => fact.key !== 'bad');
  await drain(fresh.db, bad, () => 0, { onError: () => undefined });
  assert.deepEqual((await keysOf('group')).slice(before), ['g1', 'g2', 'g3', 'g4']);
});

test('two processes on the same reaction have each effect once', async () => {
  const reactions = writer('race', (fact) => fact.key !== 'r7' || Math.random() < 0.5);
  await drain(fresh.db, writer('race'), Date.now);
  const before = (await keysOf('race')).length;
  const ids = Array.from({ length: 120 }, (_, i) => `r${i % 9}`);
  for (const id of ids) await tellNow(id);
  let now = Date.now();
  const options = { onError: () => undefined };
  const run = (): Promise<number> => drain(fresh.db, reactions, () => (now += 1_000), options);
  for (let i = 0; i < 30; i++) await Promise.all([run(), run(), run()]);
  const heard = (await keysOf('race')).slice(before);
  assert.equal(heard.length, 120);
  const doubled = await fresh.db.read((tx) =>
    tx.rows(`select fact from effects where reaction = 'race' group by fact having count(*) > 1`),
  );
  assert.deepEqual(doubled, []);
});

test('in the replay mode every fact is delivered twice', async () => {
  await tellNow('twice');
  await drain(fresh.db, writer('twice'), Date.now, { hearTwice: true });
  assert.deepEqual((await keysOf('twice')).slice(-2), ['twice', 'twice']);
});

test('facts are pruned only when every reaction has passed them', async () => {
  const both = {
    'list.changed': [writer('p1'), writer('p2')].flatMap((r) => r['list.changed'] ?? []),
  };
  await drain(fresh.db, writer('p1'), Date.now);
  const future = Date.now() + 60_000;
  const prune = (): Promise<number> => fresh.db.tx((tx) => pruneFacts(tx, both, future));
  for (let i = 0; i < 3; i++) await drain(fresh.db, writer('p1'), Date.now);
  assert.equal(await prune(), 0, 'p2 has heard nothing yet');
  await drainUntil(both, async () => (await prune()) > 0);
  assert.equal(await prune(), 0);
});

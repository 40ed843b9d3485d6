import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { factOf } from '#facts/index.ts';
import { type Db, openDb } from '#platform/db/index.ts';
import { freshDatabase, type FreshDatabase } from '../../../tests/builders/database.ts';
import { followFacts, type Reactions, runReactions, tell } from './index.ts';

let fresh: FreshDatabase;
before(async () => {
  fresh = await freshDatabase({ rooms: ['platform/outbox'], max: 14 });
  await fresh.asOwner((tx) =>
    tx.run(`create table subjects (id int primary key, told int not null default 0);
      insert into subjects select generate_series(0, 6);
      create table effects (place bigserial, fact bigint, subject text, told int)`),
  );
});
after(() => fresh.drop());

/** Seeded chance, so that a failure can be looked at again (mulberry32). */
function chanceOf(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * Transactions that lock a subject, count up and tell the count; they dawdle, and some roll
 * back.
 */
async function write(db: Db, chance: () => number, rounds: number): Promise<void> {
  for (let i = 0; i < rounds; i++) {
    const subject = Math.floor(chance() * 7);
    const work = db.tx(async (tx) => {
      if (chance() < 0.3) await tx.run('select pg_current_xact_id()'); // an old xid, a late id
      await sleep(chance() * 4);
      const row = await tx.row<{ told: number }>(
        'update subjects set told = told + 1 where id = $1 returning told',
        [subject],
      );
      await tell(tx, factOf('rule.activated', subject, { ruleId: '', version: row?.told ?? 0 }));
      await sleep(chance() * 6);
      if (chance() < 0.15) throw new Error('changed my mind');
    });
    await work.catch((fault: Error) => assert.equal(fault.message, 'changed my mind'));
  }
}

const reactions: Reactions = {
  'rule.activated': [
    {
      name: 'fuzzed',
      async react(tx, fact) {
        await tx.run('insert into effects (fact, subject, told) values ($1, $2, $3)', [
          fact.id,
          fact.key,
          fact.body.version,
        ]);
        if (fact.id % 11 === 0 && Math.random() < 0.5) throw new Error('stumbled');
      },
    },
  ],
};

type Effect = { fact: number; subject: string; told: number };
const effects = (): Promise<Effect[]> =>
  fresh.db.read((tx) => tx.rows<Effect>('select fact, subject, told from effects order by place'));

async function untilAllHeard(): Promise<Effect[]> {
  const end = Date.now() + 30_000;
  for (;;) {
    const total = await fresh.db.read((tx) =>
      tx.row<{ n: number }>('select sum(told) as n from subjects'),
    );
    const all = await effects();
    if (all.length >= (total?.n ?? 0)) return all;
    assert.ok(Date.now() < end, `${all.length} of ${total?.n} heard`);
    await sleep(50);
  }
}

/** Every count of every subject, each once, in order: nothing lost, doubled or overtaken. */
function assertInOrder(all: readonly { subject: string; told: number }[]): void {
  const last = new Map<string, number>();
  for (const { subject, told } of all) {
    assert.equal(told, (last.get(subject) ?? 0) + 1, `subject ${subject}`);
    last.set(subject, told);
  }
}

test('dawdling, aborting writers and two stumbling processes: all heard, once, in order', async (t) => {
  const stop = new AbortController();
  const other = openDb(fresh.workerUrl, { max: 4 });
  t.after(async () => {
    stop.abort();
    await other.close();
  });
  const options = { clock: Date.now, signal: stop.signal, onError: () => undefined, keepMs: -1e6 };
  const running = [fresh.db, other].map((db) => runReactions(db, reactions, options));
  const followed: { subject: string; told: number }[] = [];
  const unfollow = await followFacts(other, 0, (fact) => {
    if (fact.kind !== 'rule.activated') return;
    followed.push({ subject: fact.key, told: (fact.body as { version: number }).version });
  });
  const writers = Array.from({ length: 8 }, (_, w) => write(fresh.db, chanceOf(w + 1), 40));
  await Promise.all(writers);
  assertInOrder(await untilAllHeard());
  while (followed.length < (await effects()).length) await sleep(20);
  assertInOrder(followed);
  unfollow();
  stop.abort();
  await Promise.all(running);
});

test('a process that hears is killed again and again: each effect once', async (t) => {
  const program = `
    const { openDb } = await import(${JSON.stringify(join(import.meta.dirname, '../db/index.ts'))});
    const { runReactions } = await import(${JSON.stringify(join(import.meta.dirname, 'index.ts'))});
    const db = openDb(${JSON.stringify(fresh.workerUrl)}, { max: 4 });
    const react = (tx, fact) => tx.run('insert into effects (fact, subject, told) values ($1, $2, $3)',
      [fact.id, fact.key, fact.body.version]);
    await runReactions(db, { 'rule.activated': [{ name: 'fuzzed', react }] },
      { clock: Date.now, signal: new AbortController().signal, onError: console.error });`;
  const start = (): ReturnType<typeof spawn> =>
    spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'inherit' });
  const writing = Promise.all(
    Array.from({ length: 4 }, (_, w) => write(fresh.db, chanceOf(100 + w), 120)),
  );
  const chance = chanceOf(7);
  for (let i = 0; i < 5; i++) {
    const child = start();
    await sleep(200 + chance() * 300);
    child.kill('SIGKILL');
  }
  const last = start();
  t.after(() => last.kill('SIGKILL'));
  await writing;
  const all = await untilAllHeard();
  assertInOrder(all);
});

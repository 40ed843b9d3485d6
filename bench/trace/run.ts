/**
 * The trace under load: entries written by several processes, each in a transaction of its own, while
 * the linker keeps up; then the chain verified from end to end. On a PostgreSQL of its own with fsync
 * on. Peer: the same rows into a table without indexes, wall and chain.
 * `node bench/trace/run.ts [seconds] [writers] [connections]`
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HOUSE } from '../../src/house.ts';
import {
  HOUSE_SIGHT,
  migrate,
  openDb,
  prepareRoles,
  rolePasswords,
  startPostgres,
} from '#platform/db/index.ts';
import { newSigner, publicKeysIn } from '#platform/secrets/index.ts';
import { linkEntries, markChain, verifyTrace } from '#registers/trace/index.ts';
import { ms, quantile, report, whole } from '../kit.ts';

const [seconds = '15', writers = '3', connections = '16'] = process.argv.slice(2);
const ENTRIES_MIN = 5_000;
const LINK_EVERY_MS = 200;

const home = mkdtempSync(join(tmpdir(), 'fenghuo-bench-trace-'));
const server = await startPostgres({ home });
const urls = await prepareRoles(server.url, rolePasswords(home));
const owner = openDb(server.url, { max: 2, name: 'owner' });
await migrate(
  owner,
  HOUSE.map((room) => room.path),
);
await owner.tx((tx) =>
  tx.run(`create table bench_plain (like trace.entry including defaults including identity);
    alter table bench_plain add primary key (id);
    grant select, insert on bench_plain to fenghuo_server`),
);
const db = openDb(urls.worker, { max: 4, name: 'linker' }).seeing(HOUSE_SIGHT);

/** Entries a second of all writers together. */
async function load(table: 'trace' | 'plain'): Promise<number> {
  const children = Array.from({ length: Number(writers) }, () =>
    fork(join(import.meta.dirname, 'writer.ts'), [urls.server, seconds, connections, table]),
  );
  await Promise.all(children.map((child) => once(child, 'message')));
  const done = children.map(async (child) =>
    Number(((await once(child, 'message')) as [number])[0]),
  );
  for (const child of children) child.send('go');
  const written = await Promise.all(done);
  return written.reduce((a, b) => a + b, 0) / Number(seconds);
}

const waiting: number[] = [];
const lags: number[] = [];
let isOver = false;
/** As the worker does: link, wait a fifth of a second, again. */
async function keepLinking(): Promise<void> {
  while (!isOver) {
    const begun = performance.now();
    waiting.push(await linkEntries(db, { algorithm: 'sha256' }, Date.now()));
    lags.push(performance.now() - begun + LINK_EVERY_MS);
    await sleep(LINK_EVERY_MS);
  }
  await linkEntries(db, { algorithm: 'sha256' }, Date.now());
}

try {
  const plain = await load('plain');
  console.log(`plain inserts: ${whole(plain)} rows/s`);
  const linking = keepLinking();
  const traced = await load('trace');
  isOver = true;
  await linking;
  const signer = newSigner();
  await markChain(db, { signer, keep: async () => undefined }, Date.now());
  const begun = performance.now();
  const verified = await verifyTrace(db, { keys: publicKeysIn(signer.publicPem) }, Date.now());
  const verifySeconds = (performance.now() - begun) / 1000;
  if (!verified.ok) throw new Error(`the chain has ${verified.faultCount} faults`);
  const rate = verified.links / verifySeconds;
  const lag = quantile(lags, 0.99);
  console.log(
    `trace: ${whole(traced)} entries/s; linked up to ${ms(quantile(lags, 0.5))} (p99 ${ms(lag)}) ` +
      `after their commit, ${whole(quantile(waiting, 0.5))} a turn`,
  );
  console.log(`verify: ${whole(verified.links)} entries in ${verifySeconds.toFixed(1)} s`);
  report({
    promise: 'trace: entries, one a transaction, while linked',
    measured: `${whole(traced)}/s, linked within ${ms(lag)}`,
    limit: `≥ ${whole(ENTRIES_MIN)}/s; plain ${whole(plain)}/s`,
    ratio: traced / plain,
    kept: traced >= ENTRIES_MIN && lag <= 1_000,
  });
  report({
    promise: 'trace: verify the chain',
    measured: `${whole(rate)} entries/s`,
    limit: `peer: ${whole(traced)}/s written`,
    ratio: rate / traced,
    kept: undefined,
  });
} finally {
  await db.close();
  await owner.close();
  await server.stop();
  rmSync(home, { recursive: true, force: true });
}

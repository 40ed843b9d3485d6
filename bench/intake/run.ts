/**
 * Durable intake over HTTP: rows → log → verdict → lake, on this machine, all embedded.
 * `node bench/intake/run.ts [seconds] [senders] [persons]`, beside the lake's own bulk load.
 * The door and the worker share this process; the sender, PostgreSQL and the lake have their own.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { accountOf, checkIdentity, LAKE_TABLE, runIntake } from '#intake/records/index.ts';
import { report, whole } from '../kit.ts';
import { anIntake } from '../../tests/builders/intake.ts';

const [seconds = '20', senders = '4', persons = '100000'] = process.argv.slice(2);

const house = await anIntake({ withLake: true });
const { db, lake, loader, port } = house;
if (!lake || !loader) throw new Error('no lake');
await loader.recover();
const ending = new AbortController();
const working = Promise.all([runIntake(house.deps, ending.signal), loader.run(ending.signal)]);

let rssMax = 0;
const watch = setInterval(() => {
  rssMax = Math.max(rssMax, process.memoryUsage().rss);
}, 100);

const begun = performance.now();
const sender = spawn(
  process.execPath,
  [
    join(import.meta.dirname, 'sender.ts'),
    `http://127.0.0.1:${port}/api/intake/pharmacies`,
    house.key,
    seconds,
    senders,
    persons,
  ],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
let said = '';
sender.stdout.on('data', (chunk) => {
  said += String(chunk);
});
await new Promise((done) => sender.on('close', done));
const sentIn = (performance.now() - begun) / 1000;
const { sent } = JSON.parse(said) as { sent: number };

const account = () => db.read((tx) => accountOf(tx, 0));
const loaded = async (): Promise<number> =>
  (await lake.query<{ n: number }>(`select count() as n from ${LAKE_TABLE}`))[0]?.n ?? 0;
while ((await account()).city.pending > 0) await sleep(50);
const weighedIn = (performance.now() - begun) / 1000;
while ((await loaded()) < (await account()).city.admitted) await sleep(50);
const loadedIn = (performance.now() - begun) / 1000;
clearInterval(watch);
ending.abort();
await working;

const { city } = await account();
const wrong = await db.read(checkIdentity);
const segments = await db.read((tx) =>
  tx.rows<{ id: number }>('select id from records.segment order by id'),
);
const ids = segments.map((it) => it.id);
const path = await house.segments.join(ids, 'bench');
await lake.run(`create table bulk as ${LAKE_TABLE}`);
await lake.run(`create table bulk_place as records_by_place`);
await lake.run(`create materialized view bulk_feed to bulk_place as select * from bulk`);
const bulkBegun = performance.now();
await lake.insertFile('bulk', path, 'bulk');
const bulk = city.admitted / ((performance.now() - bulkBegun) / 1000);
const rate = (in_: number): number => Math.round(sent / in_);
console.table({
  'rows sent and durable': sent,
  'answered rows/s': rate(sentIn),
  'rows with a verdict /s': rate(weighedIn),
  'rows in the lake /s': rate(loadedIn),
  "the lake's own bulk load rows/s": Math.round(bulk),
  'share of the bulk load': (rate(loadedIn) / bulk).toFixed(3),
  'memory of door and worker, MiB': Math.round(rssMax / 2 ** 20),
  segments: ids.length,
  ...city,
});
report({
  promise: 'the intake rooms alone, rows in the lake',
  measured: `${whole(rate(loadedIn))} rows/s over ${seconds} s`,
  limit: `lake alone ${whole(bulk)} rows/s`,
  ratio: rate(loadedIn) / bulk,
  kept: undefined,
});
if (wrong.length > 0 || house.faults.length > 0) console.error(wrong, house.faults);
await house.close();
process.exit(wrong.length > 0 || city.received !== sent ? 1 : 0);

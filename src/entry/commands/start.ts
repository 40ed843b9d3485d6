import { mkdirSync } from 'node:fs';
import { HOUSE } from '../../house.ts';
import { type Child, keepRunning } from '../children.ts';
import type { Command } from '../command.ts';
import { type Config, readConfig } from '../config.ts';
import { buildFaces, facesAreFresh } from '../faces.ts';
import { holdHome, noteUrl } from '../home.ts';
import { progressBar } from '../progress.ts';
import { greet, playSample, prepareSample, type Sample } from '../sample/sample.ts';
import { migrate, openDb, startPostgres } from '#platform/db/index.ts';
import { openLake } from '#platform/lake/index.ts';

export const command: Command = {
  summary: 'Start everything: databases, server, worker and the sample city',
  usage: '',
  options: {},
  run: async ({ env }) => {
    await runHouse(readConfig(env));
    return 0;
  },
};

type Stop = () => Promise<void>;

/** Runs the house until SIGINT or SIGTERM; stops its parts in the reverse of the order they began. */
async function runHouse(config: Config): Promise<void> {
  mkdirSync(config.home, { recursive: true });
  const stops: Stop[] = [holdHome(config.home)];
  const ended = stopOnSignal(stops);
  try {
    await raise(config, stops);
    await ended;
  } catch (fault) {
    await stopAll(stops);
    throw fault;
  }
}

async function raise(config: Config, stops: Stop[]): Promise<void> {
  const faces = facesAreFresh() ? Promise.resolve() : timed('faces', buildFaces());
  const [postgres, lake] = await Promise.all([
    startPostgres({
      home: config.home,
      url: config.databaseUrl,
      onCrash: (why) => console.error(`fenghuo: PostgreSQL fell and is started again. ${why}`),
    }),
    openLake(config.lakeUrl ? { url: config.lakeUrl } : { home: config.home }),
  ]);
  stops.push(
    () => lake.stop(),
    () => postgres.stop(),
  );
  stops.push(noteUrl(config.home, postgres.url));
  await prepareDatabase(postgres.url);
  const env = { FENGHUO_HOME: config.home, DATABASE_URL: postgres.url, LAKE_URL: lake.url };
  const sample = config.sample.isOn ? await prepareSample(config, postgres.url) : undefined;
  await faces;
  const children = ['server', 'worker'].map((name) => keepRunning(name, env));
  stops.push(...children.map((child: Child) => child.stop));
  await Promise.all(children.map((child) => child.ready));
  await announce(config, sample, stops);
}

async function announce(config: Config, sample: Sample | undefined, stops: Stop[]): Promise<void> {
  const address = `http://${config.host}:${config.port}`;
  if (!sample) {
    console.log(`烽火 Fenghuo is ready: ${address}`);
    return;
  }
  const player = await playSample(config, sample, address);
  stops.push(player.stop);
  greet(address, sample);
}

async function prepareDatabase(url: string): Promise<void> {
  const db = openDb(url, { max: 2, name: 'migrate' });
  try {
    await migrate(
      db,
      HOUSE.map((room) => room.path),
    );
  } finally {
    await db.close();
  }
}

async function timed(title: string, work: Promise<void>): Promise<void> {
  const bar = progressBar(title);
  const start = performance.now();
  await work;
  bar.end(`${((performance.now() - start) / 1000).toFixed(0)} s`);
}

async function stopAll(stops: Stop[]): Promise<void> {
  for (const stop of stops.splice(0).reverse()) await stop();
}

function stopOnSignal(stops: Stop[]): Promise<void> {
  return new Promise((done, fail) => {
    let asked = 0;
    const end = (): void => {
      asked += 1;
      if (asked > 2) process.exit(130);
      if (asked > 1) return;
      console.error('\nfenghuo: stopping…');
      stopAll(stops).then(done, fail);
    };
    process.on('SIGINT', end);
    process.on('SIGTERM', end);
  });
}

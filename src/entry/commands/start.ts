import { mkdirSync } from 'node:fs';
import { HOUSE } from '../../house.ts';
import { type Child, keepRunning, noteEnding } from '../start/children.ts';
import type { Command } from '../command.ts';
import { type Config, readConfig } from '../config.ts';
import { buildFaces, facesAreFresh } from '../start/faces.ts';
import { innerPortFor, openDoorWarning } from '../doors/edges.ts';
import { assertFree } from '../doors/one-port.ts';
import { readTls } from '../doors/tls.ts';
import { prepareLogins } from '../start/database.ts';
import { holdHome, noteLake, noteUrl } from '../start/home.ts';
import { progressBar } from '../start/progress.ts';
import { prepareSample } from '../sample/prepare.ts';
import type { SampleLogin } from '../sample/state.ts';
import { loadBase } from '../start/base-data.ts';
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

/**
 * Runs the house until SIGINT or SIGTERM; stops its parts in the reverse of the order they
 * began.
 */
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
  await assertFree(config.host, config.port);
  if (config.edges.tls) readTls(config.edges.tls);
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
  const urls = await prepareLogins(config, postgres.url);
  stops.push(noteUrl(config.home, urls.worker));
  stops.push(noteLake(config.home, lake.url));
  const logins = await prepareDatabase(config, postgres.url);
  const env = {
    FENGHUO_HOME: config.home,
    // Not the owner's: who serves people's data cannot take the wall down.
    DATABASE_URL: '',
    DATABASE_SERVER_URL: urls.server,
    DATABASE_WORKER_URL: urls.worker,
    LAKE_URL: lake.url,
    ...(await innerPortFor(config)),
  };
  await faces;
  const children = ['server', 'worker'].map((name) => keepRunning(name, env));
  stops.push(...children.map((child: Child) => child.stop));
  await Promise.all(children.map((child) => child.ready));
  if (config.sample.isOn) {
    const player = keepRunning('sample', env);
    stops.push(player.stop);
    await player.ready;
  }
  const warning = openDoorWarning(config);
  if (warning) console.error(warning);
  greet(`${config.edges.tls ? 'https' : 'http'}://${config.host}:${config.port}`, logins);
}

function greet(address: string, logins: readonly SampleLogin[]): void {
  if (logins.length > 0) {
    console.log('\nSample logins, printed this once · 示例账号，只显示一次:');
    for (const { role, login, password, area } of logins)
      console.log(`  ${role.padEnd(24)} ${login.padEnd(13)} ${password}  ${area}`);
    console.log('');
  }
  console.log(`烽火 Fenghuo is ready: ${address}`);
}

/** Tables, dated data and, the first time, the sample city's registers; answers its new logins. */
async function prepareDatabase(config: Config, url: string): Promise<SampleLogin[]> {
  const db = openDb(url, { max: 4, name: 'start' });
  try {
    await migrate(
      db,
      HOUSE.map((room) => room.path),
    );
    await loadBase(db);
    return config.sample.isOn ? await prepareSample(config, db) : [];
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

/** One Ctrl-C may arrive several times, forwarded by npm and the terminal alike. */
const SAME_KEYSTROKE_MS = 1_000;

/** The first signal stops everything in order; a later one, a second apart, ends at once. */
async function stopOnSignal(stops: Stop[]): Promise<void> {
  await new Promise<void>((asked) => {
    let firstAt = Number.NaN;
    const hear = (): void => {
      if (performance.now() - firstAt > SAME_KEYSTROKE_MS) process.exit(130);
      if (!Number.isNaN(firstAt)) return;
      firstAt = performance.now();
      noteEnding();
      asked();
    };
    process.on('SIGINT', hear);
    process.on('SIGTERM', hear);
  });
  console.error('\nfenghuo: stopping…');
  await stopAll(stops);
}

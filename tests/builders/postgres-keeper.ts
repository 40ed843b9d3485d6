/**
 * Keeps one PostgreSQL for all test processes of this machine. Started detached by `database.ts`, ends
 * by itself when no test used it for a while. Run by hand as `postgres-stop.ts` would end it.
 */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { openDb, startPostgres } from '../../src/platform/db/index.ts';

const IDLE_MAX_MS = 180_000;
const LOOK_EVERY_MS = 15_000;
/** Templates of other states of the migrations, beyond the newest so many, are dropped. */
const TEMPLATES_MAX = 40;

const home = process.argv[2] ?? '';
const stateFile = join(home, 'state.json');
const server = await startPostgres({
  home,
  settings: {
    // Throw-away data: tests of durability start their own server.
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    max_connections: '300',
    autovacuum_naptime: '10s',
  },
});
const admin = openDb(server.url, { max: 2, name: 'keeper' });
writeFileSync(`${stateFile}.new`, JSON.stringify({ url: server.url, pid: process.pid }), {
  mode: 0o600,
});
renameSync(`${stateFile}.new`, stateFile);

let usedAt = Date.now();
const stop = async (): Promise<void> => {
  rmSync(stateFile, { force: true });
  await admin.close();
  await server.stop();
  process.exit(0);
};
process.once('SIGTERM', stop);
process.once('SIGINT', stop);

async function look(): Promise<void> {
  const others = await admin.read((tx) =>
    tx.row<{ n: number }>(
      `select count(*)::int as n from pg_stat_activity
       where backend_type = 'client backend' and application_name <> 'keeper'`,
    ),
  );
  const held = await sweep();
  if ((others?.n ?? 0) > 0 || held > 0) usedAt = Date.now();
  if (Date.now() - usedAt > IDLE_MAX_MS) await stop();
}

/**
 * Drops clones whose process is gone (`clone_<pid>_…`) and templates nobody asks for any more. Answers
 * how many clones a living process holds: a test may compute for minutes without a connection.
 */
async function sweep(): Promise<number> {
  const names = await admin.read((tx) =>
    tx.rows<{ name: string }>(`select datname as name from pg_database order by oid desc`),
  );
  const clones = names.filter(({ name }) => name.startsWith('clone_'));
  const templates = names.filter(({ name }) => name.startsWith('template_'));
  const dead = clones.filter(({ name }) => !isAlive(Number(name.split('_')[1])));
  for (const { name } of [...dead, ...templates.slice(TEMPLATES_MAX)]) await drop(name);
  return clones.length - dead.length;
}

async function drop(name: string): Promise<void> {
  const client = new Client({ connectionString: server.url, application_name: 'keeper' });
  await client.connect();
  try {
    await client.query(`drop database if exists "${name}" with (force)`);
  } finally {
    await client.end();
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (fault) {
    return (fault as NodeJS.ErrnoException).code === 'EPERM';
  }
}

for (;;) {
  await new Promise((done) => setTimeout(done, LOOK_EVERY_MS));
  await look().catch((fault: unknown) => console.error(fault));
}

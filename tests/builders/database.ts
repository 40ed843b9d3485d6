import { createHash, createHmac } from 'node:crypto';
import { Client } from 'pg';
import { HOUSE } from '../../src/house.ts';
import {
  type Db,
  HOUSE_SIGHT,
  migrate,
  migrationFiles,
  openDb,
  prepareRoles,
  type RolePasswords,
  roleUrls,
  type Tx,
} from '../../src/platform/db/index.ts';
import { sharedUrl } from './postgres-shared.ts';

export type FreshDatabase = {
  /** As a server works: its own role, seeing everything in the house's name. `db.seeing` for less. */
  readonly db: Db;
  readonly url: string;
  readonly serverUrl: string;
  readonly workerUrl: string;
  /** Who made the tables: for what only migrations do. No wall stands before it. */
  readonly ownerUrl: string;
  /** One transaction of the owner. */
  asOwner<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  drop(): Promise<void>;
};
export type FreshDatabaseOptions = {
  /** Rooms whose migrations it has, the wall's too; every room without. None: all is the owner's. */
  readonly rooms?: readonly string[];
  /** Connections of the pool; 8 without. */
  readonly max?: number;
};

const EVERY_ROOM = HOUSE.map((room) => room.path);
let clones = 0;
let prepared: Promise<unknown> | undefined;

/**
 * A database of this test's own, with all tables and no rows: a clone of a template that is migrated
 * once per state of the migration files (about 60 ms). Drop it at the end; the keeper of the shared
 * server drops what a killed test left.
 */
export async function freshDatabase(options: FreshDatabaseOptions = {}): Promise<FreshDatabase> {
  const base = await sharedUrl();
  const rooms = options.rooms ?? EVERY_ROOM;
  const isBare = rooms.length === 0;
  prepared ??= prepareRoles(base, passwordsOf(base));
  await prepared;
  const template = await ensureTemplate(base, isBare ? [] : ['platform/db', ...rooms]);
  const name = `clone_${process.pid}_${Date.now()}_${clones++}`;
  await asAdmin(base, (client) => client.query(`create database ${name} template ${template}`));
  const ownerUrl = withName(base, name);
  const urls = roleUrls(ownerUrl, passwordsOf(base));
  const url = isBare ? ownerUrl : urls.server;
  const pool = openDb(url, { max: options.max ?? 8, name: 'test' });
  const db = isBare ? pool : pool.seeing(HOUSE_SIGHT);
  return {
    db,
    url,
    serverUrl: urls.server,
    workerUrl: urls.worker,
    ownerUrl,
    async asOwner(work) {
      const owner = openDb(ownerUrl, { max: 1, name: 'owner' });
      return owner.tx(work).finally(() => owner.close());
    },
    async drop() {
      await db.close();
      await asAdmin(base, (client) => client.query(`drop database ${name} with (force)`));
    },
  };
}

/** The same for every test process of one server, without a file: these guard nothing. */
function passwordsOf(base: string): RolePasswords {
  const of = (name: string): string =>
    createHmac('sha256', new URL(base).password).update(name).digest('base64url');
  return { server: of('server'), worker: of('worker') };
}

/** Name of the migrated template; built by the first who needs it while the others wait. */
async function ensureTemplate(base: string, rooms: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  const steps = migrationFiles([...new Set(rooms)]);
  for (const step of steps) hash.update(`${step.room}/${step.name}/${step.checksum}\n`);
  const name = `template_${hash.digest('hex').slice(0, 20)}`;
  await asAdmin(base, async (client) => {
    if (await exists(client, name)) return;
    await client.query(`select pg_advisory_lock(hashtext($1))`, [name]);
    if (await exists(client, name)) return;
    await client.query(`drop database if exists ${name}_raw with (force)`);
    await client.query(`create database ${name}_raw template template0`);
    const db = openDb(withName(base, `${name}_raw`), { max: 1, name: 'template' });
    try {
      await migrate(db, [...new Set(rooms)], undefined, steps);
    } finally {
      await db.close();
    }
    await client.query(`alter database ${name}_raw rename to ${name}`);
  });
  return name;
}

async function exists(client: Client, name: string): Promise<boolean> {
  const found = await client.query('select 1 from pg_database where datname = $1', [name]);
  return found.rowCount === 1;
}

async function asAdmin<T>(base: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: base, application_name: 'builder' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function withName(base: string, name: string): string {
  const url = new URL(base);
  url.pathname = `/${name}`;
  return url.href;
}

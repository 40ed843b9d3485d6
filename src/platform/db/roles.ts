import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

/** Who works on the database besides its owner: neither owns, alters, truncates or bypasses. */
export type RoleLogin = 'server' | 'worker';
export type RolePasswords = Readonly<Record<RoleLogin, string>>;
export type RoleUrls = Readonly<Record<RoleLogin, string>>;

const TRIES = 20;
const NAME: Record<RoleLogin, string> = { server: 'fenghuo_server', worker: 'fenghuo_worker' };

/** The passwords of both logins, random, made once and kept in `folder`, readable by us alone. */
export function rolePasswords(folder: string): RolePasswords {
  const file = join(folder, 'database-roles.json');
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const fresh = () => randomBytes(24).toString('base64url');
    writeFileSync(file, JSON.stringify({ server: fresh(), worker: fresh() }), { mode: 0o600 });
  }
  return JSON.parse(readFileSync(file, 'utf8')) as RolePasswords;
}

/**
 * Makes the three roles of the wall with the owner's URL and answers the URLs of the two logins.
 * Roles belong to the whole cluster: nothing is done when both logins work, and several processes
 * may try at once. Throws with the SQL to run when the owner may not make roles.
 */
export async function prepareRoles(ownerUrl: string, passwords: RolePasswords): Promise<RoleUrls> {
  const urls = roleUrls(ownerUrl, passwords);
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const work = await Promise.all([canConnect(urls.server), canConnect(urls.worker)]);
    if (work.every(Boolean)) return urls;
    await makeRoles(ownerUrl, passwords).catch(rethrowUnlessRace);
    await sleep(10 * attempt);
  }
  throw new Error('the database roles fenghuo_server and fenghuo_worker cannot sign in');
}

/** The owner's URL as each login opens it. */
export function roleUrls(ownerUrl: string, passwords: RolePasswords): RoleUrls {
  const urlOf = (login: RoleLogin): string => {
    const url = new URL(ownerUrl);
    url.username = NAME[login];
    url.password = passwords[login];
    return url.href;
  };
  return { server: urlOf('server'), worker: urlOf('worker') };
}

async function canConnect(connectionString: string): Promise<boolean> {
  const client = new Client({ connectionString, application_name: 'roles' });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch (fault) {
    // 28P01 and 28000: no such role, or another password. Everything else is not ours to mend.
    if (!['28P01', '28000'].includes((fault as { code?: string }).code ?? '')) throw fault;
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** In order: the server takes the house's place by name only, the worker always stands in it. */
const statements = (passwords: RolePasswords): string[] => [
  role('fenghuo_house', 'nologin'),
  role('fenghuo_server', `login noinherit password '${literal(passwords.server)}'`),
  role('fenghuo_worker', `login inherit password '${literal(passwords.worker)}'`),
  'grant fenghuo_house to fenghuo_server',
  'grant fenghuo_house to fenghuo_worker',
];

const role = (name: string, how: string): string => `do $$ begin
  if exists (select 1 from pg_roles where rolname = '${name}') then alter role ${name} ${how};
  else create role ${name} nosuperuser nocreatedb nocreaterole nobypassrls ${how};
  end if; end $$`;

/** Base64url as we make them; anything else would have to be quoted by rules of two languages. */
function literal(password: string): string {
  if (!/^[\w-]{20,}$/.test(password)) throw new Error('a database password is not as we make them');
  return password;
}

async function makeRoles(ownerUrl: string, passwords: RolePasswords): Promise<void> {
  const client = new Client({ connectionString: ownerUrl, application_name: 'roles' });
  await client.connect();
  try {
    for (const sql of statements(passwords)) await client.query(sql);
  } finally {
    await client.end();
  }
}

/** Somebody else makes the same roles at this moment: look again. */
const RACES = ['23505', '42710', 'XX000', '40001'];
const FORBIDDEN = '42501';

function rethrowUnlessRace(fault: unknown): void {
  const code = (fault as { code?: string }).code ?? '';
  if (RACES.includes(code)) return;
  if (code !== FORBIDDEN) throw fault;
  throw new Error(
    `the owner of the database may not make roles. Let an administrator run, with passwords of their own:
  create role fenghuo_house nologin;
  create role fenghuo_server login noinherit password '…';
  create role fenghuo_worker login password '…';
  grant fenghuo_house to fenghuo_server, fenghuo_worker;
and set DATABASE_SERVER_URL and DATABASE_WORKER_URL`,
  );
}

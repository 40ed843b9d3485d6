import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Db, Tx } from './database.ts';

/** One migration file of one room. `name` is the file's, which begins with its birth time. */
export type MigrationStep = {
  readonly room: string;
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
};

const SRC = join(import.meta.dirname, '..', '..');
const OLDEST_SERVER = 150_000;
/** Any number, the same for everybody who migrates: 'fenghuo' has no other session-wide lock. */
const LOCK = 4_606_880;

/** The migration files of `roomPaths` in house order, each room's by name. */
export function migrationFiles(roomPaths: readonly string[]): MigrationStep[] {
  return roomPaths.flatMap((room) => {
    const folder = join(SRC, room, 'migrations');
    if (!existsSync(folder)) return [];
    const names = readdirSync(folder).filter((name) => name.endsWith('.sql'));
    return names.sort().map((name) => {
      const sql = readFileSync(join(folder, name), 'utf8');
      return { room, name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    });
  });
}

/**
 * Brings the database to the state of the code: every migration once, each in its own transaction
 * with its mark in `house.migrations`; several processes may try at once. Throws when an applied
 * file was changed or is missing (the database is of another version), naming it. Returns how
 * many ran.
 */
export async function migrate(
  db: Db,
  roomPaths: readonly string[],
  onStep?: (step: MigrationStep, index: number, total: number) => void,
  steps: readonly MigrationStep[] = migrationFiles(roomPaths),
): Promise<number> {
  await db.tx(prepare);
  const known = new Set(roomPaths);
  const applied = await db.read(appliedSteps);
  for (const old of applied) if (known.has(old.room)) assertUnchanged(old, steps);
  const done = new Set(applied.map((old) => `${old.room}/${old.name}`));
  const open = steps.filter((step) => !done.has(`${step.room}/${step.name}`));
  let ran = 0;
  for (const [index, step] of open.entries()) {
    onStep?.(step, index, open.length);
    if (await db.tx((tx) => apply(tx, step))) ran++;
  }
  return ran;
}

async function prepare(tx: Tx): Promise<void> {
  const version = await tx.row<{ n: number }>(
    `select current_setting('server_version_num')::int as n`,
  );
  if ((version?.n ?? 0) < OLDEST_SERVER) {
    throw new Error(`PostgreSQL 15 or newer is needed; the server is ${version?.n ?? 'unknown'}`);
  }
  await tx.rows('select pg_advisory_xact_lock($1)', [LOCK]);
  await tx.run('create schema if not exists house');
  await tx.run(`create table if not exists house.migrations (
    room text not null, name text not null, checksum text not null,
    applied_at timestamptz not null default now(), primary key (room, name))`);
}

type Applied = { room: string; name: string; checksum: string };
const appliedSteps = (tx: Tx): Promise<Applied[]> =>
  tx.rows<Applied>('select room, name, checksum from house.migrations order by room, name');

function assertUnchanged(old: Applied, steps: readonly MigrationStep[]): void {
  const now = steps.find((step) => step.room === old.room && step.name === old.name);
  const file = `src/${old.room}/migrations/${old.name}`;
  if (!now) {
    throw new Error(`${file} was applied to this database but is not in this version of the code`);
  }
  if (now.checksum !== old.checksum) {
    throw new Error(
      `${file} was changed after it was applied: put it back and add a new migration`,
    );
  }
}

/** False when another process was first. */
async function apply(tx: Tx, step: MigrationStep): Promise<boolean> {
  await tx.rows('select pg_advisory_xact_lock($1)', [LOCK]);
  const mark = await tx.run(
    `insert into house.migrations (room, name, checksum) values ($1, $2, $3) on conflict do nothing`,
    [step.room, step.name, step.checksum],
  );
  if (mark === 0) return false;
  try {
    await tx.run(step.sql);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`migration src/${step.room}/migrations/${step.name} failed: ${why}`, { cause });
  }
  return true;
}

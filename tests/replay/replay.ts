import type { Clock } from '../../src/base/time.ts';
import type { Db, Tx } from '../../src/platform/db/index.ts';
import { drain, hearAllAgain, type Reactions } from '../../src/platform/outbox/index.ts';

/** Rows that one dump of a table has and the other lacks, as PostgreSQL writes a row. */
export type Difference = {
  readonly table: string;
  readonly gone: readonly string[];
  readonly added: readonly string[];
};

/** Book-keeping of delivery and migrations: it may differ. `outbox.facts` counts: hearing twice must not tell twice. */
const UNSEEN = ['outbox.cursors', 'outbox.heard', 'outbox.horizon', 'house.migrations'];
/** Differing rows shown per table. */
const SHOWN_MAX = 5;

/**
 * The replay test: hears every told fact until quiet, then every fact once more by every reaction with
 * the marks ignored, and answers what changed: nothing, when all reactions are idempotent.
 */
export async function replayDifferences(
  db: Db,
  reactions: Reactions,
  clock: Clock,
): Promise<Difference[]> {
  await drain(db, reactions, clock);
  const before = await dumpDatabase(db);
  await hearAllAgain(db, reactions, clock);
  await drain(db, reactions, clock);
  return differences(before, await dumpDatabase(db));
}

/** Every row of every table of the rooms, by table: small databases only. */
export const dumpDatabase = (db: Db): Promise<Map<string, string[]>> =>
  db.read(async (tx) => {
    const dump = new Map<string, string[]>();
    for (const table of await tablesOf(tx)) {
      if (UNSEEN.includes(table)) continue;
      const rows = await tx.rows<{ row: string }>(
        `select whole::text as row from ${table} whole order by whole::text`,
      );
      dump.set(
        table,
        rows.map(({ row }) => row),
      );
    }
    return dump;
  });

async function tablesOf(tx: Tx): Promise<string[]> {
  const rows = await tx.rows<{ name: string }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
     where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')
     order by 1`,
  );
  return rows.map(({ name }) => name);
}

export function differences(
  before: ReadonlyMap<string, readonly string[]>,
  after: ReadonlyMap<string, readonly string[]>,
): Difference[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((table) => {
    const gone = missing(before.get(table) ?? [], after.get(table) ?? []);
    const added = missing(after.get(table) ?? [], before.get(table) ?? []);
    return gone.length + added.length > 0 ? [{ table, gone, added }] : [];
  });
}

/** Rows of `from` that `to` has not as often. */
function missing(from: readonly string[], to: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const row of to) left.set(row, (left.get(row) ?? 0) + 1);
  const lacking = from.filter((row) => {
    const n = left.get(row) ?? 0;
    left.set(row, n - 1);
    return n <= 0;
  });
  return lacking.slice(0, SHOWN_MAX);
}

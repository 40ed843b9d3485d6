import type { IndexedRoom, SealedColumn } from '#base/keeping.ts';
import { SECOND } from '#base/time.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import { keyName, type Vault } from '#platform/secrets/index.ts';

/** Blocks of a table gone over in one transaction: some 2,000 rows at most, a few ten ms. */
const PAGE_BLOCKS = 64;
/** Pages of one turn: the clock comes again. */
const PAGES_MAX = 400;
/** So long after a new index began, every process writes under it: they look each second. */
const GRACE_MS = 5 * SECOND;

export type TurnDeps = {
  readonly db: Db;
  readonly vault: Vault;
  readonly sealed: readonly SealedColumn[];
  readonly indexes: readonly IndexedRoom[];
};

/** How far one column or index has come under the newest key. */
export type Progress = {
  readonly what: string;
  readonly rows: number;
  readonly done: boolean;
};

type Mark = { after: number; rows: number; changedAt: number; done: boolean };

const nameOf = (it: SealedColumn): string => `${it.table}.${it.column}`;
/** Suite and key of what is sealed now, as one number. */
const turnOf = (vault: Vault): number => vault.header().readUIntBE(0, 5);

/** What of a column begins otherwise than the newest key's seals. */
const older = (column: string): string => `substring(${column} from 1 for 5) <> $1`;

async function markOf(tx: Tx, what: string, turn: number, now: number): Promise<Mark> {
  await tx.run(
    `insert into retention.reseal (column_name, key_id, after, changed_at)
     values ($1, $2, '0', $3) on conflict do nothing`,
    [what, turn, new Date(now)],
  );
  const row = await tx.row<Mark>(
    `select (after #>> '{}')::int8 as after, rows, changed_at as "changedAt",
       done_at is not null as done
     from retention.reseal where column_name = $1 and key_id = $2 for update`,
    [what, turn],
  );
  if (!row) throw new Error('a mark of the re-sealing was not kept');
  return row;
}

const saveMark = (
  tx: Tx,
  what: string,
  turn: number,
  mark: { after: number; rows: number; doneAt: number | null },
): Promise<number> =>
  tx.run(
    `update retention.reseal set after = to_jsonb($3::int8), rows = $4, done_at = $5
     where column_name = $1 and key_id = $2`,
    [what, turn, mark.after, mark.rows, mark.doneAt === null ? null : new Date(mark.doneAt)],
  );

/** Seals anew what of these blocks is older; returns how many. Rows being changed are waited for. */
async function sealPage(tx: Tx, vault: Vault, it: SealedColumn, block: number): Promise<number> {
  const rows = await tx.rows<{ at: string; sealed: Buffer }>(
    `select ctid::text as at, ${it.column} as sealed from ${it.table}
     where ctid >= $2::text::tid and ctid < $3::text::tid and ${older(it.column)} for update`,
    [vault.header(), `(${block},0)`, `(${block + PAGE_BLOCKS},0)`],
  );
  if (rows.length === 0) return 0;
  return tx.run(
    `update ${it.table} t set ${it.column} = x.sealed
     from (select unnest($1::text[])::tid as at, unnest($2::bytea[]) as sealed) x
     where t.ctid = x.at`,
    [rows.map((row) => row.at), rows.map((row) => vault.sealBytes(vault.openBytes(row.sealed)))],
  );
}

const blocksOf = async (tx: Tx, table: string): Promise<number> =>
  (
    await tx.row<{ n: number }>(
      `select pg_relation_size($1::text::regclass) / current_setting('block_size')::int8 as n`,
      [table],
    )
  )?.n ?? 0;

const countOlder = async (tx: Tx, vault: Vault, it: SealedColumn): Promise<number> =>
  (
    await tx.row<{ n: number }>(`select count(*) as n from ${it.table} where ${older(it.column)}`, [
      vault.header(),
    ])
  )?.n ?? 0;

/** One page of one column; true when the column is done. At its end it counts, and begins anew if need be. */
async function stepColumn(deps: TurnDeps, it: SealedColumn, now: number): Promise<boolean> {
  const { db, vault } = deps;
  return db.tx(async (tx) => {
    const turn = turnOf(vault);
    const mark = await markOf(tx, nameOf(it), turn, now);
    if (mark.done) return true;
    if (mark.after < (await blocksOf(tx, it.table))) {
      const rows = mark.rows + (await sealPage(tx, vault, it, mark.after));
      await saveMark(tx, nameOf(it), turn, { after: mark.after + PAGE_BLOCKS, rows, doneAt: null });
      return false;
    }
    const done = (await countOlder(tx, vault, it)) === 0;
    const doneAt = done ? now : null;
    await saveMark(tx, nameOf(it), turn, { after: 0, rows: mark.rows, doneAt });
    return done;
  });
}

/** One page of one room's indexes; true when nothing is missing under the newest. */
async function stepIndex(deps: TurnDeps, room: IndexedRoom, now: number): Promise<boolean> {
  const { db, vault } = deps;
  const newest = newestIndex(vault);
  if (!newest) return true;
  const what = `index ${room.name}`;
  const turn = newest.readUIntBE(0, 5);
  const mark = await db.tx((tx) => markOf(tx, what, turn, now));
  if (mark.done) return true;
  if (now - mark.changedAt < GRACE_MS) return false;
  const after = await room.step(vault, mark.after);
  const done = after === null && (await room.missing(newest)) === 0;
  const doneAt = done ? now : null;
  await db.tx((tx) => saveMark(tx, what, turn, { after: after ?? 0, rows: 0, doneAt }));
  return done;
}

/** The five bytes the newest of several indexes begins with; undefined while only one is alive. */
export function newestIndex(vault: Vault): Buffer | undefined {
  const all = vault.blindIndexes('turn', '');
  return all.length > 1 ? all.at(-1)?.subarray(0, 5) : undefined;
}

/**
 * Brings everything sealed under the newest key and every blind index beside the older one, for one
 * turn of the clock. Resumable, idempotent, by any number of workers. True when nothing is left.
 */
export async function turnKeys(deps: TurnDeps, now: number): Promise<boolean> {
  const { vault } = deps;
  await vault.refresh();
  let pages = 0;
  let isDone = true;
  if (vault.state().keys.length > 1)
    for (const column of deps.sealed) {
      let done = false;
      while (!done && pages++ < PAGES_MAX) done = await stepColumn(deps, column, now);
      isDone = isDone && done;
    }
  for (const room of deps.indexes) {
    let done = false;
    let before = -1;
    while (!done && pages++ < PAGES_MAX) {
      done = await stepIndex(deps, room, now);
      const at = await positionOf(deps, room, now);
      if (at === before) break; // the grace has not passed, or something is missing still
      before = at;
    }
    isDone = isDone && done;
  }
  return isDone;
}

const positionOf = async (deps: TurnDeps, room: IndexedRoom, now: number): Promise<number> => {
  const newest = newestIndex(deps.vault);
  if (!newest) return -1;
  const turn = newest.readUIntBE(0, 5);
  return (await deps.db.tx((tx) => markOf(tx, `index ${room.name}`, turn, now))).after;
};

/** How far the newest key has come, column by column and index by index. */
export const progressOf = (db: Db, vault: Vault): Promise<Progress[]> =>
  db.read((tx) =>
    tx.rows<Progress>(
      `select column_name as what, rows, done_at is not null as done from retention.reseal
       where key_id = any($1::int8[]) order by column_name`,
      [[turnOf(vault), newestIndex(vault)?.readUIntBE(0, 5) ?? 0]],
    ),
  );

/** Sealed values by the key they name, counted now: what proves that a key may go. */
export async function valuesByKey(
  db: Db,
  sealed: readonly SealedColumn[],
): Promise<{ column: string; key: string; rows: number }[]> {
  const found: { column: string; key: string; rows: number }[] = [];
  for (const it of sealed) {
    const rows = await db.read((tx) =>
      tx.rows<{ key: Buffer; rows: number }>(
        `select substring(${it.column} from 2 for 4) as key, count(*) as rows from ${it.table}
         where ${it.column} is not null group by 1`,
      ),
    );
    for (const row of rows)
      found.push({ column: nameOf(it), key: keyName(row.key.readUInt32BE(0)), rows: row.rows });
  }
  return found;
}

import { setTimeout as sleep } from 'node:timers/promises';
import { accountOf, checkIdentity, LAKE_TABLE } from '#intake/records/index.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import type { Lake } from '#platform/lake/index.ts';
import type { Acked, Pushers } from './pushers.ts';

const QUIET_MS = 90_000;
const STILL_MS = 2_500;

const count = async (tx: Tx, sql: string, params: unknown[] = []): Promise<number> =>
  (await tx.row<{ n: number }>(sql, params))?.n ?? 0;

/** Rows without a verdict or not in the lake yet, and facts nobody has dealt with. */
const waitingOf = (db: Db): Promise<number> =>
  db.read(async (tx) => {
    const { city } = await accountOf(tx, 0);
    const unloaded = await count(
      tx,
      'select count(*) as n from records.segment where loaded_at is null',
    );
    const unheard = await count(
      tx,
      `select count(*) as n from outbox.facts f where f.kind in ('records.admitted', 'signals.found',
         'alert.raised') and exists (select from outbox.cursors c where c.low < f.id
           and c.reaction = case f.kind when 'records.admitted' then 'signals.considerBatch'
             when 'signals.found' then 'alerts.considerSignals' else 'tasks.dispatchForAlert' end
           and not exists (select from outbox.heard h where h.reaction = c.reaction
             and h.fact = f.id))`,
    );
    return city.pending + unloaded + unheard;
  });

/** Waits until everything received has gone its way; what still waits after a while, else undefined. */
export async function untilQuiet(db: Db): Promise<string | undefined> {
  const end = performance.now() + QUIET_MS;
  let quietSince = Number.POSITIVE_INFINITY;
  for (;;) {
    // The database itself may be coming back.
    const waiting = await waitingOf(db).catch(() => Number.POSITIVE_INFINITY);
    if (waiting > 0) quietSince = Number.POSITIVE_INFINITY;
    else quietSince = Math.min(quietSince, performance.now());
    // Rows of an open run of messages are in the log before the books know of them.
    if (performance.now() - quietSince > STILL_MS) return undefined;
    if (performance.now() > end) return `${waiting} rows, segments or facts wait for ever`;
    await sleep(100);
  }
}

/** Every acknowledged batch against its verdicts. */
async function lostRows(tx: Tx, acked: readonly Acked[]): Promise<string[]> {
  const rows = await tx.rows<{ id: string; received: number | null; verdicts: number | null }>(
    `select k.id, b.received, c.admitted + c.quarantined + c.duplicate as verdicts
     from unnest($1::text[], $2::int8[]) as k (id, rows)
     left join sources.batch b on b.id = k.id and b.status = 'complete'
     left join records.batch_count c on c.batch_id = k.id
     where b.received is distinct from k.rows
       or c.admitted + c.quarantined + c.duplicate is distinct from k.rows limit 20`,
    [acked.map((it) => it.batch), acked.map((it) => it.rows)],
  );
  return rows.map((it) => `batch ${it.id}: received ${it.received}, verdicts ${it.verdicts}`);
}

async function doubledWork(tx: Tx, alarms: readonly number[]): Promise<string[]> {
  const wrong: string[] = [];
  const expect0 = async (what: string, sql: string, params: unknown[] = []): Promise<void> => {
    const n = await count(tx, sql, params);
    if (n > 0) wrong.push(`${n} ${what}`);
  };
  await expect0(
    'group keys with two live alerts',
    `select count(*) as n from (select from alerts.alert where status <> 'closed'
       group by group_key having count(*) > 1) x`,
  );
  await expect0(
    'alerts with two open tasks',
    `select count(*) as n from (select from tasks.task where closed_at is null
       group by alert_id having count(*) > 1) x`,
  );
  await expect0(
    'alerts without a task',
    `select count(*) as n from alerts.alert a where a.status <> 'closed'
       and not exists (select from tasks.task t where t.alert_id = a.id)`,
  );
  await expect0('parked facts', "select count(*) as n from outbox.parked where state = 'parked'");
  await expect0(
    'signals twice for one record and rule',
    `select count(*) as n from (select from signals.signal where record_id is not null
       group by rule_id, record_id having count(*) > 1) x`,
  );
  await expect0(
    'acknowledged alarms without exactly one alert',
    `select count(*) as n from unnest($1::timestamptz[]) as k (at) where 1 <> (
       select count(distinct j.alert_id) from signals.signal s
       join alerts.joined j on j.signal_id = s.id
       where s.at = k.at and s.rule_id in ('returnee-at-hotel', 'case-cholera'))`,
    [alarms.map((at) => new Date(at))],
  );
  return wrong;
}

async function lakeAgrees(lake: Lake, admitted: number): Promise<string[]> {
  const tables = [LAKE_TABLE, 'records_by_place'];
  const found = await Promise.all(
    tables.map(async (table) => {
      const [row] = await lake.query<{ n: number; ids: number; sum: string }>(
        `select count() as n, uniqExact(id) as ids, toString(sum(cityHash64(id, person, place, at)))
           as sum from ${table}`,
      );
      return { table, n: row?.n ?? 0, ids: row?.ids ?? 0, sum: row?.sum ?? '' };
    }),
  );
  const wrong = found
    .filter((it) => it.n !== admitted || it.ids !== admitted)
    .map((it) => `${it.table}: ${it.n} rows, ${it.ids} ids, ${admitted} admitted`);
  if (found[0]?.sum !== found[1]?.sum) wrong.push('the two orders of the lake differ');
  return wrong;
}

/** Everything that must be true of a quiet house; sentences about what is not. */
export async function wrongsOf(db: Db, lake: Lake, pushers: Pushers): Promise<string[]> {
  const { wrong, admitted } = await db.read(async (tx) => {
    const all = [...(await lostRows(tx, pushers.acked)), ...(await checkIdentity(tx))];
    const account = await accountOf(tx, 0);
    if (account.city.pending !== 0) all.push(`${account.city.pending} rows are pending`);
    const kept = await count(
      tx,
      `select coalesce(sum(received), 0)::int8 as n from sources.batch where channel = 'mllp'`,
    );
    if (kept < pushers.messages())
      all.push(`${pushers.messages()} MLLP messages acknowledged, ${kept} rows kept`);
    all.push(...(await doubledWork(tx, pushers.alarms)));
    return { wrong: all, admitted: account.city.admitted };
  });
  return [...wrong, ...(await lakeAgrees(lake, admitted))];
}

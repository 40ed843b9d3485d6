import { Client } from 'pg';
import type { Db } from '../../src/platform/db/index.ts';

export const CITY = '429900000000';
/** 10 districts × 10 streets × 20 communities: the widths of the codes of a large city. */
export const DISTRICT = '429901000000';
export const STREET = '429901001000';
export const COMMUNITY = '429901001001';
const AREA_OF = (n: string): string =>
  `'4299' || lpad((1 + ${n} % 10)::text, 2, '0') || lpad((1 + ${n} / 10 % 10)::text, 3, '0')
    || lpad((1 + ${n} / 100 % 20)::text, 3, '0')`;

const AREAS = `
  insert into areas.area (code, tier, parent, name_zh, name_en, lat, lon, population)
  select '429900000000', 'city', null, '市', 'City', 30, 114, 10000000
  union all select rpad('4299' || lpad(d::text, 2, '0'), 12, '0'), 'district', '429900000000',
    '区' || d, 'District ' || d, 30, 114, 1000000 from generate_series(1, 10) d
  union all select rpad('4299' || lpad(d::text, 2, '0') || lpad(s::text, 3, '0'), 12, '0'),
    'street', rpad('4299' || lpad(d::text, 2, '0'), 12, '0'), '街' || s, 'Street ' || s, 30, 114,
    100000 from generate_series(1, 10) d, generate_series(1, 10) s`;

const ALERTS = `
  insert into alerts.alert (level, rule_level, status, group_key, subject_key, subject, rule_id,
    rule_version, title, person_id, area_code, task, signal_count, first_signal_at, last_signal_at,
    raised_at, rank, assigned_to, outcome, closed_at, suppress_hours, moved_at)
  select l, l, case when live then (array['open', 'acknowledged', 'working'])[1 + n % 3]
      else 'closed' end,
    'p' || n, 'person:' || n, 'person', 'rule-' || n % 60, 1, '{"zh":"预警","en":"Alert"}', n,
    ${AREA_OF('n')}, 'phone_check', 1 + n % 5, at, at, at,
    (5 - l) * 1000000 + 150 - extract(epoch from at - '2020-01-01') / 3600,
    case when n % 10 = 0 then n % 500 end, case when not live then 'excluded' end,
    case when not live then at + interval '6 hours' end, 24, at
  from (select n, 1 + (power(random(), 0.3) * 3.999)::int % 4 as l, random() < 0.3 as live,
      $2::timestamptz - random() * interval '60 days' as at
    from generate_series(1, $1::int) n) x`;

const TASKS = `
  insert into tasks.task (alert_id, kind, level, title, ladder, status, person_id, area_code, seq,
    tier, hop_area, post_id, holder_id, holder_name, clock, due_at, close_due_at, outcome,
    supervised_at, dispatched_at, closed_at, changed_at)
  select n, 'phone_check', 1 + n % 4, '{"zh":"核查","en":"Check"}', 'standard-2025',
    case when live then (array['waiting', 'working', 'answered'])[1 + n % 3] else 'closed' end,
    n, area, 4, 'community', area, n % 2000, case when n % 20 > 0 then n % 4000 end, '员',
    case when live then (array['accept', 'answer', 'close'])[1 + n % 3] end,
    case when live then $2::timestamptz + (random() - 0.1) * interval '2 days' end,
    at + interval '2 days', case when not live then 'excluded' end,
    case when n % 1000 = 0 then at end, at, case when not live then at + interval '5 hours' end, at
  from (select n, random() < 0.3 as live, ${AREA_OF('n')} as area,
      $2::timestamptz - random() * interval '60 days' as at
    from generate_series(1, $1::int) n) x`;

const HOPS = `
  insert into tasks.hop (task_id, seq, tier, area_code, post_id, arrived_at, accept_due_at,
    accepted_at, answer_due_at, answered_at)
  select id, seq, tier, hop_area, post_id, dispatched_at, dispatched_at + interval '30 minutes',
    dispatched_at + interval '10 minutes', dispatched_at + interval '4 hours',
    case when status <> 'waiting' then dispatched_at + random() * interval '5 hours' end
  from tasks.task`;

const BREACHES = `
  insert into tasks.breach (task_id, seq, clock, tier, area_code, due_at, at)
  select id, seq, 'accept', tier, hop_area, dispatched_at, dispatched_at from tasks.task
  where id % 20 = 0`;

const PEOPLE = `
  insert into people.person (id, status, sex, birth_year, area_code, unit_id, made_at)
  select n, 'identified', '1', 1950 + n % 60, ${AREA_OF('n')}, n % 5000, $2::timestamptz
  from generate_series(1, $1::int) n`;

const TABLES = ['alerts.alert', 'tasks.task', 'tasks.hop', 'tasks.breach', 'people.person'];

/** What autovacuum does within minutes of such a load; it cannot run inside a transaction. */
export async function tidyLists(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  for (const table of TABLES) await client.query(`vacuum analyze ${table}`);
  await client.end();
}

/** Fills alerts, tasks and people with `rows` rows each, by SQL alone; none of them is about anybody. */
export async function seedLists(db: Db, rows: number, now: number): Promise<void> {
  const at = new Date(now);
  await db.tx(async (tx) => {
    await tx.run(AREAS);
    for (const sql of [ALERTS, TASKS, PEOPLE]) await tx.run(sql, [rows, at]);
    await tx.run(HOPS);
    await tx.run(BREACHES);
  });
}

import type { Scope } from '#base/access.ts';
import { inArea, prefixOf } from '#base/areas.ts';
import { keyOf, type Page, pageOf } from '#base/paging.ts';
import { DAY, dayOf, startOfDay } from '#base/time.ts';
import type { Level, Words } from '#base/words.ts';
import type { Tx } from '#platform/db/index.ts';
import type { Clock, HopTier } from '../model.ts';

/** The board looks back so far. */
export const BOARD_DAYS = 7;
const DIGITS = { district: 6, street: 9, community: 12 } as const;

export type BoardLine = {
  areaCode: string;
  waiting: number;
  working: number;
  answered: number;
  closed7d: number;
  overdue: number;
  breaches7d: number;
  supervised: number;
  answeredInTime: number | null;
  medianAnswerMinutes: number | null;
};
type Asked = {
  areaCode?: string | undefined;
  after?: string | undefined;
  limit: number;
};

/** Share of hops answered in time among those answered or overdue; $2 is now. */
const CLOCKS_KEPT = `avg(coalesce(answered_at <= coalesce(answer_due_at, accept_due_at), false)
    ::int::float8)
  filter (where answered_at is not null or coalesce(answer_due_at, accept_due_at) <= $2)`;
const MEDIAN_MINUTES = `percentile_cont(0.5) within group
    (order by extract(epoch from answered_at - arrived_at)::float8 / 60)
  filter (where answered_at is not null)`;

/**
 * What the scope and an asked area share; no code begins with `!`, so nothing where they do not
 * meet.
 */
const within = (scope: Scope, areaCode: string | undefined): string => {
  const asked = areaCode ? prefixOf(areaCode) : '';
  if (asked.startsWith(scope.areaPrefix)) return asked;
  return scope.areaPrefix.startsWith(asked) ? scope.areaPrefix : '!';
};

/**
 * Clock performance by district, street or community of the subject's area, in order of code.
 * `answeredInTime` counts hops a post had to answer: those answered, and those overdue unanswered.
 */
export async function boardPage(
  tx: Tx,
  scope: Scope,
  query: Asked & { tier: keyof typeof DIGITS },
  codes: readonly string[],
  now: number,
): Promise<Page<BoardLine>> {
  const digits = DIGITS[query.tier];
  const prefix = within(scope, query.areaCode);
  const after = keyOf(query.after, ['text'])?.[0] ?? '';
  // The areas come from the register: one without tasks is a line of zeros, not absent.
  const page = codes
    .filter((code) => code.startsWith(prefix) && code > after)
    .toSorted()
    .slice(0, query.limit + 1);
  const rows = await tx.rows<BoardLine>(boardSql(digits), [
    page.map((code) => code.slice(0, digits)),
    new Date(now),
    new Date(now - BOARD_DAYS * DAY),
    prefix,
  ]);
  return pageOf(rows, query.limit, (row) => [row.areaCode]);
}

/** One pass over each index for all areas of the page, not one per area. */
const boardSql = (digits: number): string => `
  with area as (select p from unnest($1::text[]) as a(p)),
  own as (
    select area_code, count(*) filter (where status = 'waiting') as waiting,
      count(*) filter (where status = 'working') as working,
      count(*) filter (where status = 'answered') as answered,
      count(*) filter (where due_at <= $2) as overdue,
      count(*) filter (where supervised_at is not null) as supervised
    from tasks.task where ${inArea('area_code', '$4')} and closed_at is null group by 1),
  t as (
    select left(area_code, ${digits}) as p, sum(waiting)::bigint as waiting,
      sum(working)::bigint as working, sum(answered)::bigint as answered,
      sum(overdue)::bigint as overdue, sum(supervised)::bigint as supervised
    from own group by 1),
  c as (
    select left(area_code, ${digits}) as p, count(*) as n from tasks.task
    where closed_at > $3 and status = 'closed' and ${inArea('area_code', '$4')} group by 1),
  b as (
    select left(area_code, ${digits}) as p, count(*) as n from tasks.breach
    where at > $3 and ${inArea('area_code', '$4')} group by 1),
  h as (
    select left(area_code, ${digits}) as p, ${CLOCKS_KEPT} as kept, ${MEDIAN_MINUTES} as median
    from tasks.hop
    where arrived_at > $3 and ${inArea('area_code', '$4')} and left_how is distinct from 'auto' group by 1)
  select rpad(area.p, 12, '0') as "areaCode", coalesce(t.waiting, 0) as waiting,
    coalesce(t.working, 0) as working, coalesce(t.answered, 0) as answered,
    coalesce(t.overdue, 0) as overdue, coalesce(t.supervised, 0) as supervised,
    coalesce(c.n, 0) as "closed7d", coalesce(b.n, 0) as "breaches7d",
    h.kept as "answeredInTime", h.median as "medianAnswerMinutes"
  from area left join t using (p) left join c using (p) left join b using (p) left join h using (p)
  order by 1`;

export type TaskFigures = {
  open: number;
  overdue: number;
  supervised: number;
  closed24h: number;
  answeredInTime7d: number | null;
  medianAnswerMinutes7d: number | null;
};

/** The figures of the situation room, inside the scope and optionally one area of it. */
export async function taskFigures(
  tx: Tx,
  scope: Scope,
  areaCode: string | undefined,
  now: number,
): Promise<TaskFigures> {
  const prefix = within(scope, areaCode);
  const row = await tx.row<TaskFigures>(
    `select t.*, c.*, h.* from (
      select count(*) as open, count(*) filter (where due_at <= $2) as overdue,
        count(*) filter (where supervised_at is not null) as supervised
      from tasks.task where ${inArea('area_code', '$1')} and closed_at is null) t,
    (select count(*) as "closed24h" from tasks.task
      where ${inArea('area_code', '$1')} and status = 'closed' and closed_at > $3) c,
    (select ${CLOCKS_KEPT} as "answeredInTime7d", ${MEDIAN_MINUTES} as "medianAnswerMinutes7d"
    from tasks.hop where ${inArea('area_code', '$1')} and arrived_at > $4
      and left_how is distinct from 'auto') h`,
    [prefix, new Date(now), new Date(now - DAY), new Date(now - BOARD_DAYS * DAY)],
  );
  if (!row) throw new Error('an aggregate always has a row');
  return row;
}

export type BreachLine = {
  id: number;
  taskId: number;
  title: Words;
  level: Level;
  clock: Clock;
  tier: HopTier;
  postName: Words;
  areaCode: string;
  dueAt: number;
  at: number;
  escalatedTo: HopTier | null;
};

/** Missed clocks, newest first. */
export async function breachesPage(tx: Tx, scope: Scope, query: Asked): Promise<Page<BreachLine>> {
  const after = keyOf(query.after, ['instant', 'id']);
  const rows = await tx.rows<BreachLine>(
    `select b.id, b.task_id as "taskId", t.title, t.level, b.clock, b.tier,
        coalesce(b.post_words, '{"zh":"无岗位","en":"No post"}') as "postName",
        b.area_code as "areaCode", b.due_at as "dueAt", b.at, t.escalated_to as "escalatedTo"
      from tasks.breach b join tasks.task t on t.id = b.task_id
      where ${inArea('b.area_code', '$1')}
        ${after ? 'and (b.at, b.id) < ($3::timestamptz, $4::bigint)' : ''}
      order by b.at desc, b.id desc limit $2`,
    [
      within(scope, query.areaCode),
      query.limit + 1,
      ...(after ? [new Date(after[0]), after[1]] : []),
    ],
  );
  return pageOf(rows, query.limit, (row) => [row.at, row.id]);
}

export type LoadLine = {
  actorId: number;
  name: string;
  open: number;
  overdue: number;
  doneToday: number;
};

/** Who carries how much: everybody who holds an open task of the area, in order of id. */
export async function loadPage(
  tx: Tx,
  scope: Scope,
  query: Asked,
  now: number,
): Promise<Page<LoadLine>> {
  const after = keyOf(query.after, ['id'])?.[0] ?? 0;
  const rows = await tx.rows<LoadLine>(
    `with mine as materialized (
      select id, holder_id, holder_name, due_at from tasks.task
      where closed_at is null and ${inArea('hop_area', '$1')} and holder_id > $2),
    held as (
      select holder_id, (array_agg(holder_name order by id desc))[1] as name, count(*) as open,
        count(*) filter (where due_at <= $3) as overdue
      from mine group by holder_id order by holder_id limit $4)
    select holder_id as "actorId", coalesce(name, '') as name, open, overdue,
      (select count(*) from tasks.task d where d.holder_id = held.holder_id
        and d.closed_at >= $5 and d.status = 'closed') as "doneToday"
    from held order by holder_id`,
    [
      within(scope, query.areaCode),
      after,
      new Date(now),
      query.limit + 1,
      new Date(startOfDay(dayOf(now))),
    ],
  );
  return pageOf(rows, query.limit, (row) => [row.actorId]);
}

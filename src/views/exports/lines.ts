import type { Scope } from '#base/access.ts';
import { prefixOf } from '#base/areas.ts';
import type { Words } from '#base/words.ts';
import type { Tx } from '#platform/db/index.ts';
import type { Vault } from '#platform/secrets/index.ts';
import type { AreaDirectory } from '#registers/areas/index.ts';
import { countPersons, listPersons } from '#registers/people/index.ts';
import type { PlaceDirectory } from '#registers/places/index.ts';
import {
  countFound as countTasks,
  rowsOf as taskRows,
  taskFilter,
  tasksPage,
} from '#response/tasks/index.ts';
import {
  alertFilter,
  alertsPage,
  countFound as countAlerts,
  rowsOf as alertRows,
} from '#watch/alerts/index.ts';
import type { Filter, Subject } from './contract.ts';

/** What lines are made of: the registers for words, the vault for masked names. */
export type LineDeps = {
  readonly areas: AreaDirectory;
  readonly places: PlaceDirectory;
  readonly vault: Vault;
};

/** A page of lines; `persons` are those it tells something about, for the audit trail. */
export type Lines = {
  readonly lines: (string | number | null)[][];
  readonly persons: number[];
  readonly next: string | null;
};

type Asked = { readonly filter: Filter; readonly after: string | undefined; readonly now: number };

type Writer = {
  /** Whether the list this file is of can be narrowed so. */
  accepts(filter: Filter): boolean;
  readonly head: readonly Words[];
  count(tx: Tx, scope: Scope, asked: Asked): Promise<number>;
  page(tx: Tx, scope: Scope, deps: LineDeps, asked: Asked): Promise<Lines>;
};

const PAGE = 200;
const head = (...pairs: [string, string][]): Words[] => pairs.map(([zh, en]) => ({ zh, en }));
const time = (at: number | null): string => (at === null ? '' : new Date(at).toISOString());
const someone = (ids: readonly (number | null)[]): number[] => [
  ...new Set(ids.filter((id) => id !== null)),
];

const people: Writer = {
  accepts: ({ status }) => status === undefined,
  head: head(
    ['人员编号', 'person'],
    ['姓名（已脱敏）', 'name (masked)'],
    ['性别', 'sex'],
    ['出生年', 'birth year'],
    ['区划代码', 'area'],
    ['身份状态', 'status'],
  ),
  count: (tx, scope, { filter }) => countPersons(tx, scope, areaOf(filter)),
  async page(tx, scope, { vault }, { filter, after }) {
    const asked = { ...areaOf(filter), after, limit: PAGE };
    const found = await listPersons(tx, vault, scope, asked);
    const lines = found.rows.map((it) => [
      it.id,
      it.name,
      it.sex,
      it.birthYear,
      it.areaCode,
      it.status,
    ]);
    return { lines, persons: someone(found.rows.map((it) => it.id)), next: found.next };
  },
};

const areaOf = (filter: Filter) =>
  filter.areaCode ? { areaPrefix: prefixOf(filter.areaCode) } : {};

const alertsOf = alertFilter.partial();
const alerts: Writer = {
  accepts: (filter) => alertsOf.safeParse(filter).success,
  head: head(
    ['预警编号', 'alert'],
    ['级别（1 红 4 蓝）', 'level (1 red, 4 blue)'],
    ['状态', 'status'],
    ['标题', 'title'],
    ['对象（已脱敏）', 'subject (masked)'],
    ['人员编号', 'person'],
    ['地点', 'place'],
    ['区划代码', 'area'],
    ['规则', 'rule'],
    ['规则版本', 'rule version'],
    ['产生时间', 'raised at'],
    ['关闭时间', 'closed at'],
    ['结果', 'outcome'],
  ),
  count: (tx, scope, { filter }) => countAlerts(tx, scope, alertsOf.parse(filter)),
  async page(tx, scope, deps, { filter, after }) {
    const found = await alertsPage(tx, scope, { ...alertsOf.parse(filter), after, limit: PAGE });
    const rows = await alertRows(tx, scope, deps, found.rows);
    const lines = rows.map((it) => [
      it.id,
      it.level,
      it.status,
      it.title.zh,
      it.subjectWords.zh,
      it.personId,
      it.placeName,
      it.areaCode,
      it.ruleId,
      it.ruleVersion,
      time(it.raisedAt),
      time(it.closedAt),
      it.outcome,
    ]);
    return { lines, persons: someone(rows.map((it) => it.personId)), next: found.next };
  },
};

const tasksOf = taskFilter.partial();
const tasks: Writer = {
  accepts: (filter) => tasksOf.safeParse(filter).success,
  head: head(
    ['任务编号', 'task'],
    ['预警编号', 'alert'],
    ['类别', 'kind'],
    ['级别（1 红 4 蓝）', 'level (1 red, 4 blue)'],
    ['状态', 'status'],
    ['层级', 'tier'],
    ['岗位', 'post'],
    ['姓名（已脱敏）', 'name (masked)'],
    ['人员编号', 'person'],
    ['区划代码', 'area'],
    ['下派时间', 'dispatched at'],
    ['时限', 'due at'],
    ['办结时间', 'closed at'],
    ['结果', 'outcome'],
  ),
  count: (tx, scope, { filter, now }) => countTasks(tx, scope, tasksOf.parse(filter), now),
  async page(tx, scope, deps, { filter, after, now }) {
    const found = await tasksPage(tx, scope, { ...tasksOf.parse(filter), after, limit: PAGE }, now);
    const rows = await taskRows(tx, scope, deps, found.rows);
    const lines = rows.map((it) => [
      it.id,
      it.alertId,
      it.kindWords.zh,
      it.level,
      it.status,
      it.tier,
      it.post?.name ?? null,
      it.personName,
      it.personId,
      it.areaCode,
      time(it.dispatchedAt),
      time(it.dueAt),
      time(it.closedAt),
      it.outcome,
    ]);
    return { lines, persons: someone(rows.map((it) => it.personId)), next: found.next };
  },
};

/** How each subject is counted and written, a page at a time, inside the asker's scope. */
export const WRITERS: Record<Subject, Writer> = { people, alerts, tasks };

import { COLUMN_BY_NAME } from '#base/columns.ts';
import type { RowView } from '#engine/columns/index.ts';
import type { HitSink, Plan } from '#engine/match/index.ts';
import { explain } from '#engine/match/index.ts';
import type { Evidence, EvidenceRecord } from './contract.ts';
import type { SignalDraft } from './store.ts';

/** Records shown with one signal at most; R4 may count more. */
export const RECORDS_SHOWN = 20;

/** How to find what a hit only names. */
export type Lookup = {
  readonly record: (id: number) => Promise<RowView>;
  readonly areaOfPlace: (placeId: number) => string;
  /** Where a member lives, for absences. */
  readonly areaOfMember: (listId: string, subjectId: number) => Promise<string>;
};

/** A record as evidence: codes and numbers only, no free text, which may name people. */
function shown(view: RowView): EvidenceRecord {
  const columns = Object.entries(view.values).filter(
    ([name, value]) => value !== undefined && COLUMN_BY_NAME[name]?.type !== 'text',
  );
  return {
    id: view.id,
    kind: view.kind,
    at: view.at,
    personId: view.person || null,
    placeId: view.place || null,
    areaCode: view.personArea || view.placeArea,
    columns: Object.fromEntries(columns) as EvidenceRecord['columns'],
  };
}

/** Turns hit `i` of the sink into a signal with its evidence and its why. */
export async function draftOf(
  plan: Plan,
  sink: HitSink,
  i: number,
  find: Lookup,
): Promise<SignalDraft> {
  const rule = plan.rules[sink.rule[i] ?? 0];
  if (!rule) throw new Error(`hit ${i} names no rule of the plan`);
  const head = {
    ruleId: rule.doc.id,
    ruleVersion: rule.version,
    level: rule.doc.level,
    at: sink.at[i] ?? 0,
    late: sink.late[i] === 1,
  };
  const m = rule.doc.match;
  const subject = sink.subject[i] ?? 0;
  if (m.type === 'R6')
    return { ...head, ...(await absence(rule.key, m.list, subject, head.at, find, plan)) };
  const recordId = sink.record[i] ?? 0;
  const views: RowView[] = [];
  for (const id of sink.evidenceOf(i).slice(0, RECORDS_SHOWN)) views.push(await find.record(id));
  const own = views.find((view) => view.id === recordId) ?? (await find.record(recordId));
  const why = rule.sides.map((side) => {
    const view = side.name === 'first' ? (views[0] ?? own) : own;
    return { record: view.id, side: side.name, tree: explain(plan, rule, view, side) };
  });
  const evidence: Evidence = { records: views.map(shown), why: why as Evidence['why'] };
  if (m.type === 'R4') evidence.distinct = sink.distinct[i] ?? 0;
  return {
    ...head,
    key: `${rule.key}:r${recordId}`,
    recordId,
    ...about(m, subject, own, rule.doc.groupBy, find),
    evidence,
  };
}

type About = Pick<SignalDraft, 'personId' | 'placeId' | 'areaCode'>;

/** Whom or what a signal is about, and which area the work goes to. */
function about(
  m: Plan['rules'][number]['doc']['match'],
  subject: number,
  own: RowView,
  groupBy: string,
  find: Lookup,
): About {
  if (m.type === 'R4' && (m.by === 'place' || m.by === 'unit')) {
    const areaCode = find.areaOfPlace(subject) || own.placeArea || own.personArea;
    return { personId: null, placeId: subject, areaCode };
  }
  if (m.type === 'R4') return { personId: null, placeId: null, areaCode: String(subject) };
  const placeFirst = groupBy === 'place' || own.person === 0;
  const areaCode = placeFirst ? own.placeArea || own.personArea : own.personArea || own.placeArea;
  return { personId: own.person || null, placeId: own.place || null, areaCode };
}

async function absence(
  key: string,
  list: string | undefined,
  subject: number,
  since: number,
  find: Lookup,
  plan: Plan,
): Promise<Omit<SignalDraft, 'ruleId' | 'ruleVersion' | 'level' | 'at' | 'late'>> {
  const isPerson = list !== undefined && plan.context.lists.get(list)?.subject === 'person';
  const areaCode =
    list !== undefined && isPerson
      ? await find.areaOfMember(list, subject)
      : find.areaOfPlace(subject);
  return {
    key: `${key}:s${subject}:${since}`,
    recordId: null,
    personId: isPerson ? subject : null,
    placeId: isPerson ? null : subject,
    areaCode,
    evidence: { records: [], silentSince: since, why: [] },
  };
}

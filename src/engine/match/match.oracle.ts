import { isWithin } from '#base/areas.ts';
import type { RowView } from '#engine/columns/index.ts';
import { explain } from './explain.ts';
import type { CompiledRule, CompiledSide, Plan } from './plan.ts';

/**
 * The slow, obvious matcher: looks at all records at once, asks every rule about every record in
 * turn, and keeps nothing. Answers `rule|record` of every hit, sorted. Its predicates are evaluated
 * one node at a time by `explain`; that the nodes themselves are right, the conformance test shows.
 */
export function oracleHits(plan: Plan, records: readonly RowView[]): string[] {
  const hits: string[] = [];
  for (const rule of plan.rules) {
    for (const record of records) {
      if (isHit(plan, rule, record, records)) hits.push(`${rule.key}|${record.id}`);
    }
  }
  return hits.sort();
}

function isHit(plan: Plan, rule: CompiledRule, r: RowView, all: readonly RowView[]): boolean {
  const m = rule.doc.match;
  const [side, then] = rule.sides as [CompiledSide, CompiledSide];
  if (m.type === 'R1' || m.type === 'R2') return holds(plan, rule, side, r);
  if (m.type === 'R3') {
    if (r.person === 0 || !holds(plan, rule, then, r)) return false;
    return all.some(
      (f) =>
        f.id !== r.id &&
        f.person === r.person &&
        f.at <= r.at &&
        r.at - f.at <= rule.windowMs &&
        holds(plan, rule, side, f),
    );
  }
  if (m.type !== 'R4' || !holds(plan, rule, side, r)) return false;
  const group = groupName(plan, rule, r);
  if (group === '') return false;
  const near = all.filter(
    (o) => o.at <= r.at && r.at - o.at <= rule.windowMs && groupName(plan, rule, o) === group,
  );
  const matching = near.filter((o) => holds(plan, rule, side, o));
  return new Set(matching.map((o) => (o.person === 0 ? -o.id : o.person))).size >= m.distinct;
}

function holds(plan: Plan, rule: CompiledRule, side: CompiledSide, r: RowView): boolean {
  const on =
    rule.doc.match.type === 'R3' ? rule.doc.match[side.name as 'first' | 'then'].on : undefined;
  const kinds = on ?? (rule.doc.match as { on: readonly string[] }).on;
  if (!kinds.includes(r.kind)) return false;
  if (side.list) {
    const subject = side.list.subject === 'place' ? r.place : r.person;
    if (subject === 0 || !side.list.holdsAt(subject, r.at)) return false;
  }
  return explain(plan, rule, r, side).result === 'true';
}

function groupName(plan: Plan, rule: CompiledRule, r: RowView): string {
  const m = rule.doc.match;
  if (m.type !== 'R4') return '';
  const place = m.by === 'unit' ? r.unit : r.place;
  if (m.placeKinds && !m.placeKinds.includes(plan.context.placeKinds.get(place) ?? '?')) return '';
  if (m.by === 'place' || m.by === 'unit') return place === 0 ? '' : `p${place}`;
  const area = r.personArea || r.placeArea;
  const width = { district: 6, street: 9, community: 12 }[m.by];
  return area && isWithin(area, area.slice(0, width)) ? area.slice(0, width) : '';
}

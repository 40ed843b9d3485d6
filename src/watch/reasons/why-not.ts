import { KIND_NAMES, type KindName } from '#base/kinds.ts';
import { type Refusal, refuse } from '#base/refusal.ts';
import type { RuleDoc } from '#base/rules.ts';
import { DAY } from '#base/time.ts';
import type { Words } from '#base/words.ts';
import type { RowView } from '#engine/columns/index.ts';
import {
  CodeTable,
  compile,
  type MatchContext,
  MemberTable,
  type Plan,
} from '#engine/match/index.ts';
import { viewsOf } from '#intake/records/index.ts';
import type { Tx } from '#platform/db/index.ts';
import type { Lake } from '#platform/lake/index.ts';
import type { PlaceDirectory } from '#registers/places/index.ts';
import {
  activeRules,
  codeSets,
  memberSpans,
  sentenceOf,
  type StoredRule,
  watchLists,
} from '#watch/rules/index.ts';
import type { ConditionView, WhyNotAnswer } from './contract.ts';
import {
  crowdCondition,
  groupOf,
  orderCondition,
  type SideFound,
  sideFound,
  silenceConditions,
} from './near.ts';

/** Records are looked at back to the rule's window and so long before it. */
const LOOK_BACK = 30 * DAY;
/** A person's own matches whose surroundings are counted, newest first. */
const CROWDS_MAX = 5;

export type WhyNotDeps = { readonly lake: Lake; readonly places: Pick<PlaceDirectory, 'byId'> };
type Ask = { readonly persons: readonly number[]; readonly ruleId: string };

const NO_RULE = refuse('missing', 'no-such-rule', {
  zh: '没有这条启用的规则。',
  en: 'There is no such active rule.',
});

/** What one rule looks at: its plan, the person's records, and the words of its list. */
type Case = {
  readonly plan: Plan;
  readonly rule: Plan['rules'][number];
  readonly doc: RuleDoc;
  readonly records: readonly RowView[];
  readonly names: ReadonlyMap<string, Words>;
  readonly from: number;
};

/**
 * Holds an active rule against the records of a person's files and says which condition fails, with
 * what came nearest. The rule's own predicates decide, evaluated by the engine's `explain`. The
 * caller has asked whether the reader may see the person.
 */
export async function whyNot(
  tx: Tx,
  deps: WhyNotDeps,
  ask: Ask,
  now: number,
): Promise<WhyNotAnswer | Refusal> {
  const stored = (await activeRules(tx)).find((it) => it.doc.id === ask.ruleId);
  if (!stored) return NO_RULE;
  const it = await caseOf(tx, deps, stored, ask.persons, now);
  const conditions = await conditionsOf(deps, it, ask.persons, now);
  return {
    rule: {
      id: stored.doc.id,
      version: stored.version,
      title: stored.doc.title,
      sentence: sentenceOf(stored.doc, it.names),
    },
    holds: conditions.every((condition) => condition.met),
    from: it.from,
    conditions,
    nearest: nearestOf(conditions),
  };
}

async function caseOf(
  tx: Tx,
  deps: WhyNotDeps,
  stored: StoredRule,
  persons: readonly number[],
  now: number,
): Promise<Case> {
  const { doc } = stored;
  const windowMs = windowOf(doc);
  const from = now - LOOK_BACK - windowMs;
  const kinds = kindsOf(doc);
  const records = await viewsOf(deps.lake, { persons, kinds, fromAt: from, toAt: now + 1 });
  const lists = await watchLists(tx);
  const context: MatchContext = {
    lists: await listTables(tx, doc, lists, [...persons, ...records.map((it) => it.place)]),
    codes: await codeTables(tx),
    placeKinds: new Map([...deps.places.byId.values()].map((place) => [place.id, place.kind])),
  };
  const { plan } = compile([stored], context);
  const [rule] = plan.rules;
  if (!rule) throw new Error(`the active rule ${doc.id}@${stored.version} does not compile`);
  const names = new Map(lists.map((list) => [list.id, list.words]));
  return { plan, rule, doc, records, names, from };
}

const windowOf = (doc: RuleDoc): number => {
  const m = doc.match;
  // Hours may be fractions; the lake takes whole milliseconds.
  if (m.type === 'R3' || m.type === 'R4') return Math.floor(m.withinHours * 3_600_000);
  return m.type === 'R6' ? Math.ceil(m.silentHours * 3_600_000) : 0;
};

function kindsOf(doc: RuleDoc): KindName[] {
  const m = doc.match;
  const on: readonly string[] = m.type === 'R3' ? [...m.first.on, ...m.then.on] : m.on;
  return KIND_NAMES.filter((kind) => on.includes(kind));
}

/** Only the memberships that matter here: of the person, or of the places they were seen at. */
async function listTables(
  tx: Tx,
  doc: RuleDoc,
  lists: readonly { id: string; subject: 'person' | 'place' }[],
  subjects: readonly number[],
): Promise<Map<string, MemberTable>> {
  const tables = new Map(lists.map((it) => [it.id, new MemberTable(it.id, it.subject)]));
  const m = doc.match;
  const sides: readonly { readonly list?: string | undefined }[] =
    m.type === 'R3' ? [m.first, m.then] : [m as { readonly list?: string | undefined }];
  const named = sides.map((side) => side.list);
  for (const id of named) {
    const table = id === undefined ? undefined : tables.get(id);
    if (!table) continue;
    for (const span of await memberSpans(tx, table.id, subjects)) {
      table.set(span.subjectId, span.from, span.until);
    }
  }
  return tables;
}

async function codeTables(tx: Tx): Promise<Map<string, CodeTable>> {
  const tables = new Map<string, CodeTable>();
  for (const set of await codeSets(tx)) {
    const table = new CodeTable();
    for (const code of set.codes) {
      table.set(code.code, code.from, code.until ?? Number.POSITIVE_INFINITY);
    }
    tables.set(set.id, table);
  }
  return tables;
}

async function conditionsOf(
  deps: WhyNotDeps,
  it: Case,
  persons: readonly number[],
  now: number,
): Promise<ConditionView[]> {
  const m = it.doc.match;
  if (m.type === 'R6') {
    const table = m.list === undefined ? undefined : it.plan.context.lists.get(m.list);
    return silenceConditions(m, {
      listWords: m.list === undefined ? undefined : it.names.get(m.list),
      isListed: persons.some((id) => table?.holdsAt(id, now) ?? false),
      newest: it.records[0],
      now,
    });
  }
  const [one, two] = it.rule.sides;
  if (!one) return [];
  if (m.type === 'R3' && two) {
    const first = found(it, one, m.first);
    const then = found(it, two, m.then);
    const order = orderCondition(first.hits, then.hits, it.rule.windowMs);
    return [...first.conditions, ...then.conditions, order];
  }
  const side = found(it, one, m as { on: readonly string[]; list?: string });
  if (m.type !== 'R4') return [...side.conditions];
  const best = await fullest(deps, it, m, side);
  return [...side.conditions, crowdCondition(m, it.rule.windowMs, best)];
}

const found = (
  it: Case,
  side: Case['rule']['sides'][number],
  doc: { readonly on: readonly string[]; readonly list?: string | undefined },
): SideFound =>
  sideFound(
    it.plan,
    it.rule,
    side,
    {
      kinds: doc.on,
      listWords: doc.list === undefined ? undefined : it.names.get(doc.list),
      from: it.from,
    },
    it.records,
  );

/** How many distinct persons the group of the person's own matches held; the fullest of them. */
async function fullest(
  deps: WhyNotDeps,
  it: Case,
  match: Extract<RuleDoc['match'], { type: 'R4' }>,
  side: SideFound,
): Promise<{ distinct: number; at: number } | undefined> {
  let best: { distinct: number; at: number } | undefined;
  for (const own of side.hits.slice(0, CROWDS_MAX)) {
    const group = groupOf(match, own, it.plan.context.placeKinds);
    const [first] = it.rule.sides;
    if (!group || !first) continue;
    const around = await viewsOf(deps.lake, {
      ...group,
      kinds: kindsOf(it.doc),
      fromAt: own.at - it.rule.windowMs,
      toAt: own.at + 1,
    });
    const { hits } = sideFound(
      it.plan,
      it.rule,
      first,
      { kinds: match.on, listWords: undefined, from: it.from },
      around,
    );
    const distinct = new Set(hits.map((hit) => hit.person || -hit.id)).size;
    if (!best || distinct > best.distinct) best = { distinct, at: own.at };
  }
  return best;
}

function nearestOf(conditions: readonly ConditionView[]): Words {
  const missed = conditions.find((condition) => !condition.met);
  if (!missed) {
    return {
      zh: '各项条件均已满足：规则会就此报警，或已归入同一预警、处于静默期。',
      en: 'Every condition holds: the rule alerts, or its signal joined an alert or a quiet time.',
    };
  }
  return {
    zh: `未满足：${missed.words.zh}（${missed.found.zh}）。`,
    en: `Missing: ${missed.words.en} (${missed.found.en}).`,
  };
}

import { ancestorOf } from '#base/areas.ts';
import { KIND_BY_NAME } from '#base/kinds.ts';
import type { RuleDoc } from '#base/rules.ts';
import { DAY, dayOf, HOUR, isoOf } from '#base/time.ts';
import type { Words } from '#base/words.ts';
import type { RowView } from '#engine/columns/index.ts';
import { explain, type Plan } from '#engine/match/index.ts';
import { hoursWords } from '#watch/rules/index.ts';
import type { ConditionView } from './contract.ts';
import { nearness, treeInWords } from './tree.ts';

type Rule = Plan['rules'][number];
type Side = Rule['sides'][number];

/** What one side of a rule found among the records of a person. */
export type SideFound = {
  /** Records of the kinds, newest first. */
  readonly looked: number;
  readonly hits: readonly RowView[];
  /** Conditions of this side, in order: the record, the list, the predicate. */
  readonly conditions: readonly ConditionView[];
};

const w = (zh: string, en: string): Words => ({ zh, en });
export const kindWords = (kind: string): Words => KIND_BY_NAME[kind]?.words ?? w(kind, kind);
const either = (kinds: readonly string[]): Words =>
  w(
    kinds.map((kind) => kindWords(kind).zh).join('或'),
    kinds.map((kind) => kindWords(kind).en.toLowerCase()).join(' or '),
  );
const timeOf = (at: number): string => isoOf(at).slice(0, 16).replace('T', ' ');

/** Holds one side of a rule against records, newest first, and says what is missing. */
export function sideFound(
  plan: Plan,
  rule: Rule,
  side: Side,
  ask: { kinds: readonly string[]; listWords: Words | undefined; from: number },
  records: readonly RowView[],
): SideFound {
  const looked = records.filter((record) => ask.kinds.includes(record.kind));
  const conditions: ConditionView[] = [recordCondition(ask, looked)];
  const listed = side.list ? looked.filter((record) => isListed(side, record)) : looked;
  if (side.list) conditions.push(listCondition(ask.listWords, looked, listed));
  const seen = (listed.length > 0 ? listed : looked).map((record) => ({
    record,
    tree: treeInWords(explain(plan, rule, record, side) as never),
  }));
  if (side.node) {
    const best = seen.toSorted((a, b) => nearness(b.tree) - nearness(a.tree))[0];
    if (best) conditions.push(predicateCondition(best));
  }
  const held = new Set(seen.filter((it) => it.tree.result === 'true').map((it) => it.record.id));
  return { looked: looked.length, hits: listed.filter((it) => held.has(it.id)), conditions };
}

function isListed(side: Side, record: RowView): boolean {
  const subject = side.list?.subject === 'place' ? record.place : record.person;
  return subject !== 0 && (side.list?.holdsAt(subject, record.at) ?? false);
}

function recordCondition(
  ask: { kinds: readonly string[]; from: number },
  looked: readonly RowView[],
): ConditionView {
  const kinds = either(ask.kinds);
  const newest = looked[0];
  const since = dayOf(ask.from);
  return {
    met: looked.length > 0,
    words: w(`有${kinds.zh}记录`, `there is a record of ${kinds.en}`),
    found: newest
      ? w(
          `${since} 以来 ${looked.length} 条，最近一条 ${timeOf(newest.at)}`,
          `${looked.length} since ${since}, the newest ${timeOf(newest.at)}`,
        )
      : w(`${since} 以来没有`, `none since ${since}`),
    evaluated: null,
  };
}

function listCondition(
  list: Words | undefined,
  looked: readonly RowView[],
  listed: readonly RowView[],
): ConditionView {
  const name = list ?? w('', '');
  return {
    met: listed.length > 0,
    words: w(`当时在“${name.zh}”名单上`, `on the list "${name.en}" at that time`),
    found:
      listed.length > 0
        ? w(`${listed.length} 条记录时在名单上`, `on it at ${listed.length} of the records`)
        : w(
            `${looked.length} 条记录时均不在名单上`,
            `not on it at any of the ${looked.length} records`,
          ),
    evaluated: null,
  };
}

function predicateCondition(best: {
  record: RowView;
  tree: ReturnType<typeof treeInWords>;
}): ConditionView {
  const { record, tree } = best;
  const kind = kindWords(record.kind);
  const at = timeOf(record.at);
  return {
    met: tree.result === 'true',
    words: tree.words,
    found:
      tree.result === 'true'
        ? w(`${at} 的${kind.zh}满足`, `the ${kind.en.toLowerCase()} of ${at} does`)
        : w(`最接近的是 ${at} 的${kind.zh}`, `nearest: the ${kind.en.toLowerCase()} of ${at}`),
    evaluated: { record: { id: record.id, kind, at: record.at }, tree },
  };
}

/** R3: whether some `then` follows a `first` in time, and by how much the nearest pair misses. */
export function orderCondition(
  first: readonly RowView[],
  then: readonly RowView[],
  windowMs: number,
): ConditionView {
  const hours = hoursWords(windowMs / HOUR);
  const words = w(`后者发生在前者之后 ${hours.zh}内`, `the second within ${hours.en} of the first`);
  const pairs = first.flatMap((f) =>
    then.flatMap((t) => (t.id === f.id ? [] : [{ f, t, gap: t.at - f.at }])),
  );
  const inTime = pairs.filter((it) => it.gap >= 0).sort((a, b) => a.gap - b.gap)[0];
  const reversed = pairs.filter((it) => it.gap < 0).sort((a, b) => b.gap - a.gap)[0];
  const best = inTime ?? reversed;
  if (!best) {
    const found = w('没有可比较的两条记录', 'there are no two records to compare');
    return { met: false, words, found, evaluated: null };
  }
  const apart = gapWords(Math.abs(best.gap));
  const [one, two] = [timeOf(best.f.at), timeOf(best.t.at)];
  const met = best.gap >= 0 && best.gap <= windowMs;
  const found =
    best.gap >= 0
      ? w(`${one} 与 ${two}，相隔 ${apart.zh}`, `${one} and ${two}: ${apart.en} apart`)
      : w(`次序相反：${two} 早于 ${one}`, `the other way round: ${two} comes before ${one}`);
  return { met, words, found, evaluated: null };
}

function gapWords(ms: number): Words {
  const days = Math.floor(ms / DAY);
  const hours = Math.round((ms - days * DAY) / HOUR);
  const zh = [days ? `${days} 天` : '', hours || !days ? `${hours} 小时` : ''];
  const en = [days ? `${days} d` : '', hours || !days ? `${hours} h` : ''];
  return w(zh.filter(Boolean).join(' '), en.filter(Boolean).join(' '));
}

type R4 = Extract<RuleDoc['match'], { type: 'R4' }>;
/** Where an R4 counts: one place, unit or area. */
export type Group = { unit: number } | { place: number } | { areaPrefix: string };

/** The group a record counts in; undefined when it counts in none. */
export function groupOf(
  match: R4,
  record: RowView,
  placeKinds: ReadonlyMap<number, string>,
): Group | undefined {
  const place = match.by === 'unit' ? record.unit : record.place;
  if (match.placeKinds && !match.placeKinds.includes(placeKinds.get(place) ?? '?'))
    return undefined;
  if (match.by === 'unit') return place === 0 ? undefined : { unit: place };
  if (match.by === 'place') return place === 0 ? undefined : { place };
  const area = record.personArea || record.placeArea;
  const whole = area && ancestorOf(area, match.by);
  if (!whole) return undefined;
  return { areaPrefix: whole.slice(0, { district: 6, street: 9, community: 12 }[match.by]) };
}

/** R4: how many distinct persons the fullest window around the person's own records held. */
export function crowdCondition(
  match: R4,
  windowMs: number,
  best: { distinct: number; at: number } | undefined,
): ConditionView {
  const hours = hoursWords(windowMs / HOUR);
  const words = w(
    `${hours.zh}内至少 ${match.distinct} 人`,
    `at least ${match.distinct} persons within ${hours.en}`,
  );
  if (!best) {
    const found = w('此人没有计入任何一处', 'the person counts nowhere');
    return { met: false, words, found, evaluated: null };
  }
  const at = timeOf(best.at);
  const found = w(
    `需要 ${match.distinct} 人；至 ${at} 有 ${best.distinct} 人`,
    `needs ${match.distinct}; ${best.distinct} found up to ${at}`,
  );
  return { met: best.distinct >= match.distinct, words, found, evaluated: null };
}

/** R6: whether the person stood on the list and was silent for long enough. */
export function silenceConditions(
  match: Extract<RuleDoc['match'], { type: 'R6' }>,
  it: { listWords: Words | undefined; isListed: boolean; newest: RowView | undefined; now: number },
): ConditionView[] {
  const name = it.listWords ?? w('', '');
  const hours = hoursWords(match.silentHours);
  const kinds = either(match.on);
  const since = it.newest ? it.now - it.newest.at : Number.POSITIVE_INFINITY;
  const gap = it.newest ? gapWords(since) : w('', '');
  return [
    {
      met: it.isListed,
      words: w(`在“${name.zh}”名单上`, `on the list "${name.en}"`),
      found: it.isListed ? w('在', 'yes') : w('不在', 'no'),
      evaluated: null,
    },
    {
      met: since >= match.silentHours * HOUR,
      words: w(`连续 ${hours.zh}没有${kinds.zh}`, `no ${kinds.en} for ${hours.en}`),
      found: it.newest
        ? w(
            `最近一条在 ${timeOf(it.newest.at)}，${gap.zh}前`,
            `the newest was ${timeOf(it.newest.at)}, ${gap.en} ago`,
          )
        : w('没有任何一条', 'there is none'),
      evaluated: null,
    },
  ];
}

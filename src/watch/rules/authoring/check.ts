import type { RuleDoc } from '#base/rules.ts';
import type { Words } from '#base/words.ts';
import type { RuleFault } from '#engine/match/index.ts';
import { ruleFaults, sidesOf } from '#engine/match/index.ts';
import type { Tx } from '#platform/db/index.ts';
import { purposeRefused } from '#registers/access/index.ts';
import { placeKinds } from '#registers/places/index.ts';
import { ruleDoc } from '../contract.ts';
import type { WatchList } from '../lists/contract.ts';
import { codeSets, watchLists } from '../lists/store.ts';
import { sentenceOf } from './sentence.ts';

/**
 * What a rule may name: lists with their subject, code sets, kinds of places (undefined =
 * unchecked).
 */
export type Known = {
  readonly lists: ReadonlyMap<string, 'person' | 'place'>;
  readonly codeSets: ReadonlySet<string>;
  readonly placeKinds: ReadonlySet<string> | undefined;
  /** Lists that serve police, petitions or credit, with the sentence that refuses them by name. */
  readonly barred?: ReadonlyMap<string, Words>;
};

/** All faults of a document at once, and its sentence when the shape holds. */
export type Checked = {
  readonly doc?: RuleDoc;
  readonly faults: RuleFault[];
  readonly sentence: Words | null;
};

export async function knownNames(tx: Tx): Promise<Known> {
  const lists = await watchLists(tx);
  const sets = await codeSets(tx);
  const kinds = await placeKinds(tx);
  return {
    lists: new Map(lists.map((list) => [list.id, list.subject])),
    codeSets: new Set(sets.map((set) => set.id)),
    placeKinds: kinds.length > 0 ? new Set(kinds.map((kind) => kind.code)) : undefined,
    barred: new Map(lists.flatMap((list) => barredList(list) ?? [])),
  };
}

/** Data for police, petitions or credit are no input of a rule (传染病防治法 2025 Art 16). */
function barredList(list: WatchList): [string, Words][] | undefined {
  const said = [list.words, list.purpose, list.legalBasis].flatMap((it) => [it.zh, it.en]);
  const refusal = said.map(purposeRefused).find((it) => it !== undefined);
  return refusal ? [[list.id, refusal.text]] : undefined;
}

/** Checks a document of unknown shape against what the house knows. */
export function checkRule(input: unknown, known: Known): Checked {
  const shape = ruleDoc.safeParse(input);
  const id = String((input as { id?: unknown } | null)?.id ?? '');
  if (!shape.success) {
    const faults = shape.error.issues.map((issue): RuleFault => {
      const path = issue.path.join('.');
      return {
        rule: id,
        path,
        at: null,
        code: issue.code,
        text: {
          zh: `${path || '规则'}：${issue.message}`,
          en: `${path || 'rule'}: ${issue.message}`,
        },
      };
    });
    return { faults, sentence: null };
  }
  const doc = shape.data as RuleDoc;
  const faults = [
    ...ruleFaults(doc, known),
    ...placeKindFaults(doc, known.placeKinds),
    ...barredFaults(doc, known.barred),
  ];
  return { doc, faults, sentence: sentenceOf(doc) };
}

/** A kind of place nobody has would make the rule sleep for ever. */
function placeKindFaults(doc: RuleDoc, kinds: ReadonlySet<string> | undefined): RuleFault[] {
  const m = doc.match;
  const named = m.type === 'R4' || m.type === 'R6' ? (m.placeKinds ?? []) : [];
  return named
    .filter((kind) => kinds && !kinds.has(kind))
    .map((kind) => ({
      rule: doc.id,
      path: 'match.placeKinds',
      at: null,
      code: 'unknown-place-kind',
      text: { zh: `没有地点类别“${kind}”`, en: `There is no kind of place "${kind}"` },
    }));
}

function barredFaults(doc: RuleDoc, barred: ReadonlyMap<string, Words> | undefined): RuleFault[] {
  return sidesOf(doc).flatMap(({ path, side }) => {
    const text = side.list === undefined ? undefined : barred?.get(side.list);
    const fault = { rule: doc.id, path: `${path}.list`, at: null, code: 'barred-purpose' };
    return text ? [{ ...fault, text }] : [];
  });
}

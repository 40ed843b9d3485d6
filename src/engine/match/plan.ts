import { KIND_NAMES } from '#base/kinds.ts';
import type { RuleDoc } from '#base/rules.ts';
import { HOUR } from '#base/time.ts';
import type { Words } from '#base/words.ts';
import { kindIndexOf } from '#engine/columns/index.ts';
import { parsePredicate } from './cel/parse.ts';
import type { Node } from './cel/predicate.ts';
import type { Test } from './cel/truth.ts';
import { compileTest } from './cel/truth.ts';
import type { CodeTable, MemberTable } from './tables.ts';

/** Rules in one plan at most. */
export const RULES_MAX = 2_000;

export type VersionedRule = { readonly doc: RuleDoc; readonly version: number };

/** What rules refer to by name. Tables may change under a plan: they are asked record by record. */
export type MatchContext = {
  readonly lists: ReadonlyMap<string, MemberTable>;
  readonly codes: ReadonlyMap<string, CodeTable>;
  /** Place id → kind of place. */
  readonly placeKinds: ReadonlyMap<number, string>;
};

/**
 * A fault of a rule: where in the document, at which character of the predicate (null
 * elsewhere), and the mend.
 */
export type RuleFault = {
  readonly rule: string;
  readonly path: string;
  readonly at: number | null;
  readonly code: string;
  readonly text: Words;
};

export type Role = 'R1' | 'R2' | 'first' | 'then' | 'R4' | 'R6';

/** One thing to do with a record of a kind. */
export type Op = {
  readonly rule: number;
  readonly role: Role;
  readonly test: Test | undefined;
  readonly list: MemberTable | undefined;
};

/** One predicate of a rule, kept as a tree for explanations. */
export type CompiledSide = {
  readonly name: 'record' | 'first' | 'then';
  readonly kinds: ReadonlySet<number>;
  readonly node: Node | undefined;
  readonly test: Test | undefined;
  readonly list: MemberTable | undefined;
};

export type CompiledRule = {
  readonly doc: RuleDoc;
  readonly version: number;
  /** `id@version`: what a piece of state belongs to. */
  readonly key: string;
  /** Width of the window, or the time of silence, in ms; 0 for R1 and R2. */
  readonly windowMs: number;
  readonly placeKinds: ReadonlySet<string> | undefined;
  readonly sides: readonly CompiledSide[];
};

export type Plan = {
  readonly rules: readonly CompiledRule[];
  /** Operations by index of KIND_NAMES. */
  readonly ops: readonly (readonly Op[])[];
  readonly context: MatchContext;
  /** The longest window of any rule, in ms. */
  readonly windowMs: number;
};

type SideDoc = { on: readonly string[]; when?: string; list?: string };

/** The sides of a rule with their places in the document. */
export function sidesOf(
  doc: RuleDoc,
): { name: 'record' | 'first' | 'then'; path: string; side: SideDoc }[] {
  const m = doc.match;
  if (m.type === 'R3') {
    return [
      { name: 'first', path: 'match.first', side: m.first },
      { name: 'then', path: 'match.then', side: m.then },
    ];
  }
  return [{ name: 'record', path: 'match', side: m }];
}

/**
 * Compiles rules to a plan. A rule with a fault is left out and its faults are answered, so that
 * one bad rule never silences the others; nothing is thrown for a bad rule.
 */
export function compile(
  rules: readonly VersionedRule[],
  context: MatchContext,
): { plan: Plan; faults: RuleFault[] } {
  const faults: RuleFault[] = [];
  const compiled: CompiledRule[] = [];
  for (const rule of rules.slice(0, RULES_MAX)) {
    const one = compileRule(rule, context);
    if (Array.isArray(one)) faults.push(...one);
    else compiled.push(one);
  }
  for (const rule of rules.slice(RULES_MAX)) faults.push(tooMany(rule.doc.id));
  const windowMs = compiled.reduce((widest, rule) => Math.max(widest, rule.windowMs), 0);
  return { plan: { rules: compiled, ops: opsOf(compiled), context, windowMs }, faults };
}

const tooMany = (rule: string): RuleFault => ({
  rule,
  path: '',
  at: null,
  code: 'too-many-rules',
  text: {
    zh: `启用的规则超过 ${RULES_MAX} 条：请先停用一些`,
    en: `More than ${RULES_MAX} active rules: retire some first`,
  },
});

function compileRule(rule: VersionedRule, context: MatchContext): CompiledRule | RuleFault[] {
  const { doc, version } = rule;
  const faults = ruleFaults(doc, {
    codeSets: new Set(context.codes.keys()),
    lists: new Map([...context.lists].map(([id, table]) => [id, table.subject])),
  });
  if (faults.length > 0) return faults;
  const sides = sidesOf(doc).map(({ name, side }): CompiledSide => {
    const on = side.on.filter((kind) => kindIndexOf(kind) >= 0) as (typeof KIND_NAMES)[number][];
    const node = side.when === undefined ? undefined : parsePredicate(side.when, { on }).node;
    return {
      name,
      kinds: new Set(on.map(kindIndexOf)),
      node,
      test: node && compileTest(node, context.codes),
      list: side.list === undefined ? undefined : context.lists.get(side.list),
    };
  });
  const m = doc.match;
  const kinds = m.type === 'R4' || m.type === 'R6' ? m.placeKinds : undefined;
  return {
    doc,
    version,
    key: `${doc.id}@${version}`,
    windowMs: windowOf(doc),
    placeKinds: kinds && new Set(kinds),
    sides,
  };
}

function windowOf(doc: RuleDoc): number {
  const m = doc.match;
  // Hours may be fractions; instants are whole milliseconds: no gap is judged otherwise by this.
  if (m.type === 'R3' || m.type === 'R4') return Math.floor(m.withinHours * HOUR);
  return m.type === 'R6' ? Math.ceil(m.silentHours * HOUR) : 0;
}

/** Names that exist; an absent part is not checked. */
export type KnownNames = {
  readonly codeSets?: ReadonlySet<string> | undefined;
  readonly lists?: ReadonlyMap<string, 'person' | 'place'> | undefined;
};

/** All faults of a rule's matching half; an empty array when it compiles. */
export function ruleFaults(doc: RuleDoc, known: KnownNames): RuleFault[] {
  const faults: RuleFault[] = [];
  const say = (path: string, code: string, zh: string, en: string, at: number | null = null) =>
    faults.push({ rule: doc.id, path, at, code, text: { zh, en } });
  for (const { path, side } of sidesOf(doc)) {
    const unknown = side.on.filter((kind) => kindIndexOf(kind) < 0);
    for (const kind of unknown) {
      say(`${path}.on`, 'unknown-kind', `没有记录类型“${kind}”`, `There is no kind "${kind}"`);
    }
    const on = KIND_NAMES.filter((kind) => side.on.includes(kind));
    if (side.when !== undefined) {
      for (const f of parsePredicate(side.when, { on, codeSets: known.codeSets }).faults) {
        say(`${path}.when`, f.code, f.text.zh, f.text.en, f.at);
      }
    }
    if (side.list !== undefined && known.lists && !known.lists.has(side.list)) {
      const names = [...known.lists.keys()].join(', ') || '—';
      say(
        `${path}.list`,
        'unknown-list',
        `没有名单“${side.list}”：现有 ${names}`,
        `There is no list "${side.list}": there are ${names}`,
      );
    }
  }
  const m = doc.match;
  if (m.type === 'R6' && m.list === undefined && m.placeKinds === undefined) {
    say(
      'match',
      'nobody-to-miss',
      '缺失规则须指定名单或地点类型',
      'An absence rule needs a list or kinds of places',
    );
  }
  if (m.type === 'R6' && m.list !== undefined && m.placeKinds !== undefined) {
    say(
      'match',
      'two-subjects',
      '缺失规则只能指定名单或地点类型之一',
      'An absence rule takes a list or kinds of places, not both',
    );
  }
  return faults;
}

function opsOf(rules: readonly CompiledRule[]): Op[][] {
  const ops: Op[][] = KIND_NAMES.map(() => []);
  rules.forEach((rule, index) => {
    for (const side of rule.sides) {
      const type = rule.doc.match.type;
      const role: Role = type === 'R3' ? (side.name as 'first' | 'then') : type;
      for (const kind of side.kinds) {
        ops[kind]?.push({ rule: index, role, test: side.test, list: side.list });
      }
    }
  });
  return ops;
}

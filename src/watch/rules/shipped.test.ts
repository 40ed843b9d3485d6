import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KIND_NAMES } from '#base/kinds.ts';
import type { RuleDoc } from '#base/rules.ts';
import { HOUR } from '#base/time.ts';
import type { MatchContext, Node, Plan } from '#engine/match/index.ts';
import {
  CodeTable,
  compile,
  HitSink,
  MemberTable,
  matchBatch,
  newState,
  parsePredicate,
  sidesOf,
  sweepAbsence,
} from '#engine/match/index.ts';
import { BatchBuilder } from '#engine/columns/index.ts';
import { shippedKinds } from '#registers/places/index.ts';
import { checkRule } from './authoring/check.ts';
import { shippedLists, shippedRules } from './shipped.ts';

const T = 1_770_000_000_000;
const { lists, codeSets } = shippedLists();
const rules = shippedRules();
const kinds = shippedKinds().kinds.map((kind) => kind.code);
const MEMBER = 7;

function context(): MatchContext {
  const tables = lists.map((list) => {
    const table = new MemberTable(list.id, list.subject);
    table.set(MEMBER, T - HOUR, T + 5_000 * HOUR);
    return [list.id, table] as const;
  });
  const codes = codeSets.map((set) => {
    const table = new CodeTable();
    for (const code of set.codes) table.set(code.code, code.from, code.until ?? Infinity);
    return [set.id, table] as const;
  });
  return {
    lists: new Map(tables),
    codes: new Map(codes),
    placeKinds: new Map(kinds.map((kind, i) => [100 + i, kind])),
  };
}

type Values = Record<string, string | number | boolean>;

/** Values for which a predicate holds. */
function satisfy(node: Node): Values {
  switch (node.op) {
    case 'and':
      return Object.assign({}, ...node.parts.map(satisfy));
    case 'or':
      return satisfy(node.parts[0] as Node);
    case 'not':
      return {};
    case 'compare': {
      if (node.left.is !== 'field' || node.right.is !== 'constant') throw new Error('field first');
      const nudge = node.how === '<' ? -0.1 : node.how === '>' ? 0.1 : 0;
      const value = node.right.value;
      return { [node.left.field.name]: typeof value === 'number' ? value + nudge : value };
    }
    case 'in':
      return { [node.field.name]: node.values[0] as string };
    case 'inCodes': {
      const set = codeSets.find((s) => s.id === node.set);
      return { [node.field.name]: set?.codes[0]?.code ?? '' };
    }
    case 'text':
      return { [node.field.name]: node.text };
    case 'has':
      return { [node.field.name]: 1 };
    case 'flag':
      return { [node.field.name]: true };
    case 'constant':
      return {};
  }
}

/** A record of a side: of the member, at a place and unit the rule counts. */
type Told = { id: number; at: number; person: number; values?: Values; on?: number };
function tell(plan: Plan, doc: RuleDoc, side: number, rows: readonly Told[]) {
  const m = doc.match;
  const placeKind = m.type === 'R4' || m.type === 'R6' ? m.placeKinds?.[0] : undefined;
  const place = placeKind ? 100 + kinds.indexOf(placeKind) : MEMBER;
  const { side: own } = sidesOf(doc)[side] as ReturnType<typeof sidesOf>[number];
  const kind = own.on[0] as (typeof KIND_NAMES)[number];
  const node = own.when && parsePredicate(own.when, { on: [...own.on] as [] }).node;
  const wanted = node ? satisfy(node) : {};
  const builder = new BatchBuilder();
  for (const row of rows) {
    const { age, sex, ...values } = row.values ?? wanted;
    const common = { kind, source: 1, place, unit: place, personArea: '320102001001' };
    const rest = { ...(age === undefined ? {} : { age: Number(age) }), sex: String(sex ?? '') };
    builder.add({ ...common, ...rest, id: row.id, at: row.at, person: row.person }, values);
  }
  return builder.finish();
}

test('the house ships at least 60 rules in each policy profile, no id twice', () => {
  for (const profile of ['law-2025', 'list-2020-2022']) {
    const own = rules.filter((rule) => rule.profile === undefined || rule.profile === profile);
    assert.ok(own.length >= 60, `${profile}: ${own.length}`);
  }
  assert.equal(new Set(rules.map((rule) => rule.id)).size, rules.length);
  for (const id of ['antipyretic-after-risk-trip', 'school-fever-cluster', 'returnee-at-hotel']) {
    assert.ok(
      rules.some((rule) => rule.id === id),
      id,
    );
  }
});

test('every shipped rule passes the check of the authoring page and has a sentence', () => {
  const known = {
    lists: new Map(lists.map((list) => [list.id, list.subject])),
    codeSets: new Set(codeSets.map((set) => set.id)),
    placeKinds: new Set(kinds),
  };
  for (const doc of rules) {
    const checked = checkRule(doc, known);
    assert.deepEqual(checked.faults, [], doc.id);
    assert.ok(checked.sentence && checked.sentence.zh.length > 10, doc.id);
  }
});

for (const doc of rules) {
  test(`${doc.id} speaks when it should and is quiet just beside it`, () => {
    const { plan, faults } = compile([{ doc, version: 1 }], context());
    assert.deepEqual(faults, []);
    const hitsOf = (run: (state: ReturnType<typeof newState>, sink: HitSink) => void): number => {
      const sink = new HitSink();
      run(newState(plan), sink);
      return sink.count;
    };
    const m = doc.match;
    const match =
      (side: number, rows: Told[]) => (state: ReturnType<typeof newState>, sink: HitSink) =>
        void matchBatch(plan, state, tell(plan, doc, side, rows), sink);
    const one = (person: number, at = T): Told => ({ id: person * 10, at, person });
    if (m.type === 'R1') {
      assert.equal(hitsOf(match(0, [one(MEMBER)])), 1);
      assert.equal(hitsOf(match(0, [{ ...one(MEMBER), values: {} }])), 0);
    } else if (m.type === 'R2') {
      assert.equal(hitsOf(match(0, [one(MEMBER)])), 1);
      assert.equal(hitsOf(match(0, [one(MEMBER, T - 2 * HOUR)])), 0, 'before the membership');
    } else if (m.type === 'R3') {
      const pair = (gap: number) => (state: ReturnType<typeof newState>, sink: HitSink) => {
        match(0, [{ id: 1, at: T, person: MEMBER }])(state, sink);
        match(1, [{ id: 2, at: T + gap, person: MEMBER }])(state, sink);
      };
      assert.equal(hitsOf(pair(m.withinHours * HOUR)), 1);
      assert.equal(hitsOf(pair(m.withinHours * HOUR + 1)), 0);
      assert.equal(hitsOf(pair(-1)), 0, 'the wrong way round');
    } else if (m.type === 'R4') {
      const crowd = (n: number) => Array.from({ length: n }, (_, i) => one(i + 1, T + i));
      assert.equal(hitsOf(match(0, crowd(m.distinct))), 1);
      assert.equal(hitsOf(match(0, crowd(m.distinct - 1))), 0);
      const same = crowd(m.distinct).map((row) => ({ ...row, person: 1 }));
      if (m.distinct > 1) assert.equal(hitsOf(match(0, same)), 0, 'one person again and again');
    } else {
      const silent = (hours: number) => (state: ReturnType<typeof newState>, sink: HitSink) => {
        match(0, [one(MEMBER)])(state, sink);
        state.watermark = T + hours * HOUR;
        sweepAbsence(plan, state, T + hours * HOUR, sink);
      };
      assert.equal(hitsOf(silent(m.silentHours)), 1);
      assert.equal(hitsOf(silent(m.silentHours - 0.1)), 0);
    }
  });
}

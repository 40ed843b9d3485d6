import type { RowView } from '#engine/columns/index.ts';
import { BatchBuilder } from '#engine/columns/index.ts';
import type { Node } from './cel/predicate.ts';
import { fieldOf, textOf } from './cel/predicate.ts';
import type { Frame, Truth } from './cel/truth.ts';
import { compileTest, frameOf, TRUE, UNKNOWN, valueOf } from './cel/truth.ts';
import type { CompiledRule, CompiledSide, Plan } from './plan.ts';

/**
 * A predicate evaluated for one record: each part as written, what it came to, and the value it
 * saw.
 */
export type Explanation = {
  readonly text: string;
  readonly result: 'true' | 'false' | 'missing';
  readonly value?: string | number | boolean | null;
  readonly parts?: Explanation[];
};

const wordOf = (truth: Truth): Explanation['result'] =>
  truth === TRUE ? 'true' : truth === UNKNOWN ? 'missing' : 'false';

/**
 * Why one side of a rule holds for a record, or does not. A side without predicate answers its
 * kinds.
 */
export function explain(
  plan: Plan,
  rule: CompiledRule,
  record: RowView,
  side: CompiledSide = rule.sides[0] as CompiledSide,
): Explanation {
  const builder = new BatchBuilder(1);
  builder.add(record, record.values);
  const frame = frameOf(builder.finish(), plan.context.placeKinds);
  if (!side.node) return { text: `kind == "${record.kind}"`, result: 'true', value: record.kind };
  return explainNode(side.node, frame, plan);
}

function explainNode(node: Node, frame: Frame, plan: Plan): Explanation {
  const result = wordOf(compileTest(node, plan.context.codes)(frame, 0));
  const text = textOf(node);
  if (node.op === 'and' || node.op === 'or') {
    return { text, result, parts: node.parts.map((part) => explainNode(part, frame, plan)) };
  }
  if (node.op === 'not') return { text, result, parts: [explainNode(node.part, frame, plan)] };
  const field = fieldOf(node);
  return field ? { text, result, value: valueOf(field, frame, 0) } : { text, result };
}

import { KIND_NAMES } from '#base/kinds.ts';
import type { Words } from '#base/words.ts';
import { FIELDS, type Node, parsePredicate } from '#engine/match/index.ts';
import { predicateWords, valueWords } from '#watch/rules/index.ts';
import type { WhyNode } from '#watch/signals/index.ts';
import type { TreeView } from './contract.ts';

/** The evaluated predicate in words, part by part, with the values seen. */
export function treeInWords(tree: WhyNode): TreeView {
  const node = parsePredicate(tree.text, { on: KIND_NAMES }).node;
  return {
    words: node ? predicateWords(node) : { zh: tree.text, en: tree.text },
    result: tree.result,
    value: tree.parts ? null : valueInWords(node, tree),
    parts: (tree.parts ?? []).map(treeInWords),
  };
}

const NOTHING: Words = { zh: '未填', en: 'not given' };

function valueInWords(node: Node | undefined, tree: WhyNode): Words | null {
  if (tree.result === 'missing') return NOTHING;
  if (tree.value === undefined || tree.value === null || tree.value === '') return null;
  const field = node && fieldName(node);
  const said = field && valueWords(field, String(tree.value));
  if (said) return said;
  const unit = field ? (FIELDS.get(field)?.unit ?? '') : '';
  const text = `${tree.value}${unit && ` ${unit}`}`;
  return { zh: text, en: text };
}

function fieldName(node: Node): string | undefined {
  if (node.op === 'compare') {
    const side = node.left.is === 'field' ? node.left : node.right;
    return side.is === 'field' ? side.field.name : undefined;
  }
  return 'field' in node ? node.field.name : undefined;
}

/** Share of the leaves that hold: how near a record came. */
export function nearness(tree: TreeView): number {
  if (tree.result === 'true') return 1;
  if (tree.parts.length === 0) return 0;
  const shares = tree.parts.map(nearness);
  const sum = shares.reduce((a, b) => a + b, 0);
  return (sum / shares.length) * 0.99;
}

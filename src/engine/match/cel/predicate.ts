import type { Words } from '#base/words.ts';
import type { Field } from './fields.ts';

export type Compare = '==' | '!=' | '<' | '<=' | '>' | '>=';
export type Constant = string | number | boolean;
export type Operand =
  | { readonly is: 'field'; readonly field: Field }
  | { readonly is: 'constant'; readonly value: Constant };

/** A checked predicate over one record: the CEL subset as a tree of its own. */
export type Node =
  | { readonly op: 'and' | 'or'; readonly parts: readonly Node[] }
  | { readonly op: 'not'; readonly part: Node }
  | {
      readonly op: 'compare';
      readonly how: Compare;
      readonly left: Operand;
      readonly right: Operand;
    }
  | { readonly op: 'in'; readonly field: Field; readonly values: readonly (string | number)[] }
  | { readonly op: 'inCodes'; readonly field: Field; readonly set: string }
  | {
      readonly op: 'text';
      readonly how: 'contains' | 'startsWith' | 'endsWith' | 'matches';
      readonly field: Field;
      readonly text: string;
    }
  | { readonly op: 'has'; readonly field: Field }
  | { readonly op: 'flag'; readonly field: Field }
  | { readonly op: 'constant'; readonly value: boolean };

/** What is wrong with a predicate: at which character (from 0), and how to mend it. */
export type PredicateFault = { readonly at: number; readonly code: string; readonly text: Words };

const literal = (value: Constant): string =>
  typeof value === 'string' ? JSON.stringify(value) : String(value);
const operand = (o: Operand): string => (o.is === 'field' ? o.field.name : literal(o.value));

/** The node as CEL again, short enough to show beside its value. */
export function textOf(node: Node): string {
  switch (node.op) {
    case 'and':
    case 'or':
      return node.parts.map(wrapped).join(node.op === 'and' ? ' && ' : ' || ');
    case 'not':
      return `!${node.part.op === 'flag' ? textOf(node.part) : `(${textOf(node.part)})`}`;
    case 'compare':
      return `${operand(node.left)} ${node.how} ${operand(node.right)}`;
    case 'in':
      return `${node.field.name} in [${node.values.map(literal).join(', ')}]`;
    case 'inCodes':
      return `${node.field.name} in codes.${node.set}`;
    case 'text':
      return `${node.field.name}.${node.how}(${literal(node.text)})`;
    case 'has':
      return `has(record.${node.field.name})`;
    case 'flag':
      return node.field.name;
    case 'constant':
      return String(node.value);
  }
}

const wrapped = (node: Node): string =>
  node.op === 'or' || node.op === 'and' ? `(${textOf(node)})` : textOf(node);

/** The first field a node looks at, so that its value can be shown beside it. */
export function fieldOf(node: Node): Field | undefined {
  if (node.op === 'compare') {
    if (node.left.is === 'field') return node.left.field;
    return node.right.is === 'field' ? node.right.field : undefined;
  }
  return 'field' in node ? node.field : undefined;
}

/** Names of all code sets a predicate asks. */
export function codeSetsOf(node: Node): string[] {
  if (node.op === 'and' || node.op === 'or') return node.parts.flatMap(codeSetsOf);
  if (node.op === 'not') return codeSetsOf(node.part);
  return node.op === 'inCodes' ? [node.set] : [];
}

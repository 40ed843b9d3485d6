import type { ColumnName } from '#base/columns.ts';
import { COLUMN_NAMES } from '#base/columns.ts';
import { KIND_NAMES } from '#base/kinds.ts';
import type { Batch } from '#engine/columns/index.ts';
import type { CodeTable } from '../tables.ts';
import type { Field } from './fields.ts';
import type { Compare, Constant, Node, Operand } from './predicate.ts';

/**
 * Three truth values, as CEL has them once errors are absorbed: a comparison with a missing value
 * is UNKNOWN, `false && UNKNOWN` is false, `true || UNKNOWN` is true, and a predicate that stays
 * UNKNOWN does not hold.
 */
export const FALSE = 0;
export const TRUE = 1;
export const UNKNOWN = 2;
export type Truth = 0 | 1 | 2;

/** The columns of the batch being matched, by slot, so that a test needs no lookup by name. */
export type Frame = {
  batch: Batch;
  numbers: (Float64Array | undefined)[];
  texts: (readonly string[] | undefined)[];
  /** Place id → kind of place. */
  placeKinds: ReadonlyMap<number, string>;
};
export type Test = (frame: Frame, row: number) => Truth;
type Numbers = (frame: Frame, row: number) => number;
type Texts = (frame: Frame, row: number) => string;

const SLOT = new Map(COLUMN_NAMES.map((name, i) => [name as string, i]));

/** A frame to be pointed at one batch after another. */
export function frameOf(batch: Batch, placeKinds: ReadonlyMap<number, string>): Frame {
  const frame: Frame = { batch, numbers: [], texts: [], placeKinds };
  pointFrame(frame, batch);
  return frame;
}

export function pointFrame(frame: Frame, batch: Batch): void {
  frame.batch = batch;
  for (let i = 0; i < COLUMN_NAMES.length; i++) {
    const column = batch.columns[COLUMN_NAMES[i] as ColumnName];
    frame.numbers[i] = column instanceof Float64Array ? column : undefined;
    frame.texts[i] = column instanceof Float64Array ? undefined : column;
  }
}

/**
 * Turns a checked predicate into a function of a row. All functions are made here, none per
 * row.
 */
export function compileTest(node: Node, codes: ReadonlyMap<string, CodeTable>): Test {
  switch (node.op) {
    case 'and':
      return joined(
        node.parts.map((part) => compileTest(part, codes)),
        FALSE,
      );
    case 'or':
      return joined(
        node.parts.map((part) => compileTest(part, codes)),
        TRUE,
      );
    case 'not': {
      const part = compileTest(node.part, codes);
      return (frame, row) => {
        const t = part(frame, row);
        return t === UNKNOWN ? UNKNOWN : t === TRUE ? FALSE : TRUE;
      };
    }
    case 'compare':
      return comparison(node.left, node.how, node.right);
    case 'in':
      return membership(node.field, node.values);
    case 'inCodes':
      return codeMembership(node.field, codes.get(node.set));
    case 'text':
      return textTest(textOf(node.field), node.how, node.text);
    case 'has':
      return presence(node.field);
    case 'flag': {
      const read = numberOf(node.field);
      return (frame, row) => flagTruth(read(frame, row));
    }
    case 'constant': {
      const truth = node.value ? TRUE : FALSE;
      return () => truth;
    }
  }
}

const flagTruth = (value: number): Truth => (value === 1 ? TRUE : value === 0 ? FALSE : UNKNOWN);
const truthOf = (holds: boolean): Truth => (holds ? TRUE : FALSE);

/** `and` stops at FALSE, `or` at TRUE; otherwise one UNKNOWN makes all unknown. */
function joined(tests: readonly Test[], stop: Truth): Test {
  const rest: Truth = stop === FALSE ? TRUE : FALSE;
  return (frame, row) => {
    let truth: Truth = rest;
    for (let i = 0; i < tests.length; i++) {
      const t = tests[i]!(frame, row);
      if (t === stop) return stop;
      if (t === UNKNOWN) truth = UNKNOWN;
    }
    return truth;
  };
}

/** The number of a field or NaN; flags are 0 and 1. */
export function numberOf(field: Field): Numbers {
  if (field.name === 'age') return (frame, row) => frame.batch.age[row]!;
  const slot = SLOT.get(field.name) ?? -1;
  return (frame, row) => frame.numbers[slot]?.[row] ?? Number.NaN;
}

/** The text of a field or ''. */
export function textOf(field: Field): Texts {
  switch (field.name) {
    case 'kind':
      return (frame, row) => KIND_NAMES[frame.batch.kind[row]!]!;
    case 'sex':
      return (frame, row) => frame.batch.sex[row]!;
    case 'area':
      return (frame, row) => frame.batch.personArea[row]!;
    case 'placeArea':
      return (frame, row) => frame.batch.placeArea[row]!;
    case 'placeKind':
      return (frame, row) => frame.placeKinds.get(frame.batch.place[row]!) ?? '';
    case 'unitKind':
      return (frame, row) => frame.placeKinds.get(frame.batch.unit[row]!) ?? '';
    default: {
      const slot = SLOT.get(field.name) ?? -1;
      return (frame, row) => frame.texts[slot]?.[row] ?? '';
    }
  }
}

const isNumeric = (o: Operand): boolean =>
  o.is === 'constant'
    ? typeof o.value !== 'string'
    : o.field.type === 'number' || o.field.type === 'flag';

function comparison(left: Operand, how: Compare, right: Operand): Test {
  if (isNumeric(left)) {
    const [a, b] = [numbersOf(left), numbersOf(right)];
    const compare = NUMBER_COMPARES[how];
    return (frame, row) => {
      const x = a(frame, row);
      const y = b(frame, row);
      return x !== x || y !== y ? UNKNOWN : truthOf(compare(x, y));
    };
  }
  const [a, b] = [textsOf(left), textsOf(right)];
  const compare = TEXT_COMPARES[how];
  return (frame, row) => {
    const x = a(frame, row);
    const y = b(frame, row);
    const missing = (x === '' && left.is === 'field') || (y === '' && right.is === 'field');
    return missing ? UNKNOWN : truthOf(compare(x, y));
  };
}

const NUMBER_COMPARES: Record<Compare, (x: number, y: number) => boolean> = {
  '==': (x, y) => x === y,
  '!=': (x, y) => x !== y,
  '<': (x, y) => x < y,
  '<=': (x, y) => x <= y,
  '>': (x, y) => x > y,
  '>=': (x, y) => x >= y,
};
const TEXT_COMPARES: Record<Compare, (x: string, y: string) => boolean> = {
  '==': (x, y) => x === y,
  '!=': (x, y) => x !== y,
  '<': (x, y) => x < y,
  '<=': (x, y) => x <= y,
  '>': (x, y) => x > y,
  '>=': (x, y) => x >= y,
};

const numberConstant = (value: Constant): number => Number(value);
function numbersOf(o: Operand): Numbers {
  if (o.is === 'field') return numberOf(o.field);
  const value = numberConstant(o.value);
  return () => value;
}
function textsOf(o: Operand): Texts {
  if (o.is === 'field') return textOf(o.field);
  const value = String(o.value);
  return () => value;
}

function membership(field: Field, values: readonly (string | number)[]): Test {
  const set = new Set(values);
  if (field.type === 'number') {
    const read = numberOf(field);
    return (frame, row) => {
      const x = read(frame, row);
      return x !== x ? UNKNOWN : truthOf(set.has(x));
    };
  }
  const read = textOf(field);
  return (frame, row) => {
    const x = read(frame, row);
    return x === '' ? UNKNOWN : truthOf(set.has(x));
  };
}

/** A code counts when it was valid at the time of the record, not at the time of matching. */
function codeMembership(field: Field, table: CodeTable | undefined): Test {
  const read = textOf(field);
  return (frame, row) => {
    const x = read(frame, row);
    return x === '' ? UNKNOWN : truthOf(table?.holdsAt(x, frame.batch.at[row]!) ?? false);
  };
}

function textTest(read: Texts, how: string, text: string): Test {
  const pattern = how === 'matches' ? new RegExp(text, 'u') : undefined;
  const holds = (x: string): boolean => {
    if (pattern) return pattern.test(x);
    if (how === 'contains') return x.includes(text);
    return how === 'startsWith' ? x.startsWith(text) : x.endsWith(text);
  };
  return (frame, row) => {
    const x = read(frame, row);
    return x === '' ? UNKNOWN : truthOf(holds(x));
  };
}

function presence(field: Field): Test {
  if (field.type === 'number' || field.type === 'flag') {
    const read = numberOf(field);
    return (frame, row) => truthOf(!Number.isNaN(read(frame, row)));
  }
  const read = textOf(field);
  return (frame, row) => truthOf(read(frame, row) !== '');
}

/** The value of a field as a person reads it; null when missing. */
export function valueOf(field: Field, frame: Frame, row: number): Constant | null {
  if (field.type === 'text' || field.type === 'day') return textOf(field)(frame, row) || null;
  const value = numberOf(field)(frame, row);
  if (Number.isNaN(value)) return null;
  return field.type === 'flag' ? value === 1 : value;
}

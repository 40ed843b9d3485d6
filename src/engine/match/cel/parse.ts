import { parse } from '@bufbuild/cel';
import type { KindName } from '#base/kinds.ts';
import type { Words } from '#base/words.ts';
import type { Field } from './fields.ts';
import { FIELDS, nearestName } from './fields.ts';
import type { Compare, Constant, Node, Operand, PredicateFault } from './predicate.ts';
import { patternFault } from './regex.ts';

type Expr = ReturnType<typeof parse>['expr'];

/** Characters and nodes of one predicate at most. */
export const PREDICATE_CHARS_MAX = 2_000;
const NODES_MAX = 400;

export type ParseContext = {
  /** The kinds the predicate is asked about: a field none of them carries is a fault. */
  readonly on: readonly KindName[];
  /** Known code sets; undefined leaves `codes.NAME` unchecked. */
  readonly codeSets?: ReadonlySet<string> | undefined;
};
export type Parsed = { readonly node?: Node; readonly faults: readonly PredicateFault[] };

/**
 * Reads a predicate: CEL syntax by the library's parser, types and subset by this checker. Answers
 * all faults at once; `node` only when there are none.
 */
export function parsePredicate(source: string, context: ParseContext): Parsed {
  if (source.length > PREDICATE_CHARS_MAX) {
    return {
      faults: [
        fault(
          PREDICATE_CHARS_MAX,
          'too-long',
          '条件过长：请拆成多条规则',
          'The predicate is too long: split the rule',
        ),
      ],
    };
  }
  let tree: ReturnType<typeof parse>;
  try {
    tree = parse(source);
  } catch (error) {
    return { faults: [syntaxFault(error)] };
  }
  const checker = new Checker(source, tree.sourceInfo?.positions ?? {}, context);
  const node = checker.truth(tree.expr);
  return checker.faults.length > 0 || !node ? { faults: checker.faults } : { node, faults: [] };
}

const fault = (at: number, code: string, zh: string, en: string): PredicateFault => ({
  at,
  code,
  text: { zh, en },
});

function syntaxFault(error: unknown): PredicateFault {
  const e = error as { location?: { start?: { offset?: number } }; rawMessage?: string };
  const at = e.location?.start?.offset ?? 0;
  const said = e.rawMessage ?? String(error);
  return fault(
    at,
    'syntax',
    `第 ${at + 1} 个字符处语法错误（${said}）：请补全或删去此处`,
    `Syntax error at character ${at + 1} (${said}): complete or remove this part`,
  );
}

const COMPARES: Record<string, Compare> = {
  '_==_': '==',
  '_!=_': '!=',
  '_<_': '<',
  '_<=_': '<=',
  '_>_': '>',
  '_>=_': '>=',
};
const METHODS = ['contains', 'startsWith', 'endsWith', 'matches'] as const;
const OPERATOR_NAMES: Record<string, string> = {
  '_?_:_': '?:',
  '_+_': '+',
  '_-_': '-',
  '_*_': '*',
  '_/_': '/',
  '_%_': '%',
  '_[_]': '[]',
};

class Checker {
  readonly faults: PredicateFault[] = [];
  readonly #source: string;
  readonly #positions: { [id: string]: number };
  readonly #context: ParseContext;
  #nodes = 0;

  constructor(source: string, positions: { [id: string]: number }, context: ParseContext) {
    this.#source = source;
    this.#positions = positions;
    this.#context = context;
  }

  /** A part that must be true or false. */
  truth(expr: Expr): Node | undefined {
    if (++this.#nodes > NODES_MAX)
      return this.#no(
        expr,
        'too-big',
        `条件超过 ${NODES_MAX} 个部分`,
        `More than ${NODES_MAX} parts`,
      );
    const kind = expr.exprKind;
    if (kind.case === 'constExpr') return this.#constantTruth(expr);
    if (kind.case === 'selectExpr' && kind.value.testOnly) return this.#has(expr);
    if (kind.case === 'callExpr') return this.#call(expr, kind.value);
    const field = this.#field(expr);
    if (!field) return undefined;
    if (field.type === 'flag') return { op: 'flag', field };
    return this.#no(
      expr,
      'not-a-condition',
      `“${field.name}”不是真假值：请写成比较，如 ${field.name} == …`,
      `"${field.name}" is not a truth value: compare it, e.g. ${field.name} == …`,
    );
  }

  #constantTruth(expr: Expr): Node | undefined {
    const value = this.#constant(expr);
    if (typeof value === 'boolean') return { op: 'constant', value };
    return this.#no(expr, 'not-a-condition', '常量不是真假值', 'A constant is not a truth value');
  }

  #call(expr: Expr, call: Call): Node | undefined {
    const name = call.function;
    if (name === '_&&_' || name === '_||_')
      return this.#joined(name === '_&&_' ? 'and' : 'or', call);
    if (name === '!_') {
      const part = call.args[0] && this.truth(call.args[0]);
      return part && { op: 'not', part };
    }
    const how = COMPARES[name];
    if (how) return this.#compare(expr, how, call);
    if (name === '@in') return this.#in(expr, call);
    if (name === 'has' && !call.target && call.args.length === 1) return this.#hasOf(call.args[0]);
    const method = METHODS.find((m) => m === name);
    if (method && call.target && call.args.length === 1) return this.#text(expr, method, call);
    const shown = OPERATOR_NAMES[name] ?? name;
    return this.#no(
      expr,
      'unsupported',
      `不支持“${shown}”：可用 == != < <= > >= && || ! in、contains、startsWith、endsWith、matches、has`,
      `"${shown}" is not supported: use == != < <= > >= && || ! in, contains, startsWith, endsWith, matches, has`,
    );
  }

  #joined(op: 'and' | 'or', call: Call): Node | undefined {
    const parts = call.args.map((arg) => this.truth(arg));
    if (parts.some((part) => !part)) return undefined;
    return { op, parts: (parts as Node[]).flatMap((p) => (p.op === op ? p.parts : [p])) };
  }

  #compare(expr: Expr, how: Compare, call: Call): Node | undefined {
    const left = call.args[0] && this.#operand(call.args[0]);
    const right = call.args[1] && this.#operand(call.args[1]);
    if (!left || !right) return undefined;
    const [a, b] = [typeOf(left), typeOf(right)];
    if (!comparable(a, b)) {
      return this.#no(
        expr,
        'type',
        `${a} 不能与 ${b} 比较：文字请加引号，数字不要加引号，是/否请写 true 或 false`,
        `${a} cannot be compared with ${b}: quote texts, do not quote numbers, write true or false for flags`,
      );
    }
    if (how !== '==' && how !== '!=' && !ordered(a, b)) {
      return this.#no(
        expr,
        'order',
        `“${how}”只用于数字和日期：文字请用 == 或 in`,
        `"${how}" is for numbers and days: use == or in for texts`,
      );
    }
    if (left.is === 'field' && right.is === 'constant')
      this.#knownValue(expr, left.field, right.value);
    if (right.is === 'field' && left.is === 'constant')
      this.#knownValue(expr, right.field, left.value);
    return { op: 'compare', how, left, right };
  }

  #in(expr: Expr, call: Call): Node | undefined {
    const [needle, hay] = call.args;
    const field = needle && this.#field(needle);
    if (!field || !hay) return undefined;
    if (hay.exprKind.case === 'selectExpr') return this.#inCodes(hay, field);
    if (hay.exprKind.case !== 'listExpr') {
      return this.#no(
        hay,
        'in',
        '“in”右侧须为列表 […] 或 codes.名称',
        'The right side of "in" is a list […] or codes.NAME',
      );
    }
    const values: (string | number)[] = [];
    for (const element of hay.exprKind.value.elements) {
      const value = this.#constant(element);
      const fits = field.type === 'number' ? typeof value === 'number' : typeof value === 'string';
      if (!fits || field.type === 'flag' || value === undefined) {
        this.#no(
          element,
          'type',
          `列表元素须与“${field.name}”同为${field.type}`,
          `List elements must be of the type of "${field.name}": ${field.type}`,
        );
      } else {
        this.#knownValue(element, field, value);
        values.push(value as string | number);
      }
    }
    if (values.length === 0)
      this.#no(
        expr,
        'empty-list',
        '空列表永不成立：请填入取值',
        'An empty list never holds: put values in',
      );
    return { op: 'in', field, values };
  }

  #inCodes(expr: Expr, field: Field): Node | undefined {
    const select = expr.exprKind.case === 'selectExpr' ? expr.exprKind.value : undefined;
    const operand = select?.operand?.exprKind;
    if (!select || operand?.case !== 'identExpr' || operand.value.name !== 'codes') {
      return this.#no(
        expr,
        'in',
        '“in”右侧须为列表 […] 或 codes.名称',
        'The right side of "in" is a list […] or codes.NAME',
      );
    }
    if (field.type !== 'text')
      return this.#no(expr, 'type', '代码集只用于编码字段', 'Code sets are for coded fields');
    const known = this.#context.codeSets;
    if (known && !known.has(select.field)) {
      const near = nearestName(select.field, known);
      return this.#no(
        expr,
        'unknown-codes',
        `没有代码集“${select.field}”${near ? `：是否指 codes.${near}` : '：请先建立'}`,
        `There is no code set "${select.field}"${near ? `: did you mean codes.${near}` : ': set it up first'}`,
      );
    }
    return { op: 'inCodes', field, set: select.field };
  }

  #text(expr: Expr, how: (typeof METHODS)[number], call: Call): Node | undefined {
    const field = call.target && this.#field(call.target);
    const arg = call.args[0];
    const text = arg && this.#constant(arg);
    if (!field) return undefined;
    if (field.type !== 'text' && field.type !== 'day') {
      return this.#no(expr, 'type', `${how} 只用于文字字段`, `${how} is for text fields`);
    }
    if (typeof text !== 'string' || text === '') {
      return this.#no(
        expr,
        'type',
        `${how} 的参数须为非空文字`,
        `${how} takes a text that is not empty`,
      );
    }
    const bad = how === 'matches' ? patternFault(text) : undefined;
    if (bad) {
      return this.#no(
        expr,
        'unsupported-pattern',
        `正则第 ${bad.at + 1} 个字符“${bad.part}”不在安全子集内：请改用 contains 或拆分`,
        `Pattern part "${bad.part}" at character ${bad.at + 1} is outside the safe subset: use contains or split it`,
      );
    }
    return { op: 'text', how, field, text };
  }

  #has(expr: Expr): Node | undefined {
    const select = expr.exprKind.case === 'selectExpr' ? expr.exprKind.value : undefined;
    const operand = select?.operand?.exprKind;
    if (!select || operand?.case !== 'identExpr' || operand.value.name !== 'record') {
      return this.#no(expr, 'has', 'has 写作 has(record.字段)', 'Write has(record.field)');
    }
    const field = this.#named(expr, select.field);
    return field && { op: 'has', field };
  }

  #hasOf(expr: Expr | undefined): Node | undefined {
    const field = expr && this.#field(expr);
    return field && { op: 'has', field };
  }

  #operand(expr: Expr): Operand | undefined {
    if (isConstant(expr)) {
      const value = this.#constant(expr);
      return value === undefined ? undefined : { is: 'constant', value };
    }
    const field = this.#field(expr);
    return field && { is: 'field', field };
  }

  /** `name`, or `record.name`. */
  #field(expr: Expr): Field | undefined {
    const kind = expr.exprKind;
    if (kind.case === 'identExpr') return this.#named(expr, kind.value.name);
    if (kind.case === 'selectExpr') {
      const operand = kind.value.operand?.exprKind;
      if (operand?.case === 'identExpr' && operand.value.name === 'record') {
        return this.#named(expr, kind.value.field);
      }
    }
    return this.#no(
      expr,
      'unsupported',
      '此处须为字段名：比较与 in 的左侧不支持其他写法',
      'A field name belongs here: nothing else is supported in this place',
    );
  }

  #named(expr: Expr, name: string): Field | undefined {
    const field = FIELDS.get(name);
    if (!field) {
      const near = nearestName(name, FIELDS.keys());
      return this.#no(
        expr,
        'unknown-field',
        `没有字段“${name}”${near ? `：是否指 ${near}` : ''}`,
        `There is no field "${name}"${near ? `: did you mean ${near}` : ''}`,
      );
    }
    const kinds = field.kinds;
    if (kinds && !this.#context.on.some((kind) => kinds.has(kind))) {
      return this.#no(
        expr,
        'field-of-other-kind',
        `“${name}”不出现在 ${this.#context.on.join('、')}：请改类型或字段`,
        `"${name}" is never on ${this.#context.on.join(', ')}: change the kinds or the field`,
      );
    }
    return field;
  }

  #constant(expr: Expr): Constant | undefined {
    const kind = expr.exprKind;
    if (kind.case === 'constExpr') {
      const c = kind.value.constantKind;
      if (c.case === 'int64Value' || c.case === 'uint64Value') return Number(c.value);
      if (c.case === 'doubleValue' || c.case === 'stringValue' || c.case === 'boolValue')
        return c.value;
    }
    if (kind.case === 'callExpr' && kind.value.function === '-_' && kind.value.args[0]) {
      const value = this.#constant(kind.value.args[0]);
      if (typeof value === 'number') return -value;
    }
    return this.#no(
      expr,
      'unsupported',
      '此处须为数字、文字或 true/false',
      'A number, a text or true/false belongs here',
    );
  }

  #knownValue(expr: Expr, field: Field, value: Constant): void {
    if (!field.values || typeof value !== 'string' || field.values.includes(value)) return;
    const near = nearestName(value, field.values) ?? field.values.join(', ');
    this.#no(
      expr,
      'unknown-value',
      `“${field.name}”没有取值“${value}”：可用 ${near}`,
      `"${field.name}" never holds "${value}": use ${near}`,
    );
  }

  #no(expr: Expr, code: string, zh: Words['zh'], en: Words['en']): undefined {
    let at = this.#positions[String(expr.id)] ?? 0;
    // The parser counts the blanks before an operator as its own.
    while (this.#source[at] === ' ') at++;
    this.faults.push(fault(at, code, zh, en));
    return undefined;
  }
}

type Call = Extract<Expr['exprKind'], { case: 'callExpr' }>['value'];

const isConstant = (expr: Expr): boolean =>
  expr.exprKind.case === 'constExpr' ||
  (expr.exprKind.case === 'callExpr' && expr.exprKind.value.function === '-_');

const typeOf = (o: Operand): string => {
  if (o.is === 'field') return o.field.type;
  if (typeof o.value === 'boolean') return 'flag';
  return typeof o.value === 'string' ? 'text' : 'number';
};
const textual = (type: string): boolean => type === 'text' || type === 'day';
const comparable = (a: string, b: string): boolean => a === b || (textual(a) && textual(b));
/** Numbers have an order, and days among themselves or beside a text that is one. */
const ordered = (a: string, b: string): boolean =>
  (a === 'number' && b === 'number') || a === 'day' || b === 'day';

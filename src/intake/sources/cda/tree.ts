import { SaxesParser } from 'saxes';
import type { FieldError } from '#base/refusal.ts';
import { DOCUMENT_LIMITS, fault, TOO_DEEP, TOO_MANY_ELEMENTS } from '../decode/document.ts';

/** An element by its local name: whatever prefix the sender gave the namespace of HL7. */
export class Element {
  readonly name: string;
  readonly parent: Element | undefined;
  /** Which of its name it is among its parent's children, from 1. */
  readonly nth: number;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[] = [];
  /** Children so far by name: their places are told without counting them again. */
  #counts: Map<string, number> | undefined;
  words = '';

  constructor(
    name: string,
    parent: Element | undefined,
    nth: number,
    attributes: Readonly<Record<string, string>>,
  ) {
    this.name = name;
    this.parent = parent;
    this.nth = nth;
    this.attributes = attributes;
  }

  /** XPath of the element: `/ClinicalDocument/component/structuredBody/component[3]/section`. */
  get path(): string {
    const isAlone = this.parent === undefined || this.parent.countOf(this.name) === 1;
    return `${this.parent?.path ?? ''}/${isAlone ? this.name : `${this.name}[${this.nth}]`}`;
  }

  countOf(name: string): number {
    return this.#counts?.get(name) ?? 0;
  }

  add(child: Element): void {
    this.#counts ??= new Map();
    this.#counts.set(child.name, child.nth);
    this.children.push(child);
  }

  all(name: string): Element[] {
    return this.children.filter((it) => it.name === name);
  }

  /** The first descendant down a path of names. */
  find(...names: string[]): Element | undefined {
    const [name, ...rest] = names;
    if (name === undefined) return this;
    for (const child of this.children) {
      const found = child.name === name ? child.find(...rest) : undefined;
      if (found) return found;
    }
    return undefined;
  }

  /** An attribute by its local name; '' when absent or when the element says it has no value. */
  get(name: string): string {
    return (this.attributes[name] ?? '').trim();
  }

  /** Every descendant of a name, in order. */
  *within(name: string): Generator<Element> {
    for (const child of this.children) {
      if (child.name === name) yield child;
      yield* child.within(name);
    }
  }
}

class Stop extends Error {
  readonly fault: FieldError;
  constructor(why: FieldError) {
    super(why.code);
    this.name = 'Stop';
    this.fault = why;
  }
}

const DOCTYPE = fault(
  '',
  'doctype',
  '不接受带 DOCTYPE（DTD、实体定义）的 XML，请去掉后重发。',
  'XML with a DOCTYPE (DTD, entities) is not taken; remove it and send again.',
);
const TOO_MANY_ATTRIBUTES = fault(
  '',
  'too-many-attributes',
  `一个元素最多 ${DOCUMENT_LIMITS.attributesMax} 个属性。`,
  `An element has at most ${DOCUMENT_LIMITS.attributesMax} attributes.`,
);
const TEXT_TOO_LONG = fault(
  '',
  'text-too-long',
  `一段文字或一个属性最多 ${DOCUMENT_LIMITS.textCharsMax} 个字符。`,
  `One text or attribute has at most ${DOCUMENT_LIMITS.textCharsMax} characters.`,
);

const NAME = /^[\w:.-]{1,64}$/;
/** What is wrong in words of the parser that quote nothing but names of elements. */
function reasonOf(message: string): string {
  const [, said = ''] = /^(?:\d+:\d+: )?(.*)$/.exec(message) ?? [];
  const [, why = said, name = ''] = /^(un[a-z ]+): (\S+)$/.exec(said) ?? [];
  if (/^[a-z ,]{1,80}$/.test(why)) return NAME.test(name) ? `${why}: ${name}` : why;
  return 'not well-formed';
}

const NOT_XML = (message: string, line: number, column: number) =>
  fault(
    '',
    'not-xml',
    `第 ${line} 行第 ${column} 列起不是合格的 XML（${reasonOf(message)}）；可能被截断，请重新导出后再发。`,
    `Not well-formed XML at line ${line}, column ${column} (${reasonOf(message)}); ` +
      'it may have been cut off. Export it again and resend.',
    { value: `${line}:${column}` },
  );

const local = (name: string): string => name.slice(name.indexOf(':') + 1);

/** Builds the tree while the parser runs; throws Stop at the first limit or fault. */
class Builder {
  root: Element | undefined;
  #open: Element | undefined;
  #depth = 0;
  #elements = 0;
  #attributes = 0;
  /** Depth inside a narrative text, whose markup is no data. */
  #narrative = 0;

  attribute(value: string): void {
    if (++this.#attributes > DOCUMENT_LIMITS.attributesMax) throw new Stop(TOO_MANY_ATTRIBUTES);
    if (value.length > DOCUMENT_LIMITS.textCharsMax) throw new Stop(TEXT_TOO_LONG);
  }

  open(name: string, given: Readonly<Record<string, string>>): void {
    this.#attributes = 0;
    if (++this.#elements > DOCUMENT_LIMITS.elementsMax) throw new Stop(TOO_MANY_ELEMENTS);
    if (++this.#depth > DOCUMENT_LIMITS.depthMax) throw new Stop(TOO_DEEP);
    if (this.#narrative > 0) {
      this.#narrative++;
      return this.text(' ');
    }
    const attributes: Record<string, string> = Object.create(null) as Record<string, string>;
    for (const [key, value] of Object.entries(given)) attributes[local(key)] = value;
    const plain = local(name);
    const parent = this.#open;
    const nth = (parent?.countOf(plain) ?? 0) + 1;
    const element = new Element(plain, parent, nth, attributes);
    parent?.add(element);
    this.root ??= element;
    this.#open = element;
    if (plain === 'text' && parent?.name === 'section') this.#narrative = 1;
  }

  close(): void {
    this.#depth--;
    if (this.#narrative > 1) {
      this.#narrative--;
      return;
    }
    this.#narrative = 0;
    this.#open = this.#open?.parent;
  }

  text(text: string): void {
    const { length } = this.#open?.words ?? '';
    if (length + text.length > DOCUMENT_LIMITS.textCharsMax) throw new Stop(TEXT_TOO_LONG);
    if (this.#open) this.#open.words += text;
  }
}

const CHUNK = 64 * 2 ** 10;

/** The tree of an XML text, or why it is none. Never reads a DTD, never expands an entity of one. */
export function readXml(text: string): Element | FieldError {
  const parser = new SaxesParser({ position: true, xmlns: false });
  const builder = new Builder();
  parser.on('error', (cause) => {
    throw new Stop(NOT_XML(cause.message, parser.line, parser.column));
  });
  parser.on('doctype', () => {
    throw new Stop(DOCTYPE);
  });
  parser.on('attribute', (it) => builder.attribute(it.value));
  parser.on('opentag', (tag) => builder.open(tag.name, tag.attributes as Record<string, string>));
  parser.on('closetag', () => builder.close());
  parser.on('text', (it) => builder.text(it));
  parser.on('cdata', (it) => builder.text(it));
  try {
    for (let from = 0; from < text.length; from += CHUNK)
      parser.write(text.slice(from, from + CHUNK));
    parser.close();
  } catch (cause) {
    if (cause instanceof Stop) return cause.fault;
    throw cause;
  }
  return builder.root ?? NOT_XML('no root element', 1, 1);
}

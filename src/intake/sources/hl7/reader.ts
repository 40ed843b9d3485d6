/** HL7 v2 in its pipe form: segments, fields, repetitions, components, subcomponents (HL7 v2.8 ch. 2). */
export type Message = {
  /** Every segment of a name, in order. */
  all(name: string): readonly Segment[];
  /** The first one. */
  first(name: string): Segment | undefined;
  readonly segments: readonly Segment[];
};

export type Segment = {
  readonly name: string;
  /** As it came, escapes and all. */
  readonly text: string;
  /**
   * Text of a component, escapes resolved; '' when absent or null (""). Numbers count from 1; `repeat`
   * from 0.
   */
  get(field: number, component?: number, repeat?: number, subcomponent?: number): string;
  /** How many repetitions a field has; 0 when it is absent. */
  repeats(field: number): number;
  /** HL7's null (""): the sender says that there is nothing any more, not that it knows nothing. */
  isNull(field: number): boolean;
};

type Marks = {
  readonly field: string;
  readonly component: string;
  readonly repeat: string;
  readonly escape: string;
  readonly sub: string;
};

const NULL = '""';

function hexText(hex: string): string {
  const bytes = Buffer.from(hex, 'hex');
  const text = bytes.toString('utf8');
  return text.includes('\uFFFD') ? bytes.toString('latin1') : text;
}

/** Formatting commands of FT fields (ch. 2.7.6) that break a line; the others leave nothing. */
const BREAKS = /^\.(br|sp|ce)/;
const FORMATS = /^\.(br|sp|ce|fi|nf|in|ti|sk)[+-]?\d*$/;

/** What stands for an escape's name; undefined for those we do not know. */
function meaningOf(name: string, marks: Marks): string | undefined {
  if (name === 'F') return marks.field;
  if (name === 'S') return marks.component;
  if (name === 'T') return marks.sub;
  if (name === 'R') return marks.repeat;
  if (name === 'E') return marks.escape;
  if (name === 'H' || name === 'N') return '';
  if (FORMATS.test(name)) return BREAKS.test(name) ? '\n' : name.startsWith('.sk') ? ' ' : '';
  return /^X([0-9A-Fa-f]{2})+$/.test(name) ? hexText(name.slice(1)) : undefined;
}

/** Resolves escapes (\F\ \S\ \T\ \R\ \E\ \Xdd..\ \H\ \N\ \.br\ …); one we do not know stays as written. */
export function unescape(text: string, marks: Marks): string {
  const { escape } = marks;
  if (!escape || !text.includes(escape)) return text;
  let out = '';
  let at = 0;
  for (;;) {
    const open = text.indexOf(escape, at);
    const close = open < 0 ? -1 : text.indexOf(escape, open + 1);
    if (close < 0) return out + text.slice(at);
    out += text.slice(at, open);
    const name = text.slice(open + 1, close);
    const meaning = meaningOf(name, marks);
    if (meaning === undefined) {
      out += escape + name;
      at = close;
    } else {
      out += meaning;
      at = close + 1;
    }
  }
}

/** The nth piece (from 0) of a text cut at a mark; '' when there are not so many. */
function pieceOf(text: string, mark: string, n: number): string {
  if (mark === '') return n === 0 ? text : '';
  let from = 0;
  for (let i = 0; i < n; i++) {
    const at = text.indexOf(mark, from);
    if (at < 0) return '';
    from = at + 1;
  }
  const end = text.indexOf(mark, from);
  if (end >= 0) return text.slice(from, end);
  return from === 0 ? text : text.slice(from);
}

class OneSegment implements Segment {
  readonly name: string;
  readonly text: string;
  readonly #marks: Marks;
  /** MSH-1 is the separator itself: its other fields stand one place to the left. */
  readonly #shift: 0 | 1;
  #fields: readonly string[] | undefined;

  constructor(text: string, marks: Marks) {
    this.text = text;
    this.name = pieceOf(text, marks.field, 0);
    this.#marks = marks;
    this.#shift = this.name === 'MSH' ? 1 : 0;
  }

  #raw(field: number): string {
    this.#fields ??= this.text.split(this.#marks.field);
    return this.#fields[field - this.#shift] ?? '';
  }

  get(field: number, component = 1, repeat = 0, subcomponent = 1): string {
    const marks = this.#marks;
    if (this.#shift === 1 && field <= 2) return field === 1 ? marks.field : this.#raw(2);
    const raw = this.#raw(field);
    if (raw === '') return '';
    const whole = pieceOf(raw, marks.repeat, repeat);
    const part = pieceOf(whole, marks.component, component - 1);
    const sub = pieceOf(part, marks.sub, subcomponent - 1);
    return sub === NULL ? '' : unescape(sub, marks).trim();
  }

  repeats(field: number): number {
    const raw = this.#raw(field);
    return raw === '' ? 0 : raw.split(this.#marks.repeat).length;
  }

  isNull(field: number): boolean {
    return this.#raw(field) === NULL;
  }
}

const SEGMENT = /^[A-Z][A-Z0-9]{2}$/;

/**
 * Segments of a text, whatever ends its lines. A line that begins like no segment is the rest of
 * the one before: senders leave raw line breaks in long texts.
 */
function linesOf(text: string, field: string): string[] {
  const lines: string[] = [];
  for (const line of text.split(/\r\n?|\n/)) {
    if (line === '') continue;
    const isSegment = SEGMENT.test(line.slice(0, 3)) && (line.length === 3 || line[3] === field);
    if (isSegment || lines.length === 0) lines.push(line);
    else lines[lines.length - 1] += `\n${line}`;
  }
  return lines;
}

/** Reads a message; undefined when it does not begin with a usable MSH segment. */
export function readMessage(text: string): Message | undefined {
  if (!/^MSH[^\w\s]/.test(text)) return undefined;
  const field = text.charAt(3);
  const end = text.indexOf(field, 4);
  const marksText = end < 0 ? '' : text.slice(4, end);
  if (marksText.length < 1 || marksText.length > 5) return undefined;
  const marks: Marks = {
    field,
    component: marksText.charAt(0),
    repeat: marksText.charAt(1) || '~',
    escape: marksText.charAt(2),
    sub: marksText.charAt(3),
  };
  const segments = linesOf(text, field).map((line) => new OneSegment(line, marks));
  return {
    segments,
    all: (name) => segments.filter((it) => it.name === name),
    first: (name) => segments.find((it) => it.name === name),
  };
}

/** HL7 v2 in its pipe form: segments, fields, repetitions, components, subcomponents (HL7 v2.5.1 ch. 2). */
export type Message = {
  /** Every segment of a name, in order. */
  all(name: string): readonly Segment[];
  /** The first one. */
  first(name: string): Segment | undefined;
  readonly segments: readonly Segment[];
};

export type Segment = {
  readonly name: string;
  /** Text of a component, escapes resolved; '' when absent. Numbers count from 1; `repeat` from 0. */
  get(field: number, component?: number, repeat?: number, subcomponent?: number): string;
  /** How many repetitions a field has; 0 when it is absent. */
  repeats(field: number): number;
};

type Marks = {
  readonly field: string;
  readonly component: string;
  readonly repeat: string;
  readonly escape: string;
  readonly sub: string;
};

function hexText(hex: string): string {
  const bytes = Buffer.from(hex, 'hex');
  return bytes.length * 2 === hex.length ? bytes.toString('utf8') : '';
}

/** Resolves \F\ \S\ \T\ \R\ \E\ \Xdd..\ and line breaks; an escape we do not know stays as written. */
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
    if (name === 'F') out += marks.field;
    else if (name === 'S') out += marks.component;
    else if (name === 'T') out += marks.sub;
    else if (name === 'R') out += marks.repeat;
    else if (name === 'E') out += escape;
    else if (name === '.br') out += '\n';
    else if (/^X([0-9A-Fa-f]{2})+$/.test(name)) out += hexText(name.slice(1));
    else {
      out += escape + name;
      at = close;
      continue;
    }
    at = close + 1;
  }
}

function segmentOf(line: string, marks: Marks): Segment {
  const fields = line.split(marks.field);
  const name = fields[0] ?? '';
  // MSH-1 is the separator itself: its other fields stand one place to the left.
  const shift = name === 'MSH' ? 1 : 0;
  const raw = (field: number): string => fields[field - shift] ?? '';
  return {
    name,
    get(field, component = 1, repeat = 0, subcomponent = 1) {
      if (shift === 1 && field <= 2) return field === 1 ? marks.field : raw(2);
      const whole = raw(field).split(marks.repeat)[repeat] ?? '';
      const part = whole.split(marks.component)[component - 1] ?? '';
      const sub = part.split(marks.sub || '\u0000')[subcomponent - 1] ?? '';
      return unescape(sub, marks).trim();
    },
    repeats: (field) => (raw(field) === '' ? 0 : raw(field).split(marks.repeat).length),
  };
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
    component: marksText.charAt(0) || '^',
    repeat: marksText.charAt(1) || '~',
    escape: marksText.charAt(2),
    sub: marksText.charAt(3),
  };
  const segments = text
    .split(/\r\n?|\n/)
    .filter((line) => line !== '')
    .map((line) => segmentOf(line, marks));
  return {
    segments,
    all: (name) => segments.filter((it) => it.name === name),
    first: (name) => segments.find((it) => it.name === name),
  };
}

export type WireCharset = 'utf-8' | 'gb18030' | 'ascii' | 'latin1';
const CHARSET_NAMES: Record<string, WireCharset> = {
  'UNICODE UTF-8': 'utf-8',
  'UTF-8': 'utf-8',
  UTF8: 'utf-8',
  'GB 18030-2000': 'gb18030',
  GB18030: 'gb18030',
  GBK: 'gb18030',
  GB2312: 'gb18030',
  ASCII: 'ascii',
  '8859/1': 'latin1',
};

/** MSH-18, found among the fields of the first segment before its charset is known; undefined when it names none. */
export function charsetOf(bytes: Buffer): WireCharset | undefined {
  const end = bytes.indexOf(13);
  const head = bytes.subarray(0, Math.min(end < 0 ? bytes.length : end, 4096)).toString('latin1');
  const fields = head.split(head.charAt(3)).slice(8);
  for (const field of fields) {
    const named = CHARSET_NAMES[(field.split('~')[0] ?? '').trim().toUpperCase()];
    if (named) return named;
  }
  return undefined;
}

/** HL7 time (YYYY[MM[DD[HH[MM[SS[.S]]]]]][+ZZZZ]) as epoch ms, without an offset city time; NaN when it is none. */
export function hl7Instant(text: string): number {
  const m =
    /^(\d{4})(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\.\d{1,4})?([+-]\d{2})?(\d{2})?$/.exec(text);
  if (!m?.[3]) return Number.NaN;
  const offset = m[8] ? `${m[8]}:${m[9] ?? '00'}` : '+08:00';
  return Date.parse(
    `${m[1]}-${m[2]}-${m[3]}T${m[4] ?? '00'}:${m[5] ?? '00'}:${m[6] ?? '00'}${m[7] ?? ''}${offset}`,
  );
}

/** HL7 date as a civil day; '' when it is none. */
export const hl7Day = (text: string): string =>
  /^\d{8}/.test(text) ? `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}` : '';

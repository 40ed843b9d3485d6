import type { FieldError } from '#base/refusal.ts';
import type { DecodedRow } from '../model.ts';

/** Limits of one document (a FHIR bundle, a CDA), by name. Over any of them it is refused as a whole. */
export const DOCUMENT_LIMITS = {
  bytesMax: 32 * 2 ** 20,
  /** Objects, arrays or elements inside each other. */
  depthMax: 128,
  /** Values of JSON. */
  valuesMax: 2_000_000,
  /** Elements of XML. */
  elementsMax: 500_000,
  attributesMax: 64,
  /** Characters of one attribute, one text or one name of an element. */
  textCharsMax: 4 * 2 ** 20,
  rowsMax: 50_000,
  /** What is shown of a row that was not admitted. */
  rawCharsMax: 64 * 2 ** 10,
  /** What is shown of all rows of a document together. */
  rawTotalMax: 64 * 2 ** 20,
  /** One field; the longest text of a column is half of it, so what is cut is still too long. */
  fieldCharsMax: 4_000,
  /** Places named one by one in a verdict about many. */
  placesNamedMax: 20,
} as const;

export type Fields = Record<string, unknown>;

/** An error of a document; `value` must not be able to name a person. */
export const fault = (
  path: string,
  code: string,
  zh: string,
  en: string,
  more: { readonly value?: string; readonly allowed?: string } = {},
): FieldError => ({ path, code, ...more, text: { zh, en } });

/** A document that holds nothing we can read, as the one row it becomes. */
export const unreadable = (raw: string, ...faults: FieldError[]): DecodedRow[] => [
  { fields: undefined, raw: raw.slice(0, DOCUMENT_LIMITS.rawCharsMax), faults },
];

/** Bombs: the door takes nothing of such a document. */
export const REFUSED_CODES: ReadonlySet<string> = new Set([
  'too-deep',
  'too-many-values',
  'too-many-rows',
  'too-many-attributes',
  'text-too-long',
  'doctype',
]);

export const TOO_DEEP = fault(
  '',
  'too-deep',
  `内容嵌套超过 ${DOCUMENT_LIMITS.depthMax} 层，未接收。`,
  `The document nests deeper than ${DOCUMENT_LIMITS.depthMax} levels; nothing of it was taken.`,
);
export const TOO_MANY_VALUES = fault(
  '',
  'too-many-values',
  `一份文档最多 ${DOCUMENT_LIMITS.valuesMax} 个值，请拆分后重发。`,
  `One document holds at most ${DOCUMENT_LIMITS.valuesMax} values; split it and send the parts.`,
);
export const TOO_MANY_ELEMENTS = fault(
  '',
  'too-many-values',
  `一份 XML 最多 ${DOCUMENT_LIMITS.elementsMax} 个元素，请拆分后重发。`,
  `One XML document holds at most ${DOCUMENT_LIMITS.elementsMax} elements; split it.`,
);
export const TOO_MANY_ROWS = fault(
  '',
  'too-many-rows',
  `一份文档最多 ${DOCUMENT_LIMITS.rowsMax} 条，请拆分后重发。`,
  `One document holds at most ${DOCUMENT_LIMITS.rowsMax} resources; split it and send the parts.`,
);

export const DOCUMENT_TOO_LONG: DecodedRow = {
  fields: undefined,
  raw: '',
  faults: [
    fault(
      '',
      'document-too-long',
      `一份文档最多 ${DOCUMENT_LIMITS.bytesMax / 2 ** 20} MiB，请拆分。`,
      `One document is at most ${DOCUMENT_LIMITS.bytesMax / 2 ** 20} MiB; split it.`,
    ),
  ],
};

/** A sex written as neither list has it; `allowed` is what the sender's standard says. */
export const badSex = (path: string, code: string, allowed: string): FieldError =>
  fault(path, 'not-in-list', '性别代码不在代码表中。', 'This code of sex is not in its list.', {
    value: shownCode(code),
    allowed,
  });

/** Gives texts of rows until a document has shown enough of itself; then '' (the fields are kept). */
export function rawBudget(): (rawOf: () => string) => string {
  let left: number = DOCUMENT_LIMITS.rawTotalMax;
  return (rawOf) => {
    if (left <= 0) return '';
    const raw = rawOf();
    left -= raw.length;
    return raw;
  };
}

/** A row in the making: each field is put once, the first that says something wins. */
export class Draft {
  readonly position: string;
  readonly fields: Fields = {};
  readonly paths: Record<string, string> = {};
  readonly faults: FieldError[] = [];

  constructor(kind: string, position: string) {
    this.position = position;
    this.fields.kind = kind;
  }

  /** Keeps a value with the place it came from; nothing when it is empty. */
  put(name: string, value: unknown, path: string): this {
    const isEmpty = value === undefined || value === '' || Number.isNaN(value);
    if (isEmpty || name in this.fields) return this;
    const isLong = typeof value === 'string' && value.length > DOCUMENT_LIMITS.fieldCharsMax;
    this.fields[name] = isLong ? value.slice(0, DOCUMENT_LIMITS.fieldCharsMax) : value;
    this.paths[name] = path;
    return this;
  }

  /** Where a field would stand: an error that it is missing points there. */
  expect(name: string, path: string): this {
    this.paths[name] ??= path;
    return this;
  }

  /** The row; `rawOf` is asked for its text only when somebody wants to see it. */
  row(rawOf: () => string): DecodedRow {
    const { fields, faults, position, paths } = this;
    return {
      fields,
      faults,
      position,
      paths,
      get raw() {
        return rawOf().slice(0, DOCUMENT_LIMITS.rawCharsMax);
      },
    };
  }
}

/**
 * The verdict on what this city does not collect (个人信息保护法 Art 6: no more than the purpose
 * needs): one row for all of a sort, with how many and where. Their content is not kept.
 */
export function notCollected(sort: string, places: readonly string[]): DecodedRow {
  const named = places.slice(0, DOCUMENT_LIMITS.placesNamedMax);
  const position = places[0] ?? '';
  const error = fault(
    position,
    'no-observation',
    `${sort} ×${places.length}：不属于本市采集的数据种类，内容未保存；无需改正，也可不再发送。`,
    `${sort} ×${places.length}: not a kind of data this city collects; the content was not kept. ` +
      'Nothing to mend; it need not be sent.',
    { value: String(places.length) },
  );
  const raw = JSON.stringify({ notCollected: sort, count: places.length, places: named });
  return { fields: undefined, raw, faults: [error], position };
}

const CODE_LIKE = /^(?!.*\d{7})[\w.:+/|-]{1,64}$/;
/** A code for an error's eye; stars for what could be a name or a number. */
export const shownCode = (text: string): string =>
  CODE_LIKE.test(text) ? text : '*'.repeat(Math.min(text.length, 18));

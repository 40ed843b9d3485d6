import type { ColumnType } from '#base/columns.ts';
import { COLUMN_NAMES, COLUMNS } from '#base/columns.ts';
import type { KindName } from '#base/kinds.ts';
import { CODES, KIND_NAMES, KINDS } from '#base/kinds.ts';
import type { Words } from '#base/words.ts';

/** What a predicate may name. flag is a truth value; day a text `YYYY-MM-DD` that has an order. */
export type FieldType = 'number' | 'text' | 'flag' | 'day';

export type Field = {
  readonly name: string;
  readonly type: FieldType;
  readonly words: Words;
  readonly unit?: string;
  /** The only values the field ever holds, when that is known. */
  readonly values?: readonly string[];
  /** Kinds that carry it; undefined when every kind may. */
  readonly kinds?: ReadonlySet<KindName>;
};

const TYPE: Record<ColumnType, FieldType> = {
  text: 'text',
  code: 'text',
  number: 'number',
  count: 'number',
  flag: 'flag',
  day: 'day',
};

const common = (
  name: string,
  type: FieldType,
  zh: string,
  en: string,
  values?: readonly string[],
): Field => ({ name, type, words: { zh, en }, ...(values ? { values } : {}) });

/** Fields every record has, beside its own columns. */
const COMMON: readonly Field[] = [
  common('kind', 'text', '记录类型', 'Kind', KIND_NAMES),
  common('age', 'number', '年龄', 'Age'),
  common('sex', 'text', '性别', 'Sex', ['1', '2']),
  common('area', 'text', '居住区域', 'Area of residence'),
  common('placeArea', 'text', '地点区域', 'Area of the place'),
  common('placeKind', 'text', '地点类型', 'Kind of place'),
  common('unitKind', 'text', '单位类型', 'Kind of school or workplace'),
];

const columnFields: Field[] = COLUMN_NAMES.map((name) => {
  const column: { type: ColumnType; words: Words; unit?: string } = COLUMNS[name];
  const values: readonly string[] | undefined = Object.hasOwn(CODES, name)
    ? CODES[name as keyof typeof CODES]
    : undefined;
  const kinds = new Set(
    KIND_NAMES.filter((kind) => (KINDS[kind].columns as readonly string[]).includes(name)),
  );
  return {
    name,
    type: TYPE[column.type],
    words: column.words,
    kinds,
    ...(column.unit ? { unit: column.unit } : {}),
    ...(values ? { values } : {}),
  };
});

export const FIELDS: ReadonlyMap<string, Field> = new Map(
  [...COMMON, ...columnFields].map((field) => [field.name, field]),
);

/** The known name nearest to a mistyped one (edit distance at most 2), for the mend in an error. */
export function nearestName(name: string, names: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = 3;
  for (const known of names) {
    const d = distance(name.toLowerCase(), known.toLowerCase());
    if (d < least) [best, least] = [known, d];
  }
  return best;
}

/** Levenshtein distance, two rows at a time. */
function distance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, swap));
    }
    above = row;
  }
  return above[b.length] ?? 0;
}

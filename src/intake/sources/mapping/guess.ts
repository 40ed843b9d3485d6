import { idFault } from '#base/checksums.ts';
import { KIND_NAMES, KINDS, type Kind, type KindName } from '#base/kinds.ts';
import type { DateFormat, FieldRule, Mapping, TargetField } from './model.ts';
import { bare, NAMES, SYNONYMS } from './synonyms.ts';
import { dateIn } from './dates.ts';

export type GuessedColumn = {
  readonly heading: string;
  readonly field: TargetField | null;
  readonly confidence: number;
  readonly why: 'name' | 'synonym' | 'part-of-name' | 'values' | 'none';
};
type Idea = Omit<GuessedColumn, 'heading' | 'field'> & { readonly field: TargetField };

const LONGEST_FIRST = [...SYNONYMS].sort(([a], [b]) => b.length - a.length);
/** One Chinese word says as much as a longer Latin one. */
const isTelling = (word: string): boolean => word.length >= (/[a-z]/.test(word) ? 4 : 2);

function byName(heading: string): Idea | undefined {
  const text = bare(heading);
  const own = NAMES.get(text);
  if (own) return { field: own, confidence: 1, why: 'name' };
  const said = SYNONYMS.get(text);
  if (said) return { field: said, confidence: 0.95, why: 'synonym' };
  const part = LONGEST_FIRST.find(([it]) => isTelling(it) && text.includes(it));
  return part && { field: part[1], confidence: 0.6, why: 'part-of-name' };
}

type Look = readonly [TargetField, number, (text: string) => boolean];
/** What values alone give away; the surest first. */
const LOOKS: readonly Look[] = [
  ['idNo', 0.9, (it) => it.length === 18 && idFault(it.toUpperCase()) === undefined],
  ['phone', 0.8, (it) => /^1[3-9]\d{9}$/.test(it)],
  ['sex', 0.8, (it) => /^[男女]$/.test(it)],
  ['icd10', 0.6, (it) => /^[A-Z]\d{2}(\.\d{1,3})?$/.test(it)],
  ['temperature', 0.6, (it) => /^3[4-9]\.\d$|^4[0-2]\.\d$/.test(it)],
  ['at', 0.5, (it) => DATES.some((format) => dateIn(it, format) !== undefined)],
];
const DATES: readonly DateFormat[] = ['ymd', 'dmy', 'mdy'];
const SHARE_MIN = 0.8;

function byValues(values: readonly string[]): Idea | undefined {
  if (values.length === 0) return undefined;
  for (const [field, confidence, fits] of LOOKS)
    if (values.filter(fits).length >= values.length * SHARE_MIN)
      return { field, confidence, why: 'values' };
  return undefined;
}

/** The order in which most dates of a column are written; undefined when they are ISO already. */
function orderOf(values: readonly string[]): DateFormat | undefined {
  const counts = DATES.map((it) => values.filter((v) => dateIn(v, it) !== undefined).length);
  const best = Math.max(...counts);
  if (best > 0) return DATES[counts.indexOf(best)];
  const serial = values.filter((it) => /^\d{5}(\.\d+)?$/.test(it)).length;
  if (serial > 0 && serial >= values.length * SHARE_MIN) return 'serial';
  return values.length > 0 && values.every((it) => /^\d{13}$/.test(it)) ? 'unix-ms' : undefined;
}

const isTimeOnly = (values: readonly string[]): boolean =>
  values.length > 0 && values.every((it) => /^\d{1,2}:\d{2}(:\d{2})?$/.test(it));

/** Absence sheets write reasons as they please; the first word found counts. */
const REASONS = {
  ...{ 发热: 'fever', 发烧: 'fever', 咳嗽: 'cough', 呕吐: 'vomiting', 腹泻: 'diarrhoea' },
  ...{ 拉肚子: 'diarrhoea', 皮疹: 'rash', 出疹: 'rash', 水痘: 'rash', 腮腺炎: 'mumps' },
  ...{ 红眼: 'conjunctivitis', 结膜炎: 'conjunctivitis', 外伤: 'injury', 骨折: 'injury' },
};

function ruleOf(field: TargetField, heading: string, values: readonly string[]): FieldRule {
  const rule = { field, from: [heading] };
  if (field === 'at' || field === 'onsetOn' || field === 'bornOn') {
    const date = orderOf(values);
    return date ? { ...rule, date } : rule;
  }
  if (field === 'reason') return { ...rule, codes: REASONS, match: 'contains', otherwise: 'other' };
  const isHot = values.length > 0 && values.every((it) => Number(it) > 86 && Number(it) < 113);
  return field === 'temperature' && isHot ? { ...rule, unit: 'fahrenheit' } : rule;
}

/** The kind whose columns the fields fit best; null when they tell none. */
function kindOf(fields: ReadonlySet<string>): KindName | null {
  let best: { name: KindName; score: number } | undefined;
  for (const name of KIND_NAMES) {
    const kind: Kind = KINDS[name];
    if (!kind.required.every((it) => fields.has(it)) || kind.required.length === 0) continue;
    const has = kind.columns.filter((it) => fields.has(it)).length;
    const score = has + kind.required.length - (kind.columns.length - has) * 0.1;
    if (score > (best?.score ?? 0)) best = { name, score };
  }
  return best?.name ?? null;
}

/** A day in one column and the time of day in another are one instant. */
function joinTime(rules: FieldRule[], times: readonly string[]): FieldRule[] {
  const [time] = times;
  if (time === undefined) return rules;
  return rules.map((it) =>
    it.field === 'at' && it.date !== undefined ? { ...it, from: [...it.from, time] } : it,
  );
}

/**
 * What each column probably is, by its heading first and its values second, and the mapping that
 * follows. A field is given once, to the surest column. `sample`: rows of cells under the headings.
 */
export function guessMapping(
  headings: readonly string[],
  sample: readonly (readonly string[])[],
): { mapping: Mapping; columns: GuessedColumn[] } {
  const valuesOf = (at: number): string[] =>
    sample.map((row) => (row[at] ?? '').trim()).filter((it) => it !== '');
  const times = headings.filter((_, at) => isTimeOnly(valuesOf(at)));
  const ideas = headings.map((heading, at) =>
    heading === '' || times.includes(heading)
      ? undefined
      : (byName(heading) ?? byValues(valuesOf(at))),
  );
  const owner = new Map<TargetField, number>();
  ideas.forEach((idea, at) => {
    if (!idea) return;
    const other = owner.get(idea.field);
    const surer = other === undefined || (ideas[other]?.confidence ?? 0) < idea.confidence;
    if (surer) owner.set(idea.field, at);
  });
  const columns = headings.map((heading, at): GuessedColumn => {
    const idea = ideas[at];
    return idea && owner.get(idea.field) === at
      ? { heading, ...idea }
      : { heading, field: null, confidence: 0, why: 'none' };
  });
  const rules = columns.flatMap(({ field, heading }, at) =>
    field === null ? [] : [ruleOf(field, heading, valuesOf(at))],
  );
  const kind = owner.has('kind') ? null : kindOf(new Set(owner.keys()));
  return { mapping: { kind, sheet: null, crs: 'wgs-84', rules: joinTime(rules, times) }, columns };
}

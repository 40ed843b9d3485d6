import { KIND_BY_NAME } from '#base/kinds.ts';
import type { RuleDoc } from '#base/rules.ts';
import type { Words } from '#base/words.ts';
import { LEVEL_WORDS } from '#base/words.ts';
import type { Node, Operand } from '#engine/match/index.ts';
import { parsePredicate } from '#engine/match/index.ts';
import { SHIPPED_NAMES, valueWords } from './value-words.ts';

const w = (zh: string, en: string): Words => ({ zh, en });
/** 「甲、乙或丙」 / `a, b or c` */
function anyOf(items: readonly Words[]): Words {
  const said = (texts: readonly string[], comma: string, or: string): string =>
    [texts.slice(0, -1).join(comma), texts.at(-1)].filter(Boolean).join(or);
  return w(
    said(
      items.map((i) => i.zh),
      '、',
      '或',
    ),
    said(
      items.map((i) => i.en),
      ', ',
      ' or ',
    ),
  );
}
/** `Diagnosis ICD-10` within a sentence: only the first letter is made small. */
const inner = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

const COMPARE: Record<string, Words> = {
  '==': w('为', 'is'),
  '!=': w('不为', 'is not'),
  '<': w('低于', 'is below'),
  '<=': w('不高于', 'is at most'),
  '>': w('高于', 'is above'),
  '>=': w('不低于', 'is at least'),
};
const TEXT_TEST: Record<string, (text: string) => Words> = {
  contains: (text) => w(`含“${text}”`, `contains "${text}"`),
  startsWith: (text) => w(`以 ${text} 开头`, `begins with ${text}`),
  endsWith: (text) => w(`以 ${text} 结尾`, `ends with ${text}`),
  matches: (text) => w(`符合 ${text}`, `matches ${text}`),
};
const BY: Record<string, Words> = {
  place: w('同一地点', 'one place'),
  unit: w('同一学校或单位', 'one school or workplace'),
  community: w('同一社区', 'one community'),
  street: w('同一街道', 'one street'),
  district: w('同一区', 'one district'),
};

const spoken = (field: string, value: string | number | boolean): Words =>
  valueWords(field, String(value)) ?? w(` ${value}`, String(value));
/** An operand; a constant is said as the field beside it says it. */
const operand = (o: Operand, beside: Operand): Words =>
  o.is === 'field'
    ? o.field.words
    : spoken(beside.is === 'field' ? beside.field.name : '', o.value);
const unitOf = (o: Operand): string => (o.is === 'field' ? (o.field.unit ?? '') : '');

/** `诊断 ICD-10 以 A05、T62 开头`: prefixes of one field are said together. */
function gathered(parts: readonly Node[]): (Node | Words)[] {
  const out: (Node | Words)[] = [];
  const seen = new Set<string>();
  for (const part of parts) {
    if (part.op !== 'text' || part.how !== 'startsWith') {
      out.push(part);
      continue;
    }
    const { field } = part;
    if (seen.has(field.name)) continue;
    seen.add(field.name);
    const texts = parts.flatMap((other) =>
      other.op === 'text' && other.how === 'startsWith' && other.field.name === field.name
        ? [other.text]
        : [],
    );
    out.push(
      texts.length === 1
        ? part
        : w(
            `${spaced(field.words.zh)}以 ${texts.join('、')} 开头`,
            `${inner(field.words.en)} begins with ${texts.join(' or ')}`,
          ),
    );
  }
  return out;
}

/** A space between a Latin ending and the Chinese that follows. */
const spaced = (zh: string): string => (/[\x21-\x7e]$/.test(zh) ? `${zh} ` : zh);

/** A predicate as a clause a person reads. */
export function predicateWords(node: Node): Words {
  switch (node.op) {
    case 'and':
    case 'or': {
      const parts = (node.op === 'or' ? gathered(node.parts) : node.parts).map((part) => {
        if (!('op' in part)) return part;
        const said = predicateWords(part);
        const wrap = part.op === 'and' || part.op === 'or';
        return wrap ? w(`（${said.zh}）`, `(${said.en})`) : said;
      });
      const [zh, en] = node.op === 'and' ? ['且', ' and '] : ['或', ' or '];
      return w(parts.map((p) => p.zh).join(zh), parts.map((p) => p.en).join(en));
    }
    case 'not': {
      const part = predicateWords(node.part);
      return w(`并非${part.zh}`, `not ${part.en}`);
    }
    case 'compare': {
      const [a, b] = [operand(node.left, node.right), operand(node.right, node.left)];
      const how = COMPARE[node.how] ?? w('', '');
      const unit = unitOf(node.left) || unitOf(node.right);
      const value = node.left.is === 'field' && node.left.field.type === 'flag' ? flag(b) : b;
      return w(
        `${spaced(a.zh)}${how.zh}${value.zh}${unit}`,
        `${inner(a.en)} ${how.en} ${value.en}${unit && ` ${unit}`}`,
      );
    }
    case 'in': {
      const values = anyOf(node.values.map((value) => spoken(node.field.name, value)));
      return w(
        `${node.field.words.zh}为${values.zh}`,
        `${inner(node.field.words.en)} is ${values.en}`,
      );
    }
    case 'inCodes': {
      const set = SHIPPED_NAMES.get(node.set) ?? w(node.set, node.set);
      return w(
        `${node.field.words.zh}属于“${set.zh}”`,
        `${inner(node.field.words.en)} is one of "${set.en}"`,
      );
    }
    case 'text': {
      const meant = node.how === 'startsWith' ? valueWords(node.field.name, node.text) : undefined;
      const how = meant
        ? w(`为${meant.zh}（${node.text}）`, `is ${meant.en} (${node.text})`)
        : (TEXT_TEST[node.how]?.(node.text) ?? w('', ''));
      return w(
        `${spaced(node.field.words.zh)}${how.zh}`,
        `${inner(node.field.words.en)} ${how.en}`,
      );
    }
    case 'has':
      return w(`填有${node.field.words.zh}`, `${inner(node.field.words.en)} is given`);
    case 'flag':
      return w(`有${node.field.words.zh}`, inner(node.field.words.en));
    case 'constant':
      return node.value ? w('恒成立', 'always') : w('从不', 'never');
  }
}

const flag = (value: Words): Words => (value.en === 'true' ? w('是', 'yes') : w('否', 'no'));

type SideDoc = { on: readonly string[]; when?: string; list?: string };

/** `发热与普通门诊（体温不低于 38°C）` */
function sideWords(side: SideDoc, names: ReadonlyMap<string, Words> | undefined): Words {
  const kinds = anyOf(
    side.on.map((kind) => {
      const { zh, en } = KIND_BY_NAME[kind]?.words ?? w(kind, kind);
      return w(zh, inner(en));
    }),
  );
  const parsed =
    side.when === undefined ? undefined : parsePredicate(side.when, { on: [...side.on] as never });
  const said = parsed?.node ? predicateWords(parsed.node) : undefined;
  const list = side.list === undefined ? undefined : listWords(side.list, names);
  return w(
    `${list ? `“${list.zh}”名单人员的` : ''}${kinds.zh}${said ? `（${said.zh}）` : ''}`,
    `${kinds.en}${said ? ` (${said.en})` : ''}${list ? ` of somebody on the list "${list.en}"` : ''}`,
  );
}

const listWords = (id: string, names: ReadonlyMap<string, Words> | undefined): Words =>
  names?.get(id) ?? SHIPPED_NAMES.get(id) ?? w(id, id);

/** `3 天` / `3 days` */
export const hoursWords = (hours: number): Words =>
  hours % 24 === 0 && hours >= 48
    ? w(`${hours / 24} 天`, `${hours / 24} days`)
    : w(`${hours} 小时`, `${hours} hours`);

/** Whether the records of these kinds name persons; what names nobody is counted by the sample. */
export const namesPersons = (kinds: readonly string[]): boolean =>
  kinds.some((kind) => KIND_BY_NAME[kind]?.person !== 'never');

/** The rule as one sentence. `listNames` puts the words of lists in place of their ids. */
export function sentenceOf(doc: RuleDoc, listNames?: ReadonlyMap<string, Words>): Words {
  const level = LEVEL_WORDS[doc.level];
  const said = matchWords(doc, listNames);
  return w(
    `${said.zh}时，发出${level.zh}预警。`,
    `When ${said.en}: ${level.en.toLowerCase()} alert.`,
  );
}

const SCHOOL = w('同一学校或托幼机构', 'one school or kindergarten');
type MatchOf<T extends RuleDoc['match']['type']> = Extract<RuleDoc['match'], { type: T }>;

function matchWords(doc: RuleDoc, names: ReadonlyMap<string, Words> | undefined): Words {
  const m = doc.match;
  if (m.type === 'R4') return crowdWords(m, sideWords(m, names));
  if (m.type === 'R6') return silenceWords(m, names);
  if (m.type !== 'R3') {
    const side = sideWords(m, names);
    return w(`出现${side.zh}`, `there is a record of ${side.en}`);
  }
  const [first, then] = [sideWords(m.first, names), sideWords(m.then, names)];
  const hours = hoursWords(m.withinHours);
  return w(
    `同一人有${first.zh}，此后 ${hours.zh}内又有${then.zh}`,
    `one person has a record of ${first.en} and within ${hours.en} one of ${then.en}`,
  );
}

function crowdWords(m: MatchOf<'R4'>, side: Words): Words {
  const schools = m.placeKinds?.every((kind) => /school$|^kindergarten$|^nursery$/.test(kind));
  const by = schools ? SCHOOL : (BY[m.by] ?? w('', ''));
  const hours = hoursWords(m.withinHours);
  if (m.distinct === 1)
    return w(`${by.zh}出现${side.zh}`, `in ${by.en} there is a record of ${side.en}`);
  const unit = namesPersons(m.on) ? w('人', 'persons') : w('份', 'samples');
  return w(
    `${by.zh} ${hours.zh}内有 ${m.distinct} ${unit.zh}及以上${side.zh}`,
    `${m.distinct} ${unit.en} or more of ${by.en} have a record of ${side.en} within ${hours.en}`,
  );
}

function silenceWords(m: MatchOf<'R6'>, names: ReadonlyMap<string, Words> | undefined): Words {
  const { list, ...rest } = m;
  const [side, hours] = [sideWords(rest, names), hoursWords(m.silentHours)];
  const listed = list === undefined ? undefined : listWords(list, names);
  const who = listed
    ? w(`“${listed.zh}”名单人员`, `somebody on the list "${listed.en}"`)
    : w('监测点', 'a monitoring point');
  return w(
    `${who.zh}连续 ${hours.zh}没有${side.zh}`,
    `${who.en} has had no ${side.en} for ${hours.en}`,
  );
}

import { KIND_BY_NAME } from '#base/kinds.ts';
import type { RuleDoc } from '#base/rules.ts';
import type { Words } from '#base/words.ts';
import { LEVEL_WORDS } from '#base/words.ts';
import type { Node, Operand } from '#engine/match/index.ts';
import { parsePredicate } from '#engine/match/index.ts';

const w = (zh: string, en: string): Words => ({ zh, en });
const SEPARATOR = { zh: '、', en: ', ' };

const COMPARE: Record<string, Words> = {
  '==': w('为', 'is'),
  '!=': w('不为', 'is not'),
  '<': w('低于', 'is below'),
  '<=': w('不高于', 'is at most'),
  '>': w('高于', 'is above'),
  '>=': w('不低于', 'is at least'),
};
const TEXT_TEST: Record<string, Words> = {
  contains: w('含', 'contains'),
  startsWith: w('开头为', 'begins with'),
  endsWith: w('结尾为', 'ends with'),
  matches: w('匹配', 'matches'),
};
const BY: Record<string, Words> = {
  place: w('同一地点', 'one place'),
  unit: w('同一学校或单位', 'one school or workplace'),
  community: w('同一社区', 'one community'),
  street: w('同一街道', 'one street'),
  district: w('同一区', 'one district'),
};

const operand = (o: Operand): Words =>
  o.is === 'field' ? o.field.words : w(String(o.value), String(o.value));
const unitOf = (o: Operand): string => (o.is === 'field' ? (o.field.unit ?? '') : '');

/** A predicate as a clause a person reads. */
export function predicateWords(node: Node): Words {
  switch (node.op) {
    case 'and':
    case 'or': {
      const parts = node.parts.map((part) => {
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
      const [a, how, b] = [operand(node.left), COMPARE[node.how] ?? w('', ''), operand(node.right)];
      const unit = unitOf(node.left) || unitOf(node.right);
      const value = node.left.is === 'field' && node.left.field.type === 'flag' ? flag(b) : b;
      return w(
        `${a.zh}${how.zh} ${value.zh}${unit}`,
        `${a.en.toLowerCase()} ${how.en} ${value.en}${unit && ` ${unit}`}`,
      );
    }
    case 'in': {
      const values = node.values.join('/');
      return w(
        `${node.field.words.zh}为 ${values}`,
        `${node.field.words.en.toLowerCase()} is one of ${values}`,
      );
    }
    case 'inCodes':
      return w(
        `${node.field.words.zh}属于代码集 ${node.set}`,
        `${node.field.words.en.toLowerCase()} is in code set ${node.set}`,
      );
    case 'text': {
      const how = TEXT_TEST[node.how] ?? w('', '');
      return w(
        `${node.field.words.zh}${how.zh}“${node.text}”`,
        `${node.field.words.en.toLowerCase()} ${how.en} "${node.text}"`,
      );
    }
    case 'has':
      return w(`有${node.field.words.zh}`, `${node.field.words.en.toLowerCase()} is given`);
    case 'flag':
      return w(`有${node.field.words.zh}`, node.field.words.en.toLowerCase());
    case 'constant':
      return node.value ? w('恒成立', 'always') : w('从不', 'never');
  }
}

const flag = (value: Words): Words => (value.en === 'true' ? w('是', 'yes') : w('否', 'no'));

type SideDoc = { on: readonly string[]; when?: string; list?: string };

/** `发热与普通门诊（体温不低于 38°C）` */
function sideWords(side: SideDoc, names: ReadonlyMap<string, Words> | undefined): Words {
  const kinds = side.on.map((kind) => KIND_BY_NAME[kind]?.words ?? w(kind, kind));
  const zh = kinds.map((k) => k.zh).join(SEPARATOR.zh);
  const en = kinds.map((k) => k.en.toLowerCase()).join(SEPARATOR.en);
  const parsed =
    side.when === undefined ? undefined : parsePredicate(side.when, { on: [...side.on] as never });
  const said = parsed?.node ? predicateWords(parsed.node) : undefined;
  const list =
    side.list === undefined ? undefined : (names?.get(side.list) ?? w(side.list, side.list));
  return w(
    `${list ? `名单“${list.zh}”中人员的` : ''}${zh}${said ? `（${said.zh}）` : ''}`,
    `${en}${said ? ` (${said.en})` : ''}${list ? ` of somebody on the list "${list.en}"` : ''}`,
  );
}

const hoursWords = (hours: number): Words =>
  hours % 24 === 0 && hours >= 48
    ? w(`${hours / 24} 天`, `${hours / 24} days`)
    : w(`${hours} 小时`, `${hours} hours`);

/** The rule as one sentence. `listNames` puts the words of lists in place of their ids. */
export function sentenceOf(doc: RuleDoc, listNames?: ReadonlyMap<string, Words>): Words {
  const level = LEVEL_WORDS[doc.level];
  const said = matchWords(doc, listNames);
  return w(
    `${said.zh}时，发出${level.zh}预警。`,
    `When ${said.en}: ${level.en.toLowerCase()} alert.`,
  );
}

function matchWords(doc: RuleDoc, names: ReadonlyMap<string, Words> | undefined): Words {
  const m = doc.match;
  if (m.type === 'R3') {
    const [first, then, hours] = [
      sideWords(m.first, names),
      sideWords(m.then, names),
      hoursWords(m.withinHours),
    ];
    return w(
      `同一人在${first.zh}后 ${hours.zh}内出现${then.zh}`,
      `a person has ${first.en} and within ${hours.en} ${then.en}`,
    );
  }
  const side = sideWords(m, names);
  if (m.type === 'R1' || m.type === 'R2')
    return w(`出现${side.zh}`, `there is a record of ${side.en}`);
  if (m.type === 'R4') {
    const [by, hours] = [BY[m.by] ?? w('', ''), hoursWords(m.withinHours)];
    return w(
      `${by.zh} ${hours.zh}内至少 ${m.distinct} 人出现${side.zh}`,
      `at least ${m.distinct} persons of ${by.en} have ${side.en} within ${hours.en}`,
    );
  }
  const hours = hoursWords(m.silentHours);
  const who = m.list ? w('名单成员', 'a member of the list') : w('监测点', 'a monitoring point');
  return w(
    `${who.zh}超过 ${hours.zh}没有${side.zh}`,
    `${who.en} has had no ${side.en} for ${hours.en}`,
  );
}

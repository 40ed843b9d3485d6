import { type Chance, cumulate, weighted } from '../chance.ts';

/** The common surnames with rough shares in ‰; the rest share what is left. */
const SURNAMES =
  '王71 李70 张67 刘53 陈45 杨30 黄22 赵20 吴20 周20 徐14 孙15 马12 朱12 胡13 郭11 何11 林11 高10 罗9 郑9 梁8 谢7 宋7 唐6 许6 韩6 邓6 冯6 曹5 彭5 曾5 肖5 田5 董5 潘5 袁5 蔡5 蒋5 余5 于5 杜5 叶4 程4 魏4 苏4 吕4 丁4 任4 卢4 姚4 沈4 钟4 姜4 崔4 谭4 陆3 范3 汪3 廖3 石3 金3 韦3 贾3 夏3 付3 方3 邹3 熊3 白3 孟3 秦3 邱3 侯3 江3 尹3 薛3 闫3 段3 雷3 龙3 黎2 史2 陶2 贺2 毛2 郝2 顾2 龚2 邵2 万2 覃2 武2 钱2 戴2 严2 莫2 孔2 向2 欧阳1 司马1 上官1 诸葛1';
const PAIRS = SURNAMES.split(' ').map(
  (s) => [s.replace(/\d+/, ''), Number(/\d+/.exec(s)?.[0])] as const,
);
const SUMS = cumulate(PAIRS.map(([, share]) => share));

/** Given-name characters by generation (before 1965, to 1990, since) and sex. */
const GIVEN = {
  '1': [
    '建国华明德福生贵才根金宝林发祥云清平文兴荣宗汉学义',
    '伟强军勇涛斌刚鹏波辉超健峰磊俊海东亮志杰宁龙飞明凯',
    '浩宇轩泽梓睿辰涵子博铭奕晨皓一诺俊嘉瑞逸霖沐泓宸希',
  ],
  '2': [
    '秀英兰芳桂珍玉梅凤香莲花淑琴翠珠菊芬素月春云霞娥惠',
    '丽敏静燕娟艳红霞玲娜婷雪萍洁莉颖倩琳晶慧丹蓉璐瑶茜',
    '欣怡梓涵诗雨可馨语桐思萱依诺若汐雅琪紫妍沐瑾玥心悦',
  ],
} as const;

export const surnameAt = (u: number): string => PAIRS[weighted(SUMS, u)]?.[0] ?? '王';

/** A given name: two characters in six of seven cases, one before that was less common to the old. */
export function givenName(sex: '1' | '2', bornYear: number, chance: Chance): string {
  const era = bornYear < 1965 ? 0 : bornYear < 1990 ? 1 : 2;
  const set = GIVEN[sex][era];
  const one = set.charAt(chance.below(set.length));
  if (chance.next() < (era === 1 ? 0.25 : 0.12)) return one;
  return one + set.charAt(chance.below(set.length));
}

const FIRST =
  'James Maria Ivan Aiko Omar Lena Paulo Mei Anna Kofi Sofia Ravi Elif Noah Chloe Tomas'.split(' ');
const LAST =
  'Fictor Sampleton Nomura-X Testova Ejemplo Muster Esempio Primer Exempel Voorbeeld'.split(' ');

/** Somebody with a foreign passport. */
export const foreignName = (chance: Chance): string => `${chance.pick(FIRST)} ${chance.pick(LAST)}`;

/** A character that sounds or looks alike: what a tired clerk types. */
const ALIKE: Record<string, string> = {
  张: '章',
  陈: '程',
  李: '黎',
  徐: '许',
  蒋: '姜',
  伟: '炜',
  静: '净',
  婷: '亭',
  丽: '莉',
  杰: '洁',
  浩: '皓',
  玲: '铃',
  明: '铭',
  梓: '子',
  涵: '函',
  建: '健',
  英: '瑛',
  兰: '蓝',
};

/** A name one character off; the same name doubled at its end when nothing looks alike. */
export function misspelt(name: string): string {
  for (const c of name) {
    const other = ALIKE[c];
    if (other) return name.replace(c, other);
  }
  return `${name.slice(0, -1)}某`;
}

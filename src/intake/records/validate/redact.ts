/**
 * Free words on their way to segments and lake, where nobody may read who or where somebody is
 * (个人信息保护法 Art 6, 51): the record's own name, number, phone and address are struck out
 * wherever they stand, and what looks like another's. Symptoms stay: rules read them. The raw row
 * keeps everything, sealed.
 */
export const STRUCK = '***';

/** What the record says of its person, as it came. */
export type Own = {
  readonly name: string;
  readonly idNo: string;
  readonly phone: string;
  readonly address: string;
};

/** Citizen numbers (GB 11643, old ones too), phones, passports, standing by themselves in a text. */
const NUMBERS =
  /(?<![\dA-Za-z])(?:\d{17}[\dXx]|\d{15}|(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}[ -]?[2-9]\d{6,7}|[EGDSPHM]\d{8})(?!\d)/g;

/** As it was before names and places were struck, too: dedupe keys are made of this. */
const FIRST_NUMBERS =
  /(?<![\dA-Za-z])(\d{17}[\dXx]|(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4})(?!\d)/g;
export const withoutNumbers = (text: string): string =>
  text.length < 11 ? text : text.replace(FIRST_NUMBERS, STRUCK);

/** The hundred-odd commonest family names: nine people of ten. */
const FAMILY =
  '王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤';
/** No given name, in a complaint: what is suffered, where, and since when. */
const NOT_IN_NAME =
  '热烧咳嗽痛疼泻吐疹喘咽喉肿血压天日晚早身温疸便水头腹胸心肺胃肠皮肤痒酸软乏力晕痰涕塞冷寒战汗恶呕胀急慢性炎症病伤周月年时小后前有无不伴诉述因为与及和在住到来自是的了于，。、；：:;,.\\s\\d';
const GIVEN = `[^${NOT_IN_NAME}\\x00-\\x7f]`;
const HAN = '\\u4e00-\\u9fff';

/** 姓名：张三丰 · 联系人 李四 · 家长王五: whatever follows the word, after a colon or a family name. */
const NAMED = new RegExp(
  `((?:患者|患儿|病人|家属|家长|联系人|监护人|报告人|来电人|陪同人?|同住人?|母亲|父亲|妻子|丈夫|儿子|女儿)?` +
    `(?:姓名|名字|名叫|叫做)[：:为是]?\\s*)[${HAN}·•]{2,8}?(?=[^${HAN}·•]|男|女|$)`,
  'g',
);
const CALLED = new RegExp(
  `((?:患者|患儿|病人|家属|家长|联系人|监护人|报告人|来电人|陪同人?|同住人?|母亲|父亲|妻子|丈夫|儿子|女儿|其母|其父)[：:]?\\s*)` +
    `[${FAMILY}]${GIVEN}{1,2}(?=[^${HAN}]|男|女|于|因|自|在|近|今|昨|述|诉|称|反映|$)`,
  'g',
);
/** 张先生 · 李秀英老师 · 王某某: a family name before a title. */
const TITLED = new RegExp(
  `[${FAMILY}]${GIVEN}{0,2}(?=先生|女士|小姐|太太|老师|医生|护士|同学|师傅|阿姨|大爷|大妈|奶奶|爷爷)|[${FAMILY}]某+${GIVEN}?`,
  'g',
);

/** Characters before an estate's or a road's name that are no part of it. */
const NO_PLACE = `住在于到址是家的区县市镇乡道去从往回至${'热烧咳嗽痛泻吐疹喘起现'}`;
const PLACE = `[^${NO_PLACE}\\x00-\\x2f\\x3a-\\x40，。、；：（）\\s]`;
const NO = '[\\dA-Za-z０-９一二三四五六七八九十百甲乙丙丁]{1,5}';
const UNIT = '(?:号楼|号院|号|栋|幢|座|单元|室|户|弄|巷)';
const HOUSE = '(?:号楼|号院|栋|幢|座|单元|室|户|弄)';
/** Road with a number; estate by its kind of name; building, unit and room by themselves. */
const PLACES = new RegExp(
  [
    `${PLACE}{1,6}(?:路|街|大道|巷|弄|胡同|里)${NO}(?:${UNIT}|[-－—])(?:${NO}(?:${UNIT}|层|楼)?[-－—]?)*`,
    `${PLACE}{1,4}(?:小区|花园|公寓|家园|新村|花苑|嘉园|名苑|大厦|宿舍)(?:${NO}(?:${UNIT}|层|楼|期)?[-－—]?)*`,
    `${NO}${HOUSE}(?:${NO}(?:${UNIT}|层|楼)?[-－—]?)*`,
    `[${HAN}]{1,3}村(?:${NO}[组队社号])(?:${NO}号)?`,
  ].join('|'),
  'g',
);
const REACH =
  /(?:微信|QQ|qq|wx|VX|vx|V信)号?[：:]?\s*[A-Za-z0-9_-]{5,20}|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+/g;

const WIDE = /[０-９Ａ-Ｚａ-ｚ]/;
const WIDES = /[０-９Ａ-Ｚａ-ｚ]+/g;
const MAY_NUMBER = /\d{6}|\d[ -]\d{4}/;
const MAY_PLACE =
  /(?:路|街|大道|巷|弄|胡同|里).?\S|小区|花园|公寓|家园|新村|花苑|嘉园|名苑|大厦|宿舍|号楼|号院|栋|幢|座|单元|室|户|村/;
const MAY_NAME =
  /姓名|名字|名叫|叫做|患[者儿]|病人|家[属长]|联系人|监护人|报告人|来电人|陪同|同住|[母父]|妻子|丈夫|儿子|女儿|先生|女士|小姐|太太|老师|医生|护士|同学|师傅|阿姨|大[爷妈]|[奶爷][奶爷]|某/;
const MAY_REACH = /@|微信|qq|wx|vx|V信/i;

/** Ends of the tiers above a home: what stands before them everybody may know. */
const COARSE = /^.*(?:社区|居委会|村委会|街道|镇|乡|(?<![小园厂])[区县]|市)/;
const FRAGMENT = 3;
/** Words of an address that say nothing of the house and something of an illness or a town. */
const COMMON = /^(?:小区|花园|公寓|家园|新村|大厦|社区|街道|[\d号楼栋室单元]{1,3})+$/;

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const withoutBlanks = (text: string): string => text.replace(/[\s·•.]/g, '');

function strikeName(text: string, name: string): string {
  const plain = name.trim();
  if (plain.length < 2) return text;
  let out = text;
  const whole = withoutBlanks(plain);
  if (/^[\u4e00-\u9fff]+$/.test(whole)) {
    if (out.includes(whole.slice(-1)))
      out = out.replace(new RegExp([...whole].join('[\\s·•]{0,2}'), 'g'), STRUCK);
    // Of three characters and more the given name alone says who; of two it is a common word.
    const given = whole.slice(whole.length > 3 ? 2 : 1);
    return given.length >= 2 ? out.replaceAll(given, STRUCK) : out;
  }
  for (const word of plain.split(/[\s·•.,]+/).filter((it) => it.length >= 3))
    out = out.replace(new RegExp(escaped(word), 'gi'), STRUCK);
  return out;
}

/** Every run of three characters or more that the text shares with the home's part of the address. */
function strikeAddress(text: string, address: string): string {
  const home = address.trim().replace(COARSE, '');
  let out = text;
  for (let from = 0; from + FRAGMENT <= home.length; from++) {
    let until = from + FRAGMENT;
    if (!out.includes(home.slice(from, until))) continue;
    while (until < home.length && out.includes(home.slice(from, until + 1))) until++;
    const shared = home.slice(from, until);
    if (!COMMON.test(shared)) out = out.replaceAll(shared, STRUCK);
    from = until - 1;
  }
  return out;
}

/** A number in any spelling: blanks and hyphens between its digits. */
function strikeDigits(text: string, number: string): string {
  const digits = number.replace(/[\s-]/g, '');
  if (digits.length < 5) return text;
  if (text.includes(digits)) return text.replaceAll(digits, STRUCK);
  const spaced = [...digits].map(escaped).join('[\\s-]?');
  return text.replace(new RegExp(spaced, 'gi'), STRUCK);
}

/** A text of free words without what says who or where somebody is. Same text again: same answer. */
export function redact(said: string, own: Own): string {
  let text = WIDE.test(said) ? said.replace(WIDES, (it) => it.normalize('NFKC')) : said;
  if (own.name) text = strikeName(text, own.name);
  if (own.address && text.length >= FRAGMENT) text = strikeAddress(text, own.address);
  if (own.phone && MAY_NUMBER.test(text)) text = strikeDigits(text, own.phone);
  if (own.idNo) text = strikeDigits(text, own.idNo);
  if (MAY_NUMBER.test(text)) text = text.replace(NUMBERS, STRUCK);
  if (MAY_REACH.test(text)) text = text.replace(REACH, STRUCK);
  if (MAY_NAME.test(text))
    text = text
      .replace(NAMED, `$1${STRUCK}`)
      .replace(CALLED, `$1${STRUCK}`)
      .replace(TITLED, STRUCK);
  if (MAY_PLACE.test(text)) text = text.replace(PLACES, STRUCK);
  return text;
}

import { CODES, KIND_NAMES, KINDS, type KindName } from '#base/kinds.ts';

/** What feeds write for our codes, beside the codes themselves. */
const SAID: Record<string, Record<string, readonly string[]>> = {
  sex: {
    '1': ['男', '男性', 'M', '01'],
    '2': ['女', '女性', 'F', '02'],
    '0': ['未知'],
    '9': ['未说明'],
  },
  idType: {
    citizen: ['居民身份证', '身份证', '01', '1'],
    passport: ['护照', '03'],
    hkmo: ['港澳居民来往内地通行证', '港澳通行证', '06'],
    taiwan: ['台湾居民来往大陆通行证', '台胞证', '07'],
    resident: ['外国人永久居留身份证'],
  },
  result: {
    positive: ['阳性', '检出', '+', 'POS'],
    negative: ['阴性', '未检出', '-', 'NEG'],
    indeterminate: ['可疑', '不确定'],
  },
  caseClass: {
    suspected: ['疑似', '疑似病例'],
    clinical: ['临床诊断', '临床诊断病例'],
    confirmed: ['确诊', '确诊病例'],
    carrier: ['病原携带者'],
    asymptomatic: ['无症状', '无症状感染者'],
  },
  department: {
    fever: ['发热门诊'],
    respiratory: ['呼吸科', '呼吸内科'],
    gastro: ['肠道门诊', '消化科', '消化内科'],
    paediatrics: ['儿科'],
    emergency: ['急诊', '急诊科'],
    infectious: ['感染科', '传染科'],
    icu: ['重症监护', 'ICU'],
    general: ['普通门诊', '内科', '全科'],
    dermatology: ['皮肤科'],
    surgery: ['外科'],
    obstetrics: ['产科', '妇产科'],
  },
  passColour: { green: ['绿码', '绿'], yellow: ['黄码', '黄'], red: ['红码', '红'] },
  reason: {
    fever: ['发热', '发烧'],
    cough: ['咳嗽'],
    vomiting: ['呕吐'],
    diarrhoea: ['腹泻'],
    rash: ['皮疹'],
    mumps: ['腮腺炎'],
    conjunctivitis: ['结膜炎', '红眼病'],
    injury: ['外伤'],
    other: ['其他', '其它'],
  },
};

const MEANT = new Map<string, Map<string, string>>();
for (const [field, codes] of Object.entries(SAID)) {
  const said = new Map<string, string>();
  for (const [code, words] of Object.entries(codes)) for (const word of words) said.set(word, code);
  MEANT.set(field, said);
}

/** Allowed values of a coded field; undefined when any code will do. */
export const ALLOWED = new Map<string, ReadonlySet<string>>(
  Object.entries(CODES).map(([field, codes]) => [field, new Set<string>(codes)]),
);

/** Our code for what a feed wrote; the text itself when it is one already, or is none. */
export const codeOf = (field: string, said: string): string => MEANT.get(field)?.get(said) ?? said;

const KIND_SAID = new Map<string, KindName>(
  KIND_NAMES.flatMap((name) => [
    [name, name],
    [KINDS[name].words.zh, name],
  ]),
);
export const kindSaid = (text: string): KindName | undefined => KIND_SAID.get(text);

const FLAG_SAID = new Map<string, boolean>([
  ...['1', 'true', 'Y', 'y', 'yes', '是', '有'].map((it): [string, boolean] => [it, true]),
  ...['0', 'false', 'N', 'n', 'no', '否', '无'].map((it): [string, boolean] => [it, false]),
]);
export const flagSaid = (text: string): boolean | undefined => FLAG_SAID.get(text);

import type { Words } from '#base/words.ts';

/** Where people come from: fictional cities (divisions 99xx) and countries, as codes stand in `fromCity`. */
export const ORIGINS: readonly { code: string; words: Words; share: number; abroad: boolean }[] = [
  { code: '990200', words: { zh: '云津市', en: 'Yunjin' }, share: 30, abroad: false },
  { code: '990300', words: { zh: '白鹭市', en: 'Bailu' }, share: 24, abroad: false },
  { code: '990400', words: { zh: '海屏市', en: 'Haiping' }, share: 18, abroad: false },
  { code: '990500', words: { zh: '朔安市', en: "Shuo'an" }, share: 14, abroad: false },
  { code: '990600', words: { zh: '澜溪市', en: 'Lanxi' }, share: 9, abroad: false },
  { code: '990700', words: { zh: '平川市', en: 'Pingchuan' }, share: 4, abroad: false },
  { code: '990800', words: { zh: '苍岭市', en: 'Cangling' }, share: 1, abroad: false },
  { code: 'HKG', words: { zh: '香港', en: 'Hong Kong' }, share: 6, abroad: true },
  { code: 'MAC', words: { zh: '澳门', en: 'Macao' }, share: 3, abroad: true },
  { code: 'THA', words: { zh: '泰国', en: 'Thailand' }, share: 4, abroad: true },
  { code: 'JPN', words: { zh: '日本', en: 'Japan' }, share: 4, abroad: true },
  { code: 'SGP', words: { zh: '新加坡', en: 'Singapore' }, share: 3, abroad: true },
  { code: 'GBR', words: { zh: '英国', en: 'United Kingdom' }, share: 2, abroad: true },
];

/** Cities under watch in the sample: what `codes.riskAreas` holds on the first day. */
export const RISK_AREAS: readonly string[] = ['990700', '990800'];

/** Illness as a clinic writes it: how often, complaint, ICD-10, department, fever, and what else shows. */
export type Syndrome = {
  readonly id: string;
  readonly share: number;
  readonly complaints: readonly string[];
  readonly icd10: readonly string[];
  readonly departments: readonly string[];
  readonly fever: number;
  readonly marks: readonly ('cough' | 'diarrhoea' | 'rash')[];
};

export const SYNDROMES: readonly Syndrome[] = [
  {
    id: 'respiratory',
    share: 17,
    complaints: ['发热伴咳嗽2天', '咽痛、咳嗽3天', '发热、头痛1天', '流涕、咳嗽', '低热、乏力'],
    icd10: ['J06.9', 'J02.9', 'J11.1', 'J20.9', 'R50.9'],
    departments: ['fever', 'respiratory', 'paediatrics', 'general'],
    fever: 0.6,
    marks: ['cough'],
  },
  {
    id: 'gastro',
    share: 7,
    complaints: ['腹泻、呕吐1天', '恶心、腹痛半天', '水样便3次'],
    icd10: ['A09', 'K52.9', 'R11', 'A08.4'],
    departments: ['gastro', 'general', 'emergency'],
    fever: 0.15,
    marks: ['diarrhoea'],
  },
  {
    id: 'rash',
    share: 1.5,
    complaints: ['皮疹2天', '手足口腔疱疹', '皮疹伴瘙痒'],
    icd10: ['B08.4', 'L50.9', 'B01.9', 'R21'],
    departments: ['dermatology', 'paediatrics'],
    fever: 0.2,
    marks: ['rash'],
  },
  {
    id: 'chronic',
    share: 44,
    complaints: ['高血压复诊', '糖尿病复诊', '胸闷', '头晕', '腰痛', '关节痛'],
    icd10: ['I10', 'E11.9', 'I25.1', 'M54.5', 'R42'],
    departments: ['general'],
    fever: 0,
    marks: [],
  },
  {
    id: 'other',
    share: 30,
    complaints: ['外伤', '体检', '牙痛', '皮肤瘙痒', '产检', '眼干'],
    icd10: ['S61.9', 'Z00.0', 'L30.9', 'Z34.9', 'H04.1'],
    departments: ['surgery', 'general', 'dermatology', 'obstetrics', 'emergency'],
    fever: 0,
    marks: [],
  },
];

/** Tests with LOINC codes, the pathogen they look for and how often they are positive at rest. */
export const TESTS = [
  { code: '94500-6', pathogen: 'sars_cov_2', positive: 0.012, share: 34 },
  { code: '92142-9', pathogen: 'influenza_a', positive: 0.05, share: 26 },
  { code: '92141-1', pathogen: 'influenza_b', positive: 0.02, share: 14 },
  { code: '54905-9', pathogen: 'norovirus', positive: 0.03, share: 10 },
  { code: '41477-1', pathogen: 'measles', positive: 0.001, share: 4 },
  { code: '6554-5', pathogen: 'vibrio_cholerae', positive: 0, share: 2 },
  { code: '6690-2', pathogen: '', positive: 0, share: 10 },
] as const;

/** Case cards at rest: the common class C diseases. */
export const USUAL_CASES = [
  { disease: 'influenza', icd10: 'J11.1', share: 40 },
  { disease: 'hfmd', icd10: 'B08.4', share: 22 },
  { disease: 'infectious_diarrhoea', icd10: 'A09', share: 16 },
  { disease: 'tb', icd10: 'A16.2', share: 8 },
  { disease: 'viral_hepatitis', icd10: 'B18.1', share: 9 },
  { disease: 'mumps', icd10: 'B26.9', share: 3 },
  { disease: 'scarlet_fever', icd10: 'A38', share: 2 },
] as const;

/** ATC groups that are registered under name: antipyretics, antitussives, antivirals, antibacterials, antidiarrhoeals. */
export const DRUGS = [
  { code: 'N02B', share: 34, reason: 'fever' },
  { code: 'R05', share: 32, reason: 'cough' },
  { code: 'J01', share: 18, reason: 'other' },
  { code: 'J05', share: 4, reason: 'fever' },
  { code: 'A07', share: 12, reason: 'diarrhoea' },
] as const;

/** What people ring about; complaints that mean illness are few. */
export const HOTLINE = [
  { category: 'livelihood', note: '小区停水咨询', share: 34 },
  { category: 'medical', note: '就医预约咨询', share: 22 },
  { category: 'policy', note: '政策咨询', share: 24 },
  { category: 'complaint', note: '噪音扰民投诉', share: 19 },
  { category: 'health', note: '反映周边多人发热', share: 0.5 },
  { category: 'food', note: '反映餐馆就餐后腹泻', share: 0.5 },
] as const;

export const CALLS = [
  { category: 'trauma', complaint: '摔伤', share: 38 },
  { category: 'cardiac', complaint: '胸痛', share: 30 },
  { category: 'neuro', complaint: '意识不清', share: 22 },
  { category: 'respiratory', complaint: '呼吸困难、发热', share: 5 },
  { category: 'gastro', complaint: '呕吐腹泻', share: 5 },
] as const;

/** One of a list with shares. */
export function pickShared<T extends { readonly share: number }>(list: readonly T[], u: number): T {
  let rest = u * list.reduce((sum, x) => sum + x.share, 0);
  for (const x of list) {
    rest -= x.share;
    if (rest < 0) return x;
  }
  return list[0] as T;
}

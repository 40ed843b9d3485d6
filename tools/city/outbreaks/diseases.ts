import type { Row } from '../records/row.ts';

/** What a disease does, for the sample's outbreaks: spread, course, and the traces it leaves. */
export type Illness = {
  /** Code of the catalogue in registers/diseases. */
  readonly disease: string;
  readonly pathogen: string;
  readonly testCode: string;
  readonly icd10: string;
  /** Days from infection to onset: mean and deviation of a log-normal. */
  readonly incubation: readonly [mean: number, deviation: number];
  /** Days from onset during which others are infected. */
  readonly infectious: readonly [from: number, until: number];
  /** Chance for each person at home; mean number among the unit (class mates first) and neighbours. */
  readonly spread: { readonly home: number; readonly unit: number; readonly near: number };
  readonly symptomatic: number;
  readonly fever: number;
  readonly complaint: string;
  readonly department: string;
  readonly absence: string;
  readonly marks: Partial<Row>;
  readonly drug: string;
  /** Chances that somebody ill buys a drug, sees a doctor, is tested there, is admitted. */
  readonly seek: { drug: number; visit: number; test: number; admit: number };
};

/** Round figures of the order the literature gives; fictional outbreaks need no more. */
export const ILLNESSES: Record<string, Illness> = {
  covid: {
    disease: 'covid19',
    pathogen: 'sars_cov_2',
    testCode: '94500-6',
    icd10: 'U07.1',
    incubation: [3.2, 0.4],
    infectious: [-1.5, 6],
    spread: { home: 0.3, unit: 1.1, near: 0.9 },
    symptomatic: 0.7,
    fever: 0.75,
    complaint: '发热、咳嗽、乏力2天',
    department: 'fever',
    absence: 'fever',
    marks: { cough: 1 },
    drug: 'N02B',
    seek: { drug: 0.5, visit: 0.7, test: 0.9, admit: 0.04 },
  },
  influenza: {
    disease: 'influenza',
    pathogen: 'influenza_a',
    testCode: '92142-9',
    icd10: 'J10.1',
    incubation: [1.6, 0.35],
    infectious: [-0.5, 4],
    spread: { home: 0.2, unit: 1.5, near: 0.15 },
    symptomatic: 0.85,
    fever: 0.9,
    complaint: '高热、咽痛、全身酸痛1天',
    department: 'fever',
    absence: 'fever',
    marks: { cough: 1 },
    drug: 'N02B',
    seek: { drug: 0.45, visit: 0.65, test: 0.6, admit: 0.01 },
  },
  norovirus: {
    disease: 'infectious_diarrhoea',
    pathogen: 'norovirus',
    testCode: '54905-9',
    icd10: 'A08.1',
    incubation: [1.2, 0.3],
    infectious: [0, 3],
    spread: { home: 0.2, unit: 0.6, near: 0.05 },
    symptomatic: 0.85,
    fever: 0.25,
    complaint: '呕吐、腹泻半天',
    department: 'gastro',
    absence: 'vomiting',
    marks: { diarrhoea: 1 },
    drug: 'A07',
    seek: { drug: 0.35, visit: 0.5, test: 0.4, admit: 0.01 },
  },
  measles: {
    disease: 'measles',
    pathogen: 'measles',
    testCode: '41477-1',
    icd10: 'B05.9',
    incubation: [10.5, 0.18],
    infectious: [-4, 4],
    spread: { home: 0.35, unit: 1.6, near: 0.25 },
    symptomatic: 1,
    fever: 0.95,
    complaint: '发热3天，皮疹1天',
    department: 'infectious',
    absence: 'rash',
    marks: { rash: 1, cough: 1 },
    drug: 'N02B',
    seek: { drug: 0.4, visit: 0.95, test: 0.9, admit: 0.15 },
  },
  cholera: {
    disease: 'cholera',
    pathogen: 'vibrio_cholerae',
    testCode: '6554-5',
    icd10: 'A00.9',
    incubation: [1.8, 0.4],
    infectious: [0, 3],
    spread: { home: 0.08, unit: 0, near: 0.05 },
    symptomatic: 0.9,
    fever: 0.1,
    complaint: '无痛性水样便10余次',
    department: 'gastro',
    absence: 'diarrhoea',
    marks: { diarrhoea: 1 },
    drug: 'A07',
    seek: { drug: 0.5, visit: 1, test: 1, admit: 0.9 },
  },
};

/** How an outbreak begins. Days count back from the last day of the feed. */
export type Scenario = {
  readonly id: string;
  readonly illness: string;
  readonly startsDaysBefore: number;
  readonly begin: 'import' | 'class' | 'canteen' | 'community';
  readonly unitKind?: string;
  /** Persons infected at the start, and at most in all. */
  readonly seeds: number;
  readonly casesMax: number;
};

export const SCENARIOS: readonly Scenario[] = [
  {
    id: 'covid-compound',
    illness: 'covid',
    startsDaysBefore: 16,
    begin: 'community',
    seeds: 10,
    casesMax: 160,
  },
  {
    id: 'flu-school',
    illness: 'influenza',
    startsDaysBefore: 7,
    begin: 'class',
    unitKind: 'primary_school',
    seeds: 9,
    casesMax: 60,
  },
  {
    id: 'noro-canteen',
    illness: 'norovirus',
    startsDaysBefore: 3,
    begin: 'canteen',
    unitKind: 'middle_school',
    seeds: 22,
    casesMax: 45,
  },
  {
    id: 'measles-cluster',
    illness: 'measles',
    startsDaysBefore: 26,
    begin: 'class',
    unitKind: 'kindergarten',
    seeds: 2,
    casesMax: 24,
  },
  {
    id: 'cholera-import',
    illness: 'cholera',
    startsDaysBefore: 4,
    begin: 'import',
    seeds: 1,
    casesMax: 3,
  },
];

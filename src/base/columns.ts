import type { Words } from '#base/words.ts';

/**
 * The columns a record may carry beside the common ones (id, kind, at, place, area, person,
 * source).
 * One flat vocabulary for every kind: rules, lake tables and decoders all name a thing the same
 * way.
 * text: free words · code: short coded value · number: float · count: integer · flag: 0/1 · day:
 * civil day.
 */
export type ColumnType = 'text' | 'code' | 'number' | 'count' | 'flag' | 'day';

export type Column = {
  readonly type: ColumnType;
  readonly words: Words;
  readonly unit?: string;
  readonly min?: number;
  readonly max?: number;
};

export const COLUMNS = {
  temperature: {
    type: 'number',
    unit: '°C',
    min: 30,
    max: 45,
    words: { zh: '体温', en: 'Temperature' },
  },
  complaint: { type: 'text', words: { zh: '主诉', en: 'Chief complaint' } },
  icd10: { type: 'code', words: { zh: '诊断 ICD-10', en: 'Diagnosis ICD-10' } },
  department: { type: 'code', words: { zh: '科室', en: 'Department' } },
  disease: { type: 'code', words: { zh: '病种', en: 'Disease' } },
  caseClass: { type: 'code', words: { zh: '病例分类', en: 'Case class' } },
  onsetOn: { type: 'day', words: { zh: '发病日期', en: 'Onset day' } },
  testCode: { type: 'code', words: { zh: '检验项目 LOINC', en: 'Test, LOINC' } },
  result: { type: 'code', words: { zh: '检验结果', en: 'Result' } },
  value: { type: 'number', words: { zh: '测量值', en: 'Measured value' } },
  drugClass: { type: 'code', words: { zh: '药品类别 ATC', en: 'Drug class, ATC' } },
  quantity: { type: 'count', min: 0, max: 100000, words: { zh: '数量', en: 'Quantity' } },
  fromCity: { type: 'code', words: { zh: '出发地', en: 'From' } },
  toCity: { type: 'code', words: { zh: '目的地', en: 'To' } },
  transportNo: { type: 'code', words: { zh: '车次/航班', en: 'Train or flight' } },
  carriage: { type: 'code', words: { zh: '车厢', en: 'Carriage' } },
  seat: { type: 'code', words: { zh: '座位', en: 'Seat' } },
  nights: { type: 'count', min: 0, max: 365, words: { zh: '入住晚数', en: 'Nights' } },
  passColour: { type: 'code', words: { zh: '健康码颜色', en: 'Pass colour' } },
  reason: { type: 'code', words: { zh: '原因', en: 'Reason' } },
  className: { type: 'code', words: { zh: '班级', en: 'Class' } },
  cough: { type: 'flag', words: { zh: '咳嗽', en: 'Cough' } },
  diarrhoea: { type: 'flag', words: { zh: '腹泻', en: 'Diarrhoea' } },
  rash: { type: 'flag', words: { zh: '皮疹', en: 'Rash' } },
  contact: { type: 'flag', words: { zh: '接触史', en: 'Contact history' } },
  pathogen: { type: 'code', words: { zh: '病原', en: 'Pathogen' } },
  category: { type: 'code', words: { zh: '类别', en: 'Category' } },
  note: { type: 'text', words: { zh: '说明', en: 'Note' } },
} as const satisfies Record<string, Column>;

export type ColumnName = keyof typeof COLUMNS;
export const COLUMN_NAMES = Object.keys(COLUMNS) as ColumnName[];
/** The same table by any name: for readers that hold a name from a document. */
export const COLUMN_BY_NAME: Readonly<Record<string, Column | undefined>> = COLUMNS;

import { COLUMN_BY_NAME } from '#base/columns.ts';
import type { FieldError } from '#base/refusal.ts';
import type { Words } from '#base/words.ts';

/** Fields whose values identify somebody: an error shows how long they are, never what they say. */
const IDENTIFYING = new Set(['idNo', 'name', 'phone', 'address', 'bornOn', 'complaint', 'note']);

const AREA = /^\d{12}(\d\d)?$/;
/** Codes, numbers and times of our own vocabularies: letters of ASCII, and no long number in them. */
const HARMLESS = /^(?!.*\d{7})(\d[\d .:+/TZ-]{0,40}|[\w.:+/-]{0,32})$/;

/**
 * What an error shows of a value. Errors are kept in the open, and in a file whose columns slipped
 * a name or a number stands in any field: only what can be no such thing is shown.
 */
const shown = (path: string, value: unknown): string => {
  const text = String(value);
  const isOpen = HARMLESS.test(text) || AREA.test(text);
  if (isOpen && !IDENTIFYING.has(path)) return text;
  return '*'.repeat(Math.min(text.length, 18));
};

const fault = (
  path: string,
  code: string,
  said: string,
  saidEn: string,
  value?: unknown,
  allowed?: string,
): FieldError => ({
  path,
  code,
  ...(value === undefined ? {} : { value: shown(path, value) }),
  ...(allowed === undefined ? {} : { allowed }),
  text: { zh: said, en: saidEn },
});

/** The common fields of a row by name; columns carry their own words. */
const FIELD_WORDS: Readonly<Record<string, Words>> = {
  at: { zh: '时间', en: 'time' },
  idType: { zh: '证件类型', en: 'document type' },
  idNo: { zh: '证件号码', en: 'document number' },
  name: { zh: '姓名', en: 'name' },
  sex: { zh: '性别', en: 'sex' },
  bornOn: { zh: '出生日期', en: 'birth day' },
  phone: { zh: '电话', en: 'phone' },
  address: { zh: '地址', en: 'address' },
  areaCode: { zh: '居住区划', en: 'area code' },
  unitCode: { zh: '单位编码', en: 'unit code' },
  placeCode: { zh: '监测点编码', en: 'place code' },
};
const wordsOf = (path: string): Words | undefined =>
  FIELD_WORDS[path] ?? COLUMN_BY_NAME[path]?.words;
const zh = (path: string): string => `「${wordsOf(path)?.zh ?? path}」`;
const en = (path: string): string => wordsOf(path)?.en ?? path;

/** Every error a row may have, each a sentence somebody at the source can act on. */
export const FAULTS = {
  unknownKind: (value: unknown, allowed: string) =>
    fault(
      'kind',
      'unknown-kind',
      '数据类型未知。',
      'This kind of row is not known.',
      value,
      allowed,
    ),
  notOfKey: (value: string, allowed: string) =>
    fault(
      'kind',
      'not-of-this-key',
      '发送方的密钥不可发送这种数据。',
      'The sender’s key may not send this kind of row.',
      value,
      allowed,
    ),
  missing: (path: string) =>
    fault(path, 'missing', `缺少必填字段${zh(path)}。`, `The field ${en(path)} is required.`),
  notText: (path: string, value: unknown) =>
    fault(path, 'type', `${zh(path)}应为文本。`, `${en(path)} should be a text.`, typeof value),
  notNumber: (path: string, value: unknown) =>
    fault(path, 'type', `${zh(path)}应为数字。`, `${en(path)} should be a number.`, value),
  notCount: (path: string, value: unknown) =>
    fault(path, 'type', `${zh(path)}应为整数。`, `${en(path)} should be a whole number.`, value),
  notFlag: (path: string, value: unknown) =>
    fault(
      path,
      'type',
      `${zh(path)}应为是或否。`,
      `${en(path)} should be yes or no.`,
      value,
      '1, 0',
    ),
  notDay: (path: string, value: unknown) =>
    fault(
      path,
      'type',
      `${zh(path)}应为日期。`,
      `${en(path)} should be a day.`,
      value,
      'YYYY-MM-DD',
    ),
  notInstant: (value: unknown) =>
    fault('at', 'type', '时间应为 ISO 8601。', 'The time should be ISO 8601.', value, 'ISO 8601'),
  range: (path: string, value: number, allowed: string) =>
    fault(path, 'range', `${zh(path)}超出范围。`, `${en(path)} is out of range.`, value, allowed),
  tooLong: (path: string, length: number, max: number) =>
    fault(path, 'too-long', `${zh(path)}过长。`, `${en(path)} is too long.`, length, `≤ ${max}`),
  notInList: (path: string, value: unknown, allowed: string) =>
    fault(
      path,
      'not-in-list',
      `${zh(path)}的代码不在代码表中。`,
      `This code of ${en(path)} is not in its list.`,
      value,
      allowed,
    ),
  future: (value: string) =>
    fault(
      'at',
      'future',
      '时间晚于现在 1 小时以上，请检查时钟或时区。',
      'The time is more than an hour ahead; check clock or zone.',
      value,
    ),
  tooOld: (value: string, days: number) =>
    fault(
      'at',
      'too-old',
      `时间早于 ${days} 天前，历史数据请另行导入。`,
      `The time is over ${days} days ago; old data is imported another way.`,
      value,
    ),
  chronology: (path: string, value: string) =>
    fault(
      path,
      'chronology',
      `${zh(path)}晚于观察时间。`,
      `${en(path)} is after the observation itself.`,
      value,
    ),
  unknownPlace: (value: string) =>
    fault(
      'placeCode',
      'unknown-place',
      '地点编码未登记。',
      'This place code is not registered.',
      value,
    ),
  areaForm: (value: string) =>
    fault(
      'areaCode',
      'area-form',
      '居住地编码应为 12 位社区或 14 位网格代码。',
      'The area code should be a community (12 digits) or grid (14).',
      value,
      '12 | 14 digits',
    ),
  idNumber: (why: string) =>
    fault(
      'idNo',
      `id-${why}`,
      '证件号码有误（GB 11643），且没有姓名加电话或出生日期可核对。',
      'The id number is wrong (GB 11643), and no name with phone or birth day stands beside it.',
      undefined,
      'GB 11643',
    ),
  nobody: () =>
    fault(
      'idNo',
      'missing',
      '缺少人员身份：证件号码，或姓名加电话、出生日期、单位、住址之一。',
      'Nobody is named: an id number, or a name with a phone, birth day, unit or address.',
    ),
};

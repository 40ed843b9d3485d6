import { COLUMN_BY_NAME, COLUMN_NAMES } from '#base/columns.ts';
import { ROW_FIELDS } from '#base/kinds.ts';

/** What feeds call the fields of a row, beside our own names. The words of the columns serve too. */
const ALIASES: Record<string, readonly string[]> = {
  id: ['编号', '流水号', '记录编号', '序号'],
  kind: ['类型', '数据类型', '业务类型'],
  at: [
    '时间',
    '发生时间',
    '日期时间',
    '登记时间',
    '购药时间',
    '就诊时间',
    '入院时间',
    '检测时间',
    '入住时间',
    '到达时间',
  ],
  idType: ['证件类型', '证件种类'],
  idNo: ['证件号', '证件号码', '身份证', '身份证号', '身份证号码', '公民身份号码'],
  name: ['姓名'],
  sex: ['性别'],
  bornOn: ['出生日期', '出生年月日'],
  phone: ['电话', '手机', '手机号', '手机号码', '联系电话', '电话号码'],
  address: ['住址', '现住址', '地址', '家庭住址', '居住地址'],
  areaCode: ['居住地编码', '居住地代码', '现住址编码', '行政区划代码', '网格编码'],
  unitCode: ['单位编码', '学校编码', '工作单位编码', '单位代码'],
  placeCode: ['地点编码', '机构编码', '机构代码', '药店编码', '医院编码', '场所编码'],
  icd10: ['诊断编码', '疾病编码', 'ICD10', 'ICD-10'],
  testCode: ['检验项目', '检验项目编码'],
  drugClass: ['药品类别', '药品分类'],
  fromCity: ['出发城市', '始发地', '来源地'],
  transportNo: ['车次', '航班', '航班号', '车次航班'],
  note: ['备注'],
  temperature: ['体温℃', '体温(℃)', '体温（℃）'],
};

const FIELD_OF = new Map<string, string>();
for (const name of [...ROW_FIELDS, ...COLUMN_NAMES]) {
  FIELD_OF.set(name.toLowerCase(), name);
  const words = COLUMN_BY_NAME[name]?.words;
  if (words) FIELD_OF.set(words.zh.toLowerCase(), name);
  for (const alias of ALIASES[name] ?? []) FIELD_OF.set(alias.toLowerCase(), name);
}

/** The field a CSV heading means; undefined when it is none of ours. */
export const fieldOf = (heading: string): string | undefined =>
  FIELD_OF.get(
    heading
      .trim()
      .replace(/^\uFEFF/, '')
      .toLowerCase()
      .replaceAll(/[\s_]/g, ''),
  );

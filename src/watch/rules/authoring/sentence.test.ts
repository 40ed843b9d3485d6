import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shippedRules } from '../shipped.ts';
import { sentenceOf } from './sentence.ts';

const said = (id: string) => {
  const doc = shippedRules().find((rule) => rule.id === id);
  assert.ok(doc, id);
  return sentenceOf(doc);
};

test('a sentence says what codes mean, not the codes', () => {
  assert.equal(
    said('school-absence-gastro').zh,
    '同一地点 2 天内有 6 人及以上学生缺勤（原因为呕吐或腹泻）时，发出黄色预警。',
  );
  assert.match(said('antipyretic-after-risk-trip').zh, /出发地属于“风险地区”.*退热镇痛药（N02B）/);
  assert.match(said('case-cholera').en, /disease is Cholera or diagnosis ICD-10 begins with A00/);
});

test('prefixes of one field are said once, schools are called schools', () => {
  const { zh } = said('food-poisoning-school');
  assert.match(zh, /^同一学校或托幼机构 24 小时内有 5 人及以上/);
  assert.match(zh, /诊断 ICD-10 以 A05、T62 开头或主诉含“食物中毒”/);
});

test('a list is named once, a first finding in an area needs no number', () => {
  assert.equal(
    said('isolation-no-check-in').zh,
    '“居家隔离人员”名单人员连续 24 小时没有健康打卡时，发出黄色预警。',
  );
  assert.match(said('wastewater-cholera').zh, /^同一区出现污水监测（病原为霍乱弧菌且/);
});

test('no shipped sentence shows a code of a disease, pathogen, department or reason', () => {
  for (const doc of shippedRules())
    assert.doesNotMatch(
      sentenceOf(doc).zh,
      /(病种|病原|科室|原因|病例分类|检验结果)为 [a-z]/,
      doc.id,
    );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { redact } from './redact.ts';

const OWN = {
  name: '欧阳秀英',
  idNo: '990101199001011234',
  phone: '13812345678',
  address: '江州市东区和平街道幸福社区锦绣华庭3号楼2单元501',
};
const NOBODY = { name: '', idNo: '', phone: '', address: '' };

test('what the record says of its own person goes wherever it stands', () => {
  const said = [
    '欧阳秀英，发热3天，咳嗽',
    '发热3天。秀英自述曾到外地',
    '住锦绣华庭，咽痛',
    '家在锦绣华庭3号楼2单元501，腹泻',
    '电话138-1234-5678，头痛',
    '证 990101 19900101 1234 皮疹',
    '电话１３８１２３４５６７８，头痛',
    '欧阳 秀英发热',
  ];
  for (const text of said) {
    const left = redact(text, OWN);
    assert.doesNotMatch(left, /秀英|欧阳|锦绣|华庭|501|5678|990101/, left);
    assert.match(left, /发热|咽痛|腹泻|头痛|皮疹/, left);
  }
});

test('names of others go, by word, by title', () => {
  for (const [text, left] of [
    ['姓名：李建国，发热', '姓名：***，发热'],
    ['患者李建国，男，发热2天', '患者***，男，发热2天'],
    ['联系人：王芳 咳嗽', '联系人：*** 咳嗽'],
    ['与刘建军同学同住，呕吐', '与***同学同住，呕吐'],
    ['王某某来电反映腹泻', '***来电反映腹泻'],
    ['张老师带班，3名学生发热', '***老师带班，3名学生发热'],
  ] as const)
    assert.equal(redact(text, NOBODY), left);
});

test('addresses, phones and accounts of others go', () => {
  for (const text of [
    '住中山路88号3栋201，发热',
    '发热，家住阳光小区12栋3单元402室',
    '在翠湖花园2号楼1单元，发热2天',
    '发热，李家村3组15号',
    '致电0571-87654321，发热',
    '微信号：abc_12345 发热',
    '发热 someone@example.com',
    '护照E12345678，发热',
    '旧证 990101900101123 发热',
  ]) {
    const left = redact(text, NOBODY);
    assert.match(left, /发热/, left);
    assert.match(left, /\*\*\*/, left);
    assert.doesNotMatch(
      left,
      /中山|88号|阳光|402|翠湖|单元|李家|15号|8765|abc_|example|E123|9901/,
      left,
    );
  }
});

test('what is suffered stays as it was said', () => {
  for (const text of [
    '发热3天，伴咳嗽、咽痛',
    '高热39.5℃，全身酸痛2日',
    '患者高热，黄疸1周',
    '患者发热三天',
    '腹泻10余次/日，水样便',
    '不明原因肺炎，原因不明',
    '11月20号起发热',
    '食物中毒，5人',
    '急诊室就诊，胸闷气促',
    '体温38.5，心率120次/分',
    '家长诉患儿皮疹3天',
    '患儿高烧不退',
    '患者方才呕吐',
    '在发热门诊2楼就诊',
    '小区多人腹泻，疑似水源问题',
    '幸福路附近有异味',
    'cough and fever for 3 days',
    // Every text of the sample city.
    ...['发热伴咳嗽2天', '咽痛、咳嗽3天', '发热、头痛1天', '流涕、咳嗽', '低热、乏力'],
    ...['腹泻、呕吐1天', '恶心、腹痛半天', '水样便3次', '皮疹2天', '手足口腔疱疹', '皮疹伴瘙痒'],
    ...['高血压复诊', '糖尿病复诊', '胸闷', '头晕', '腰痛', '关节痛', '外伤', '体检', '牙痛'],
    ...['皮肤瘙痒', '产检', '眼干', '小区停水咨询', '就医预约咨询', '政策咨询', '噪音扰民投诉'],
    ...['反映周边多人发热', '反映餐馆就餐后腹泻', '摔伤', '胸痛', '意识不清', '呼吸困难、发热'],
  ])
    assert.equal(redact(text, NOBODY), text);
});

test('a text twice is the same, and a long one costs no long time', () => {
  const long = '住在阳光小区发热咳嗽'.repeat(200);
  const begun = performance.now();
  const once = redact(long, OWN);
  assert.equal(redact(once, OWN), once);
  assert.ok(performance.now() - begun < 200);
  const hostile = '号'.repeat(500) + '1'.repeat(500) + 'A栋'.repeat(300);
  redact(hostile, OWN);
  assert.ok(performance.now() - begun < 400);
});

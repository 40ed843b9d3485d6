import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as iconv from 'iconv-lite';
import { decodeMessage } from '../rows.ts';

const head = (type: string, more: { version?: string; charset?: string } = {}): string =>
  `MSH|^~\\&|HIS|P001|||20261120083000+0800||${type}|M1|P|${more.version ?? '2.5.1'}` +
  (more.charset ? `||||||${more.charset}` : '');
const PID = 'PID|||11010519491231002X^^^^NNCHN||张^三||19491231|F';
const PV1 = 'PV1|1|I|ICU^^^P001||||||||||||||||V77';

const rowsOf = (...segments: string[]) =>
  decodeMessage(Buffer.from(segments.join('\r')), 'utf-8', false);
const only = (...segments: string[]) => {
  const rows = rowsOf(...segments);
  assert.equal(rows.length, 1);
  return rows[0];
};
const codesOf = (row: ReturnType<typeof only>) => row?.faults.map((it) => it.code);

test('events of a visit: what begins one, changes one, ends one, and what tells of none', () => {
  const told = (event: string, ...more: string[]): [unknown, unknown, unknown, unknown] => {
    const row = only(head(`ADT^${event}`), 'EVN||20261120090000', PID, PV1, ...more);
    return [row?.fields?.kind, row?.fields?.status, row?.fields?.replaces, codesOf(row)?.[0]];
  };
  assert.deepEqual(told('A01'), ['admission', undefined, undefined, undefined]);
  assert.deepEqual(told('A04'), ['clinic_visit', undefined, undefined, undefined]);
  assert.deepEqual(told('A06'), ['admission', undefined, undefined, undefined]);
  assert.deepEqual(told('A07'), ['clinic_visit', undefined, undefined, undefined]);
  assert.deepEqual(told('A02'), ['admission', 'corrected', 'V77', undefined]);
  assert.deepEqual(told('A08'), ['admission', 'corrected', 'V77', undefined]);
  assert.deepEqual(told('A11'), ['admission', 'cancelled', 'V77', 'cancellation']);
  assert.deepEqual(told('A12'), ['admission', 'cancelled', 'V77/A02', 'cancellation']);
  assert.deepEqual(told('A13'), ['diagnosis', 'cancelled', 'V77/A03', 'cancellation']);
  for (const event of ['A05', 'A09', 'A14', 'A28', 'A31', 'A40', 'A60'])
    assert.deepEqual(told(event), [undefined, undefined, undefined, 'no-observation'], event);
  assert.deepEqual(told('A03')[3], 'no-observation', 'a discharge that names no diagnosis');
  assert.deepEqual(told('A03', 'DG1|1||J11.1^流感^I10||20261120')[0], 'diagnosis');
});

test('a discharge leaves a row for each diagnosis; a code that is no ICD-10 stays in words', () => {
  const rows = rowsOf(
    head('ADT^A03'),
    PID,
    PV1,
    'DG1|1||J11.1^流感^I10',
    'DG1|2||071.02^Rabies^I9',
  );
  assert.deepEqual(
    rows.map((it) => [it.fields?.icd10, it.fields?.note, it.fields?.id, it.position]),
    [
      ['J11.1', '流感', 'V77/A03/J11.1/DG1', 'DG1[1]'],
      [undefined, 'Rabies', 'V77/A03/071.02/DG1', 'DG1[2]'],
    ],
  );
});

test('version 2.2 names the event in EVN alone', () => {
  const row = only(head('ADT', { version: '2.2' }), 'EVN|A04|20261120090000', PID, PV1);
  assert.equal(row?.fields?.kind, 'clinic_visit');
});

test('a corrected result names what it replaces; one taken back makes no record; one pending is none', () => {
  const obx = (n: number, status: string) =>
    `OBX|${n}|CWE|94500-6^x^LN||260373001^Detected^SCT||||||${status}|||20261119140000`;
  const rows = rowsOf(
    head('ORU^R01'),
    PID,
    'OBR|1|P9|F77|94500-6^^LN|||20261119120000',
    ...['F', 'C', 'X', 'D', 'W', 'I', 'O'].map((status, i) => obx(i + 1, status)),
  );
  assert.deepEqual(
    rows.map((it) => [it.fields?.status, it.fields?.replaces, it.faults[0]?.code]),
    [
      [undefined, undefined, undefined],
      ['corrected', 'F77/94500-6', undefined],
      ['cancelled', 'F77/94500-6', 'cancellation'],
      ['cancelled', 'F77/94500-6', 'cancellation'],
      ['cancelled', 'F77/94500-6', 'cancellation'],
      [undefined, undefined, 'no-observation'],
      [undefined, undefined, 'no-observation'],
    ],
  );
  assert.ok(String(rows[0]?.fields?.id).startsWith('F77/94500-6/'), 'the key begins the id');
  const whole = only(head('ORU^R01'), PID, `OBR|1|P9|F78|94500-6^^LN${'|'.repeat(21)}X`);
  assert.deepEqual([codesOf(whole), whole?.fields?.replaces], [['cancellation'], 'F78']);
});

test('each result goes with its own patient, order, specimen and place, whatever repeats', () => {
  const rows = rowsOf(
    head('ORU^R01'),
    PID,
    'PV1|1|O|FEVER^^^H001',
    'OBR|1||F1|a^^LN|||20261119120000|||||||||||||||20261120',
    'OBX|1|NM|1-1^a^LN||5.5|mmol/L|||||F||||||||||||Lab A',
    'SPM|1|||258500001^swab^SCT|||||||||||||20261119113000',
    'OBR|2||F2|b^^LN|||20261119120000',
    'OBX|1|ST|2-2^b^LN||Non-Reactive||||||F',
    'PID|||X9^^^^PPN||Smith^Ann',
    'OBR|1||F3|c^^LN|||20261119120000',
    'OBX|1|ST|3-3^c^LN||None detected||||||F',
  );
  assert.deepEqual(
    rows.map(({ fields: it }) => [
      it?.orderNo,
      it?.idType,
      it?.placeCode,
      it?.specimen,
      it?.result,
    ]),
    [
      ['F1', 'citizen', 'H001', '258500001', undefined],
      ['F2', 'citizen', 'H001', undefined, 'negative'],
      ['F3', 'passport', 'P001', undefined, 'negative'],
    ],
  );
  assert.equal(rows[0]?.fields?.performer, 'Lab A');
  assert.equal(rows[0]?.fields?.collectedAt, Date.UTC(2026, 10, 19, 3, 30));
});

test('an order is a diagnosis and the results it carries, or nothing to us', () => {
  const asked = 'OBX|1|CWE|67704-7^FEEDING^LN||LA1^TPN||||||O';
  assert.deepEqual(codesOf(only(head('ORM^O01'), PID, 'ORC|NW|O1', 'OBR|1|O1', asked)), [
    'no-observation',
  ]);
  const [lab, dx] = rowsOf(
    head('OML^O21'),
    PID,
    'ORC|NW|O1',
    'OBR|1|O1||94500-6^^LN',
    'OBX|1|ST|94500-6^x^LN||阳性||||||P|||20261119',
    'DG1|1||A00.9^霍乱^I10',
  );
  assert.deepEqual(
    [lab?.fields?.kind, lab?.fields?.result, dx?.fields?.kind, dx?.fields?.icd10],
    ['lab_result', 'positive', 'diagnosis', 'A00.9'],
  );
});

test('vaccinations: one row each; refused ones are none, deleted ones are taken back', () => {
  const rxa = (code: string, completion: string, action: string) =>
    `RXA|0|1|20261101|20261101|${code}^疫苗^CVX|0.5|mL||||^^^P001||||LOT1|||||${completion}|${action}`;
  const rows = rowsOf(
    head('VXU^V04'),
    PID,
    'ORC|RE||V1',
    rxa('20', 'CP', 'A'),
    rxa('998', '', ''),
    rxa('21', 'RE', 'A'),
    rxa('22', 'CP', 'D'),
  );
  assert.deepEqual(
    rows.map((it) => [it.fields?.category, it.fields?.replaces, it.faults[0]?.code, it.position]),
    [
      ['20', undefined, undefined, 'RXA[1]'],
      [undefined, undefined, 'no-observation', 'RXA[2]'],
      [undefined, undefined, 'no-observation', 'RXA[3]'],
      ['22', 'V1/22', 'cancellation', 'RXA[4]'],
    ],
  );
});

test('charsets of MSH-18 are read, and one we do not know is said, not guessed', () => {
  const read = (bytes: Buffer) => decodeMessage(bytes, 'utf-8', false)[0];
  const text = (charset: string, name: string) =>
    [head('ADT^A04', { charset }), PID.replace('张^三', name), PV1].join('\r');
  for (const [charset, encoding, name] of [
    ['BIG-5', 'big5', '陳^大文'],
    ['GB 18030-2000', 'gb18030', '张^三'],
    ['8859/1', 'latin1', 'Müller^Zoë'],
    ['8859/2', 'iso-8859-2', 'Dvořák^Jiří'],
    ['KS X 1001', 'euc-kr', '김^철수'],
  ] as const) {
    const row = read(iconv.encode(text(charset, name), encoding));
    const [family = '', given = ''] = name.split('^');
    const said = String(row?.fields?.name);
    assert.ok(said.includes(family) && said.includes(given), `${charset}: ${said}`);
  }
  const [before = '', after = ''] = text('ASCII~ISO IR87', '@').split('@');
  const kanji = Buffer.from('1b24423b334b5c1b2842', 'hex');
  const bytes = Buffer.concat([Buffer.from(before), kanji, Buffer.from(after)]);
  assert.match(String(read(bytes)?.fields?.name), /山本/);
  const odd = read(Buffer.from(text('EBCDIC', '张^三')));
  assert.deepEqual(
    odd?.faults.map((it) => [it.path, it.code, it.value]),
    [['MSH-18', 'unknown-charset', 'EBCDIC']],
  );
});

test('null says that there is nothing; a raw line break belongs to the field it stands in', () => {
  const nulled = only(head('ADT^A04'), `${PID}|||""||""`, PV1);
  assert.deepEqual([nulled?.fields?.phone, nulled?.fields?.address], [undefined, undefined]);
  const broken = only(
    head('ORU^R01'),
    PID,
    'OBR|1||F1',
    'OBX|1|TX|1-1^a^LN||line one\nline two \\H\\bold\\N\\\\.br\\three||||||F|||20261119',
  );
  assert.equal(broken?.fields?.note, 'line one\nline two bold\nthree');
  assert.equal(broken?.fields?.at, Date.UTC(2026, 10, 18, 16));
});

test('a type that is not taken says which are', () => {
  const row = only(head('SIU^S12'), PID);
  assert.deepEqual(
    row?.faults.map((it) => [it.path, it.code, it.value, it.allowed]),
    [['MSH-9', '200', 'SIU^S12', 'ORU, OUL, ADT, ORM, OML, OMG, VXU']],
  );
  for (const hostile of ['constructor', '__proto__^toString', 'ADT^constructor'])
    assert.equal(codesOf(only(head(hostile), PID))?.[0], '200', hostile);
});

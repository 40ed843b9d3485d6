import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import * as iconv from 'iconv-lite';
import { answerOf } from './answer.ts';
import { frameOf, frameReader } from './frames.ts';
import { charsetOf } from './charset.ts';
import { readMessage } from './reader.ts';
import { decodeMessage } from './rows.ts';
import { hl7Instant } from './times.ts';
import { SHARED_DATA } from '../../../../tests/builders/shared.ts';

const ADT = [
  'MSH|^~\\&|HIS|JZ001|FENGHUO|JZ|20261120083000||ADT^A04^ADT_A01|M1|P|2.5.1||||||UNICODE UTF-8',
  'EVN|A04|20261120083000',
  'PID|1||110105194912310021^^^^MR~11010519491231002X^^^^NNCHN||张^三||19491231|F|||第一大街1号^^江州^^^^^^340101001001||^PRN^PH^^^^13800000000',
  'NK1|1|江州一中|SCH|||||||||江州一中|^^S0001^^^^^^^S0001',
  'PV1|1|O|FEVER^^^H001||||||||FEVER',
  'PV2|||^发热咳嗽',
  'OBX|1|NM|8310-5^Temp^LN||38.6|Cel|||||F',
  'DG1|1||J11.1^流感^I10',
].join('\r');

test('a visit of the fever clinic becomes one row with person, school, place and temperature', () => {
  const [row] = decodeMessage(Buffer.from(ADT), 'utf-8', false);
  assert.deepEqual(row?.fields, {
    kind: 'clinic_visit',
    id: 'M1/A04',
    at: Date.UTC(2026, 10, 20, 0, 30),
    idType: 'citizen',
    idNo: '11010519491231002X',
    name: '张三',
    sex: '2',
    bornOn: '1949-12-31',
    phone: '13800000000',
    address: '江州 第一大街1号',
    areaCode: '340101001001',
    unitCode: 'S0001',
    placeCode: 'H001',
    department: 'fever',
    temperature: 38.6,
    complaint: '发热咳嗽',
    icd10: 'J11.1',
  });
});

test('the same message in GB18030 reads the same, whatever its second bytes look like', () => {
  const gb = iconv.encode(ADT.replace('UNICODE UTF-8', 'GB 18030-2000'), 'gb18030');
  assert.equal(charsetOf(gb), 'gb18030');
  const [row] = decodeMessage(gb, 'utf-8', false);
  assert.equal(row?.fields?.name, '张三');
  assert.equal(row?.fields?.complaint, '发热咳嗽');
});

test('laboratory results become a row for each OBX, words and SNOMED codes alike', () => {
  const oru = [
    'MSH|^~\\&|LIS|JZ001|||20261120||ORU^R01|M2|P|2.5.1',
    'PID|||X1^^^^PPN||Smith^Ann',
    'OBR|1||F77|94500-6^^LN|||20261119120000',
    'OBX|1|CWE|94500-6^SARS-CoV-2^LN||260373001^Detected^SCT||||||F|||20261119140000',
    'OBX|2|ST|92142-9^Flu A^LN||阴性||||||F',
    'OBX|3|SN|26464-8^WBC^LN||>^12.5|10*9/L|||||C',
  ].join('\r');
  const rows = decodeMessage(Buffer.from(oru), 'utf-8', false).map((it) => it.fields);
  assert.deepEqual(
    rows.map((it) => [it?.testCode, it?.result, it?.value, it?.idType]),
    [
      ['94500-6', 'positive', undefined, 'passport'],
      ['92142-9', 'negative', undefined, 'passport'],
      ['26464-8', undefined, 12.5, 'passport'],
    ],
  );
  assert.equal(rows[0]?.at, Date.UTC(2026, 10, 19, 6));
  assert.equal(rows[1]?.at, Date.UTC(2026, 10, 19, 4));
});

test('escapes and unusual delimiters are resolved', () => {
  const message = readMessage('MSH$%*?!$A?F?B?S?C?T?D?R?E?E?F?X41?$$$\rPID$1$$a%b!c*d');
  assert.equal(message?.first('MSH')?.get(3), 'A$B%C!D*E?FA');
  assert.equal(message?.first('PID')?.get(3, 2, 0, 2), 'c');
  assert.equal(message?.first('PID')?.get(3, 1, 1), 'd');
});

test('times without an offset are city time', () => {
  assert.equal(hl7Instant('20261120083000'), Date.UTC(2026, 10, 20, 0, 30));
  assert.equal(hl7Instant('20261120083000.25-0500'), Date.UTC(2026, 10, 20, 13, 30, 0, 250));
  assert.ok(Number.isNaN(hl7Instant('2026')));
});

test('a message without a patient is one row that says what is missing', () => {
  const [row] = decodeMessage(
    Buffer.from('MSH|^~\\&|A|B|||20261120||ORU^R01|1|P|2.5'),
    'utf-8',
    false,
  );
  assert.deepEqual(
    row?.faults.map((it) => [it.path, it.code]),
    [['PID', '100']],
  );
});

test('a byte outside the charset is named, not replaced', () => {
  const bytes = Buffer.concat([Buffer.from(`${ADT}\rNTE|`), Buffer.from([0xff])]);
  const [row] = decodeMessage(bytes, 'utf-8', false);
  assert.equal(row?.faults[0]?.code, 'bad-bytes');
});

test('frames are found however they arrive, and what is no frame is handed over with its fault', () => {
  const wire = Buffer.concat([
    Buffer.from('junk'),
    frameOf('one'),
    Buffer.from('\r\n'),
    Buffer.from('\x0bhalf'),
    frameOf('two\x1cstill'),
    Buffer.from(`\x0b${'x'.repeat(200)}`),
    frameOf('three'),
    Buffer.from('\x0bcut'),
  ]);
  for (const step of [1, 2, 3, 7, 1000]) {
    const found: [string, string | undefined][] = [];
    const reader = frameReader(100, (bytes, fault) =>
      found.push([bytes.toString().slice(0, 9), fault]),
    );
    for (let at = 0; at < wire.length; at += step) reader.push(wire.subarray(at, at + step));
    reader.end();
    const expected = [
      ['junk', 'garbage'],
      ['one', undefined],
      ['half', 'no-end'],
      ['two\x1cstill', undefined],
      ['xxxxxxxxx', 'too-long'],
      ['three', undefined],
      ['cut', 'cut'],
    ];
    assert.deepEqual(found, expected, `in steps of ${step}`);
  }
});

test('an answer names its message and shows errors in both languages', () => {
  const msh = readMessage(ADT)?.first('MSH');
  const text = { zh: '坏|了', en: 'broken' };
  const answer = readMessage(answerOf(msh, 'AE', [{ path: 'PID-3', code: '101', text }], 0));
  assert.equal(answer?.first('MSA')?.get(1), 'AE');
  assert.equal(answer?.first('MSA')?.get(2), 'M1');
  assert.equal(answer?.first('ERR')?.get(8), '坏|了 / broken');
  assert.equal(answer?.first('ERR')?.get(2, 3), '3');
});

const folder = join(SHARED_DATA, 'messages/hl7v2');
const isThere = existsSync(folder);
test('real messages of other systems are read without a fault of the reader', {
  skip: !isThere && `${folder} is absent`,
}, () => {
  let rows = 0;
  for (const name of readdirSync(folder, { recursive: true }) as string[]) {
    if (!/\.hl7(\.gz)?$/.test(name)) continue;
    const raw = readFileSync(join(folder, name));
    const bytes = name.endsWith('.gz') ? gunzipSync(raw) : raw;
    const decoded = decodeMessage(bytes, 'utf-8', false);
    assert.ok(decoded.length > 0, name);
    const type = readMessage(bytes.toString('latin1'))?.first('MSH')?.get(9, 1);
    if (type === 'ORU') rows += decoded.filter((it) => it.fields?.testCode).length;
    if (type === 'ADT') assert.ok(decoded[0]?.fields?.kind || decoded[0]?.faults.length, name);
  }
  assert.ok(rows > 100, `${rows} results`);
});

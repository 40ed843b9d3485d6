import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as iconv from 'iconv-lite';
import type { DecodedRow } from '../model.ts';
import { DOCUMENT_LIMITS } from '../decode/document.ts';
import { cdaRows, decodeCda } from './decode.ts';

const PATIENT = `<recordTarget><patientRole><id root="2.16.156.10011.1.3" extension="11010519491231002X"/>
  <addr><city>合肥市</city><streetAddressLine>长江路1号</streetAddressLine><postalCode>340101001001</postalCode></addr>
  <telecom value="tel:13800000001"/><patient><name>张三</name><administrativeGenderCode code="2"/>
  <birthTime value="19491231"/></patient></patientRole></recordTarget>`;
const VISIT = `<componentOf><encompassingEncounter><id root="1.2" extension="v1"/><code code="AMB" displayName="发热门诊"/>
  <effectiveTime><low value="20261120080000+0800"/></effectiveTime><location><healthCareFacility>
  <id extension="W1"/><serviceProviderOrganization><id extension="P001"/></serviceProviderOrganization>
  </healthCareFacility></location></encompassingEncounter></componentOf>`;
const section = (code: string, inner: string): string =>
  `<component><section><code code="${code}"/>${inner}</section></component>`;
const PROBLEM = section(
  '11450-4',
  `<entry><act><entryRelationship><observation><id root="9"/><effectiveTime><low value="20261118"/></effectiveTime>
   <value xsi:type="CD" code="6142004" codeSystem="2.16.840.1.113883.6.96" displayName="Influenza"
     sdtc:valueSet="2.16.840.1.114222.4.11.7508" sdtc:valueSetVersion="2026-01-01"/></observation></entryRelationship></act></entry>`,
);
const result = (value: string): string =>
  section(
    '30954-2',
    `<entry><organizer><code code="P"/><component><observation><id root="7"/>
     <code code="94500-6" codeSystem="2.16.840.1.113883.6.1"/><effectiveTime value="202611200900"/>${value}
     </observation></component></organizer></entry>`,
  );
const document = (...parts: readonly string[]): string =>
  `<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="x" xmlns:sdtc="y"><code code="55751-2"/>
   <effectiveTime value="20261120100000+0800"/>${PATIENT}${VISIT}<component><structuredBody>${parts.join('')}
   </structuredBody></component></ClinicalDocument>`;
const codesOf = (rows: readonly DecodedRow[]) =>
  rows.map((it) => it.faults.map((fault) => `${fault.code} ${fault.path}`).join(', '));

test('an eICR gives its visit, its card with the trigger, its results, each field with its place', () => {
  const rows = cdaRows(document(PROBLEM, result('<value xsi:type="ST">阳性</value>')));
  const person = {
    idType: 'citizen',
    idNo: '11010519491231002X',
    name: '张三',
    sex: '2',
    bornOn: '1949-12-31',
    phone: '13800000001',
    address: '合肥市 长江路1号',
    areaCode: '340101001001',
    placeCode: 'P001',
  };
  assert.deepEqual(
    rows.map((it) => it.fields),
    [
      {
        ...person,
        kind: 'clinic_visit',
        id: '1.2/v1',
        at: '2026-11-20T08:00:00+08:00',
        department: 'fever',
      },
      {
        ...person,
        kind: 'case_report',
        id: '9',
        at: '2026-11-20T10:00:00+08:00',
        onsetOn: '2026-11-18',
        snomed: '6142004',
        disease: 'influenza',
        caseClass: 'suspected',
        note: 'Influenza',
        trigger: 'RCTC 2026-01-01',
      },
      {
        ...person,
        kind: 'lab_result',
        id: '7',
        at: '2026-11-20T09:00:00',
        testCode: '94500-6',
        pathogen: 'sars_cov_2',
        result: 'positive',
        note: '阳性',
        orderCode: 'P',
      },
    ],
  );
  const { paths } = rows[2] ?? {};
  const body = '/ClinicalDocument/component/structuredBody/component[2]/section/entry/organizer';
  assert.equal(paths?.testCode, `${body}/component/observation/code/@code`);
});

test('a value that is no number, a code left out: told with the place of the section', () => {
  const rows = cdaRows(document(result('<value xsi:type="PQ" value="hoch" unit="g"/>')));
  assert.match(
    codesOf(rows)[1] ?? '',
    /^type .*section\/entry\/organizer\/component\/observation\/value\/@value/,
  );
});

test('what happened to nobody makes no row that could be admitted; what was called off says so', () => {
  assert.deepEqual(codesOf(cdaRows('<ClinicalDocument/>')), [
    'no-patient /ClinicalDocument/recordTarget',
  ]);
  const shot = `<entry><substanceAdministration negationInd="true"><effectiveTime value="20261119"/></substanceAdministration></entry>`;
  assert.match(codesOf(cdaRows(document(section('11369-6', shot))))[1] ?? '', /^no-observation/);
});

test('a later version of a document corrects what the earlier one said', () => {
  const later = document(PROBLEM).replace('<code ', '<versionNumber value="2"/><code ');
  const [, card] = cdaRows(later);
  assert.deepEqual([card?.fields?.status, card?.fields?.replaces], ['corrected', '9']);
});

test('any prefix of the namespace will do, and GB18030 and UTF-16 too', () => {
  const prefixed = document(PROBLEM)
    .replaceAll(/<(\/?)(?=[A-Za-z])/g, '<$1ns0:')
    .replace('xmlns=', 'xmlns:ns0=');
  assert.equal(cdaRows(prefixed).length, 2);
  const text = document(PROBLEM).replace('version="1.0"', 'version="1.0" encoding="GB18030"');
  assert.equal(decodeCda(iconv.encode(text, 'gb18030'), 'utf-8')[0]?.fields?.name, '张三');
  const wide = Buffer.concat([
    Buffer.from([0xff, 0xfe]),
    iconv.encode(document(PROBLEM), 'utf-16le'),
  ]);
  assert.equal(decodeCda(wide, 'utf-8')[0]?.fields?.name, '张三');
});

test('damaged XML says line and column, and no word of the document', () => {
  const cut = document(PROBLEM).slice(0, 900);
  const [row] = cdaRows(cut);
  assert.equal(row?.faults[0]?.code, 'not-xml');
  assert.match(row?.faults[0]?.value ?? '', /^\d+:\d+$/);
  assert.doesNotMatch(JSON.stringify(row?.faults), /张三|11010519491231002X/);
  assert.deepEqual(codesOf(cdaRows('<Bundle/>')), ['not-cda /Bundle']);
});

test('billions of laughs, entities from elsewhere, depth, attributes, elements: refused by name', () => {
  const said = (text: string) => cdaRows(text)[0]?.faults[0]?.code;
  const laughs = `<!DOCTYPE l [<!ENTITY a "ha">${'<!ENTITY b "&a;&a;&a;">'.repeat(9)}]><l>&b;</l>`;
  assert.equal(said(laughs), 'doctype');
  assert.equal(said('<!DOCTYPE r SYSTEM "http://127.0.0.1/x.dtd"><r/>'), 'doctype');
  assert.equal(said('<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>'), 'doctype');
  assert.equal(said('<r>&unknown;</r>'), 'not-xml');
  assert.equal(said('<a>'.repeat(DOCUMENT_LIMITS.depthMax + 1)), 'too-deep');
  const attributes = Array.from({ length: 100 }, (_, i) => `a${i}="1"`).join(' ');
  assert.equal(said(`<a ${attributes}/>`), 'too-many-attributes');
  assert.equal(said(`<a>${'<b/>'.repeat(DOCUMENT_LIMITS.elementsMax)}</a>`), 'too-many-values');
  assert.equal(said(`<a>${'x'.repeat(DOCUMENT_LIMITS.textCharsMax + 1)}</a>`), 'text-too-long');
  const rows = '<entry><observation/></entry>'.repeat(DOCUMENT_LIMITS.rowsMax + 1);
  assert.equal(said(document(section('30954-2', rows))), 'too-many-rows');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DecodedRow } from '../model.ts';
import { DOCUMENT_LIMITS } from '../decode/document.ts';
import { decodeFhir, fhirRows } from './decode.ts';

const CARE = {
  resourceType: 'Encounter',
  id: 'e1',
  status: 'finished',
  class: { code: 'EMER' },
  subject: { reference: 'urn:uuid:p' },
  period: { start: '2026-11-20T08:00:00+08:00' },
  reasonCode: [{ text: '发热三天' }],
  serviceProvider: { reference: '#hospital' },
  contained: [
    { resourceType: 'Organization', id: 'hospital', identifier: [{ value: '12340100MB0001234X' }] },
  ],
};
const PERSON = {
  resourceType: 'Patient',
  id: 'p',
  identifier: [{ value: '11010519491231002X' }],
  name: [{ family: '张', given: ['三'] }],
  gender: 'female',
  birthDate: '1949-12-31',
  telecom: [{ system: 'phone', value: '13800000001' }],
  address: [{ city: '合肥市', line: ['长江路1号'], postalCode: '340101001001' }],
};
const TEMPERATURE = {
  resourceType: 'Observation',
  id: 't',
  status: 'final',
  category: [{ coding: [{ code: 'vital-signs' }] }],
  code: { coding: [{ system: 'http://loinc.org', code: '8310-5' }] },
  encounter: { reference: 'Encounter/e1' },
  valueQuantity: { value: 101.3, code: '[degF]' },
};
const FLU = {
  resourceType: 'Condition',
  id: 'c',
  meta: { versionId: '3' },
  subject: { reference: 'Patient/p' },
  encounter: { reference: 'https://his.example/fhir/Encounter/e1/_history/2' },
  code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10', code: 'J10.1' }] },
  verificationStatus: { coding: [{ code: 'confirmed' }] },
  onsetDateTime: '2026-11-18',
};
const entries = (type: string, ...resources: object[]): string =>
  JSON.stringify({
    resourceType: 'Bundle',
    type,
    entry: resources.map((resource) => ({
      fullUrl: `urn:uuid:${Reflect.get(resource, 'id')}`,
      resource,
    })),
  });
const codesOf = (rows: readonly DecodedRow[]) =>
  rows.map((it) => it.faults.map((fault) => `${fault.code} ${fault.path}`).join(', '));

test('a visit takes person, place, temperature and diagnosis from where they stand', () => {
  for (const type of ['message', 'transaction', 'batch', 'collection', 'document', 'searchset']) {
    const { rows } = fhirRows(entries(type, PERSON, CARE, TEMPERATURE, FLU));
    assert.deepEqual(
      rows.map((it) => it.fields),
      [
        {
          kind: 'clinic_visit',
          id: 'Encounter/e1',
          at: '2026-11-20T08:00:00+08:00',
          idType: 'citizen',
          idNo: '11010519491231002X',
          name: '张三',
          sex: '2',
          bornOn: '1949-12-31',
          phone: '13800000001',
          address: '合肥市 长江路1号',
          areaCode: '340101001001',
          department: 'emergency',
          temperature: 38.5,
          complaint: '发热三天',
          icd10: 'J10.1',
          placeCode: '12340100MB0001234X',
        },
        {
          ...rows[1]?.fields,
          kind: 'diagnosis',
          id: 'Condition/c/3',
          version: '3',
          status: 'corrected',
          replaces: 'Condition/c',
          at: '2026-11-20T08:00:00+08:00',
          icd10: 'J10.1',
          disease: 'influenza',
          caseClass: 'confirmed',
          onsetOn: '2026-11-18',
        },
      ],
    );
    assert.equal(rows[0]?.paths?.temperature, 'Bundle.entry[2].resource.valueQuantity.value');
    assert.deepEqual(codesOf(rows), ['', '']);
  }
});

test('every resource has its fate: a row, service to a row, or a verdict that it is not collected', () => {
  const odd = [
    { resourceType: 'Claim', id: 'x1' },
    { resourceType: 'Claim', id: 'x2' },
  ];
  const { rows, fates } = fhirRows(entries('collection', PERSON, CARE, TEMPERATURE, FLU, ...odd));
  const count = (fate: string) => [...fates.values()].filter((it) => it === fate).length;
  assert.deepEqual([count('row'), count('context'), count('not-collected')], [3, 1, 2]);
  assert.equal(rows.at(-1)?.faults[0]?.value, '2');
  assert.deepEqual(codesOf(rows).at(-1), 'no-observation Bundle.entry[4].resource');
  assert.doesNotMatch(rows.at(-1)?.raw ?? '', /x1/);
});

test('a patient nobody else speaks of is a register entry; a reference to nobody is an error there', () => {
  assert.equal(fhirRows(JSON.stringify(PERSON)).rows[0]?.fields?.kind, 'resident_entry');
  assert.deepEqual(codesOf(fhirRows(JSON.stringify(FLU)).rows), [
    'unresolved-reference Condition.subject.reference',
  ]);
});

test('what is withdrawn names what it takes back and makes no record; what did not happen makes none', () => {
  const off = { ...CARE, status: 'entered-in-error' };
  const not = { ...CARE, id: 'e2', status: 'planned' };
  const { rows } = fhirRows(entries('batch', PERSON, off, not));
  assert.deepEqual(codesOf(rows), [
    'cancellation Bundle.entry[1].resource.status',
    'no-observation Bundle.entry[2].resource.status',
  ]);
  assert.deepEqual(
    [rows[0]?.fields?.status, rows[0]?.fields?.replaces],
    ['cancelled', 'Encounter/e1'],
  );
});

test('all errors of a row are told at once, each with its place', () => {
  const bad = {
    resourceType: 'Observation',
    category: [{ coding: [{ code: 'laboratory' }] }],
    subject: { reference: 'Patient/none' },
    valueQuantity: { value: 'high' },
  };
  assert.deepEqual(codesOf(fhirRows(JSON.stringify(bad)).rows), [
    'type Observation.valueQuantity.value, no-code Observation.code.coding, unresolved-reference Observation.subject.reference',
  ]);
});

test('what is no FHIR at all is one row that says why', () => {
  const said = (text: string) => codesOf(fhirRows(text).rows)[0];
  assert.equal(said('{"resourceType":"Bundle","entry":['), 'not-json ');
  assert.equal(said('{"a":1}'), 'no-resource-type resourceType');
  assert.equal(said('{"resourceType":"Bundle","type":"batch"}'), 'no-observation Bundle.entry');
  assert.equal(
    said('{"resourceType":"Bundle","type":"poster","entry":[]}'),
    'bundle-type Bundle.type',
  );
  const gone = { request: { method: 'DELETE', url: 'Observation/1' } };
  assert.equal(
    said(JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry: [gone] })),
    'deletion Bundle.entry[0]',
  );
  assert.equal(codesOf(decodeFhir(Buffer.from([0x7b, 0xff]), 'utf-8'))[0], 'bad-bytes ');
});

test('a document cannot show more of itself than it is: its rows share what is kept for the eye', () => {
  const blob = 'x'.repeat(2 ** 20);
  const component = Array.from({ length: 2_000 }, () => ({ valueString: 'x' }));
  const wide = { resourceType: 'Observation', note: [{ text: blob }], component };
  const many = Array.from({ length: 20 }, (_, i) => ({ ...PERSON, id: `p${i}`, text: blob }));
  const { rows } = fhirRows(entries('batch', wide, ...many));
  let shown = 0;
  for (const { raw } of rows) shown += raw.length;
  assert.equal(rows.length, 2_020);
  assert.ok(shown < DOCUMENT_LIMITS.rawTotalMax / 4, `${shown} characters`);
  const long = { ...PERSON, address: [{ text: blob }], meta: { lastUpdated: '2026-11-20' } };
  const [row] = fhirRows(JSON.stringify(long)).rows;
  assert.equal(String(row?.fields?.address).length, DOCUMENT_LIMITS.fieldCharsMax);
});

test('bombs of JSON are refused by name: depth, values, resources, bytes', () => {
  const said = (text: string) => fhirRows(text).rows[0]?.faults[0]?.code;
  assert.equal(said('['.repeat(DOCUMENT_LIMITS.depthMax + 1)), 'too-deep');
  assert.equal(said(`[${'[],'.repeat(DOCUMENT_LIMITS.valuesMax / 2)}[]]`), 'too-many-values');
  const many = `{"resourceType":"A"}\n`.repeat(DOCUMENT_LIMITS.rowsMax + 2);
  assert.equal(said(many), 'too-many-rows');
  const components = `{"resourceType":"Observation","component":[${'{},'.repeat(60_000)}{}]}`;
  assert.equal(said(components), 'too-many-rows');
  const long = Buffer.alloc(DOCUMENT_LIMITS.bytesMax + 1, 32);
  assert.equal(decodeFhir(long, 'utf-8')[0]?.faults[0]?.code, 'document-too-long');
});

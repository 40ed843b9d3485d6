/** One of everything the decoders read, for the page of formats. */
const loinc = (code: string) => ({ coding: [{ system: 'http://loinc.org', code, display: code }] });
const subject = { reference: 'Patient/p' };
const encounter = { reference: 'Encounter/e' };

const PATIENT = {
  resourceType: 'Patient',
  id: 'p',
  identifier: [{ type: { coding: [{ code: 'NNCHN' }] }, value: '11010519491231002X' }],
  name: [{ family: '张', given: ['三'] }],
  gender: 'female',
  birthDate: '1949-12-31',
  telecom: [{ system: 'phone', value: '13800000001' }],
  address: [{ line: ['长江路1号'], postalCode: '340101001001' }],
};
const ORGANIZATION = {
  resourceType: 'Organization',
  id: 'o',
  identifier: [{ value: 'P001' }],
  name: '第一医院',
};
const ENCOUNTER = {
  resourceType: 'Encounter',
  id: 'e',
  meta: { versionId: '2' },
  status: 'finished',
  class: { code: 'AMB' },
  subject,
  period: { start: '2026-11-20T08:00:00+08:00' },
  reasonCode: [{ text: '发热' }],
  serviceProvider: { reference: 'Organization/o' },
};
const ADMISSION = { ...ENCOUNTER, id: 'i', class: { code: 'IMP' } };
const TEMPERATURE = {
  resourceType: 'Observation',
  code: loinc('8310-5'),
  encounter,
  valueQuantity: { value: 38.5, code: 'Cel' },
};
const CONDITION = {
  resourceType: 'Condition',
  id: 'c',
  subject,
  encounter,
  recordedDate: '2026-11-20',
  onsetDateTime: '2026-11-18',
  verificationStatus: { coding: [{ code: 'confirmed' }] },
  code: {
    text: '流感',
    coding: [
      { system: 'http://hl7.org/fhir/sid/icd-10', code: 'J10.1' },
      { system: 'http://snomed.info/sct', code: '6142004' },
    ],
  },
};
const CHRONIC = {
  ...CONDITION,
  id: 'd',
  code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10', code: 'I10' }], text: '高血压' },
};
const SPECIMEN = {
  resourceType: 'Specimen',
  id: 's',
  type: { coding: [{ code: '258500001' }] },
  collection: { collectedDateTime: '2026-11-20' },
};
const NUMBER = {
  resourceType: 'Observation',
  id: 'n',
  status: 'corrected',
  category: [{ coding: [{ code: 'laboratory' }] }],
  code: loinc('94500-6'),
  subject,
  encounter,
  effectiveDateTime: '2026-11-20T09:00:00+08:00',
  specimen: { reference: 'Specimen/s' },
  basedOn: [{ reference: 'ServiceRequest/r' }],
  valueQuantity: { value: 31.5, code: '{Ct}', comparator: '<' },
  interpretation: [{ coding: [{ code: 'POS' }] }],
};
const WORDS = {
  ...NUMBER,
  id: 'w',
  valueQuantity: undefined,
  valueCodeableConcept: { text: '阳性' },
};
const REPORT = {
  resourceType: 'DiagnosticReport',
  id: 'r',
  identifier: [{ value: 'R1' }],
  code: loinc('94531-1'),
  issued: '2026-11-20T10:00:00+08:00',
  result: [{ reference: 'Observation/n' }, { reference: 'Observation/w' }],
};
const IMMUNIZATION = {
  resourceType: 'Immunization',
  id: 'v',
  patient: subject,
  encounter,
  occurrenceDateTime: '2026-11-20',
  vaccineCode: {
    text: '流感疫苗',
    coding: [{ system: 'http://hl7.org/fhir/sid/cvx', code: '140' }],
  },
  lotNumber: 'L1',
  protocolApplied: [{ doseNumberPositiveInt: 2 }],
};
const ALONE = { ...PATIENT, id: 'q', meta: { lastUpdated: '2026-11-20T08:00:00+08:00' } };
const COMPOSITION = {
  resourceType: 'Composition',
  type: loinc('55751-2'),
  date: '2026-11-20T11:00:00+08:00',
  encounter,
};

export const FULL_BUNDLE: string = JSON.stringify({
  resourceType: 'Bundle',
  type: 'document',
  entry: [
    ...[COMPOSITION, PATIENT, ORGANIZATION, ENCOUNTER, ADMISSION, TEMPERATURE, CONDITION, CHRONIC],
    ...[SPECIMEN, NUMBER, WORDS, REPORT, IMMUNIZATION, ALONE],
  ].map((resource) => ({ resource })),
});

const section = (code: string, inner: string): string =>
  `<component><section><code code="${code}"/>${inner}</section></component>`;
const problem = (id: string, codes: string): string =>
  `<entry><act><entryRelationship><observation><id root="${id}"/><effectiveTime><low value="20261118"/></effectiveTime>
   <value type="CD" code="6142004" codeSystem="2.16.840.1.113883.6.96" displayName="流感" ${codes}</value>
   </observation></entryRelationship></act></entry>`;
export const FULL_CDA = `<ClinicalDocument xmlns="urn:hl7-org:v3"><code code="55751-2"/><effectiveTime value="20261120110000+0800"/>
<setId root="1.2.3"/><versionNumber value="2"/><recordTarget><patientRole>
<id root="2.16.156.10011.1.3" extension="11010519491231002X"/><addr><streetAddressLine>长江路1号</streetAddressLine>
<postalCode>340101001001</postalCode></addr><telecom value="tel:13800000001"/><patient><name>张三</name>
<administrativeGenderCode code="F"/><birthTime value="19491231"/></patient></patientRole></recordTarget>
<componentOf><encompassingEncounter><id root="e"/><code code="AMB"/><effectiveTime><low value="20261120080000+0800"/></effectiveTime>
<location><healthCareFacility><location><name>发热门诊</name></location><serviceProviderOrganization><id extension="P001"/>
</serviceProviderOrganization></healthCareFacility></location></encompassingEncounter></componentOf><component><structuredBody>
${section('10154-3', '<text>发热</text>')}
${section('8716-3', '<entry><observation><code code="8310-5"/><value value="38.5" unit="Cel"/></observation></entry>')}
${section(
  '11450-4',
  problem(
    'c',
    'valueSet="2.16.840.1.114222.4.11.7508"><translation code="J10.1" codeSystem="2.16.840.1.113883.6.3"/>',
  ) + problem('d', '>').replace('6142004', '38341003'),
)}
${section(
  '30954-2',
  `<entry><organizer><id root="R1"/><code code="94531-1"/><specimen><specimenRole><specimenPlayingEntity><code code="258500001"/>
   </specimenPlayingEntity></specimenRole></specimen><component><observation><id root="n"/>
   <code code="94500-6" codeSystem="2.16.840.1.113883.6.1" displayName="RNA"/><effectiveTime value="202611200900"/>
   <value type="PQ" value="31.5" unit="{Ct}"/><interpretationCode code="POS"/></observation></component><component><observation>
   <id root="w"/><code code="94500-6" codeSystem="2.16.840.1.113883.6.1"/><value type="ST">阳性</value></observation></component>
   </organizer></entry>`,
)}
${section(
  '11369-6',
  `<entry><substanceAdministration><id root="v"/><effectiveTime value="20261120"/><repeatNumber value="2"/><consumable>
   <manufacturedProduct><manufacturedMaterial><code code="140" codeSystem="2.16.840.1.113883.12.292" displayName="流感疫苗"/>
   <lotNumberText>L1</lotNumberText></manufacturedMaterial></manufacturedProduct></consumable></substanceAdministration></entry>`,
)}</structuredBody></component></ClinicalDocument>`;

const PID =
  'PID|1||11010519491231002X^^^^NNCHN||张^三||19491231|F|||长江路1号^^合肥||^PRN^PH^^^^13800000001';
const head = (type: string): string =>
  `MSH|^~\\&|HIS|P001|||20261120110000+0800||${type}|M1|P|2.5.1||||||UNICODE UTF-8`;
const PV1 = 'PV1|1|O|FEVER^^^P001||||||||||||||||V1';
export const FULL_HL7: readonly string[] = [
  [head('ADT^A03^ADT_A03'), 'EVN|A03|20261120080000', PID, PV1, 'DG1|1||J10.1^流感^I10'].join('\r'),
  [
    head('ADT^A04^ADT_A01'),
    'EVN|A04|20261120080000',
    PID,
    PV1,
    'PV2|||^发热',
    'DG1|1||J10.1^流感^I10',
  ].join('\r'),
  [
    head('ADT^A01^ADT_A01'),
    'EVN|A01|20261120080000',
    PID,
    PV1.replace('|O|', '|I|'),
    'PV2|||^发热',
  ].join('\r'),
  [
    head('ORU^R01^ORU_R01'),
    ...[PID, PV1, 'OBR|1||R1|94531-1^x^LN|||20261120090000|||||||||||||||20261120100000'],
    ...[
      'OBX|1|NM|94500-6^RNA^LN||31.5|{Ct}|||||C',
      'OBX|2|CWE|94500-6^RNA^LN||260373001^阳性^SCT||||||F',
    ],
    'SPM|1|||258500001',
  ].join('\r'),
  [
    head('VXU^V04^VXU_V04'),
    PID,
    'ORC|RE||V1',
    'RXA|0|1|20261120|20261120|140^流感疫苗^CVX|1||||||||||L1',
  ].join('\r'),
];
